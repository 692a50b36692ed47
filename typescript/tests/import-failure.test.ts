// A copy of the harness runs as a process, with a framework that cannot be imported.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { MeasurementFile } from "../../shared/types.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const RAISES = 'throw new RangeError("broken release");';

/** The answers of the harness go to stdout. */
const WORKER = ["--worker", "--scenario", "single-message", "--events-fd", "1"];

/** @param index the source of the framework, or null for a package without the file that it promises */
function runBroken(index: string | null, args: string[], commands: object[] = []) {
	return runWith(
		(packages) => {
			const core = join(packages, "@elizaos/core");
			mkdirSync(core, { recursive: true });
			const manifest = { name: "@elizaos/core", version: "9.9.9", type: "module", main: "index.js" };
			writeFileSync(join(core, "package.json"), JSON.stringify(manifest));
			if (index !== null) writeFileSync(join(core, "index.js"), index);
		},
		args,
		commands,
	);
}

function runWith(install: (packages: string) => void, args: string[], commands: object[] = []) {
	const folder = mkdtempSync(join(tmpdir(), "import-failure-"));
	try {
		for (const path of ["typescript/src", "typescript/package-lock.json", "shared/contract"])
			cpSync(join(ROOT, path), join(folder, path), { recursive: true });
		const packages = join(folder, "typescript/node_modules");
		mkdirSync(packages);
		install(packages);
		const output = join(folder, "output.json");
		const { status, stdout, stderr } = spawnSync(
			process.execPath,
			[
				join(folder, "typescript/src/bench.ts"),
				...args,
				...(args.includes("--live") ? [] : ["--output", output]),
			],
			{ encoding: "utf8", input: commands.map((command) => `${JSON.stringify(command)}\n`).join("") },
		);
		const file = existsSync(output) ? (JSON.parse(readFileSync(output, "utf8")) as MeasurementFile) : null;
		return { status, stdout, stderr, file };
	} finally {
		rmSync(folder, { recursive: true });
	}
}

test("a worker reports a framework that raises when it is imported, and waits for 'finish'", () => {
	const { status, stdout, file } = runBroken(RAISES, WORKER, [{ cmd: "finish" }]);
	assert.equal(status, 3);
	const [failed, finished] = stdout
		.trimEnd()
		.split("\n")
		.map((line) => JSON.parse(line));
	assert.deepEqual([failed.event, failed.cmd], ["failed", "start"]);
	const { phase, type, message, stack } = failed.failure;
	assert.deepEqual([phase, type, message], ["import", "RangeError", "broken release"]);
	assert.match(stack, /@elizaos\/core\/index\.js/);
	assert.deepEqual(finished, { event: "finished" });
	assert.equal(file?.versions.framework, "9.9.9");
	assert.deepEqual(
		file?.cells.map((cell) => [cell.status, cell.failure, cell.iterations]),
		[["unsupported", failed.failure, []]],
	);
});

test("after that only 'finish' may follow, and the end of stdin ends the worker without a file", () => {
	const refused = runBroken(RAISES, WORKER, [{ cmd: "cold" }, { cmd: "finish" }]);
	assert.deepEqual([refused.status, refused.file], [2, null]);
	assert.match(refused.stderr, /^error: after a failure only 'finish' may follow, not 'cold'$/m);
	const abandoned = runBroken(RAISES, WORKER);
	assert.deepEqual([abandoned.status, abandoned.file], [1, null]);
});

test("live mode reports it too, and then obeys 'drop' and 'finish'", () => {
	const commands = [{ cmd: "drop" }, { cmd: "finish" }];
	const { status, stdout } = runBroken(RAISES, ["--live", "--events-fd", "1"], commands);
	const events = stdout
		.trimEnd()
		.split("\n")
		.map((line) => JSON.parse(line));
	assert.deepEqual(
		events.map(({ event, cmd, failure }) => [event, cmd, failure?.message]),
		[
			["failed", "start", "broken release"],
			["done", "drop", undefined],
			["finished", undefined, undefined],
		],
	);
	assert.equal(status, 3);
});

test("batch mode marks every scenario of such a framework as unsupported", () => {
	const { status, stdout, file } = runBroken(RAISES, ["--scenarios", "single-message,burst-100"]);
	assert.equal(status, 3);
	assert.match(stdout, /^import: unsupported, RangeError: broken release$/m);
	assert.deepEqual(
		file?.cells.map((cell) => [cell.scenario, cell.status, cell.failure?.phase]),
		[
			["single-message", "unsupported", "import"],
			["burst-100", "unsupported", "import"],
		],
	);
});

test("a package without the file that it promises is reported with the text that Bun prints", () => {
	const { status, file } = runBroken(null, ["--scenarios", "single-message"]);
	assert.equal(status, 3);
	assert.equal(file?.cells[0]?.failure?.type, "ResolveMessage");
	assert.match(
		file?.cells[0]?.failure?.message ?? "",
		/^Cannot find module '@elizaos\/core' from '.*bench\.ts'$/,
	);
});

test("bad input and a package that is not installed are no failures of the framework", () => {
	const unknown = runBroken(RAISES, ["--scenarios", "nope"]);
	assert.deepEqual([unknown.status, unknown.file], [2, null]);
	assert.match(unknown.stderr, /^error: unknown scenario 'nope'/);
	const missing = runWith(() => {}, ["--scenarios", "single-message"]);
	assert.deepEqual([missing.status, missing.file], [2, null]);
	assert.match(missing.stderr, /^error: the package @elizaos\/core is not installed; \.\/run\.sh sets up/);
});
