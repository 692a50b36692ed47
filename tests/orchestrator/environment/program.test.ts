// The program in one file: it is the same program, and another one as soon as a source is another.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../../../orchestrator/files.ts";
import { newFolder } from "../support/folders.ts";

const OPTIONS = { encoding: "utf8", maxBuffer: 2 ** 26 } as const;

/** Calls functions of bootstrap.sh. @returns what they print */
function bash(script: string, ...words: readonly string[]): string {
	const source = `set -euo pipefail; source "${ROOT}/orchestrator/bootstrap.sh"; ${script}`;
	const { status, stdout, stderr } = spawnSync("bash", ["-c", source, "bash", ...words], OPTIONS);
	assert.equal(status, 0, stderr);
	return stdout;
}

test("the program in one file does what its sources do", () => {
	const file = join(newFolder(), "program.mjs");
	const bundler = join(ROOT, "orchestrator/environment/bundle-program.mjs");
	const made = spawnSync("node", [bundler, ROOT, file, "// mark"], OPTIONS);
	assert.deepEqual([made.status, made.stderr], [0, ""]);
	const words = ["list", "--json"];
	const [own, sources] = [
		spawnSync("node", [file, ...words], OPTIONS),
		spawnSync("node", ["--import", "tsx", "orchestrator/main.ts", ...words], { ...OPTIONS, cwd: ROOT }),
	];
	assert.deepEqual([own.status, own.stderr], [0, ""]);
	assert.equal(own.stdout, sources.stdout);
	assert.equal(bash('IFS= read -r line <"$1"; echo "$line"', file), "// mark\n");
});

test("another source, name or place is another program", () => {
	const folder = join(newFolder(), "project");
	for (const room of ["orchestrator", "analysis", "report", "shared"])
		mkdirSync(join(folder, room), { recursive: true });
	for (const name of ["package-lock.json", "report/a.ts"]) writeFileSync(join(folder, name), "1");
	const look = (place = folder) => bash('sources_look "$1"', place);
	const seen = [look()];
	assert.equal(look(), seen[0]);
	writeFileSync(join(folder, "report/a.ts"), "2");
	seen.push(look());
	renameSync(join(folder, "report/a.ts"), join(folder, "report/b.ts"));
	seen.push(look());
	cpSync(folder, `${folder}-2`, { recursive: true });
	seen.push(look(`${folder}-2`));
	assert.equal(new Set(seen).size, 4);
});

test("where the file cannot be made, the sources are started", () => {
	const node = `
		node() {
			case "$1" in
				*/bundle-program.mjs) return 1 ;;
				*) echo "$@" ;;
			esac
		}
		exec() { "$@"; exit 0; }
		start_program "$1" list`;
	const folder = join(newFolder(), "project");
	for (const room of ["orchestrator", "analysis", "report", "shared"])
		mkdirSync(join(folder, room), { recursive: true });
	writeFileSync(join(folder, "package-lock.json"), "");
	assert.match(bash(node, folder), /^--import file:\S+\/tsx\/\S+ \S+\/orchestrator\/main\.ts list$/m);
});
