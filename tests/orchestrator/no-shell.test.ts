// Programs are started with lists of arguments: no word of a user, a file or a framework is ever read by a
// shell, or taken for an option.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readAgentSource } from "../../orchestrator/agent/source.ts";
import { UserError } from "../../orchestrator/errors.ts";
import { ROOT } from "../../orchestrator/files.ts";
import { parseSpecifications } from "../../orchestrator/targets/specification.ts";
import { targets } from "../support/evidence.ts";

const CHARACTER = join(ROOT, "tests/fixtures/agents/characters/plain.json");
const SOURCES = [
	"orchestrator",
	"analysis",
	"report",
	"shared",
	"typescript/src",
	"python/src",
	"rust/src",
	"rust/build.rs",
];
/** Whatever starts a shell in one of the three languages. */
const SHELL = new RegExp(
	[
		/shell:\s*true|shell=True|os\.system|os\.popen|getoutput/,
		/\bexecSync\b|\bexecaCommand|execa`|Bun\.\$|import\(?["'`]child_process/,
		/"(?:ba|da|z)?sh"/,
	]
		.map(({ source }) => source)
		.join("|"),
);
/** Node's `exec` takes a line for a shell; that of a regular expression has a dot before it. */
const EXEC = /(?<![.\w])exec\(|\{[^}]*\bexec\b[^}]*\} from "node:child_process"/;

function sourcesIn(path: string): string[] {
	if (/\.\w+$/.test(path)) return [path];
	const names = readdirSync(join(ROOT, path), { recursive: true, encoding: "utf8" });
	return names.filter((name) => /\.(ts|py|rs)$/.test(name)).map((name) => join(path, name));
}

const linesLike = (pattern: RegExp) =>
	SOURCES.flatMap(sourcesIn).flatMap((path) =>
		readFileSync(join(ROOT, path), "utf8")
			.split("\n")
			.filter((line) => pattern.test(line))
			.map((line) => `${path}: ${line.trim()}`),
	);

/** Where a shell is started, and how. */
const SHELLS = [
	["orchestrator/agent/namespaces.ts", /^const SHELL = \["sh", "-c", SCRIPT, "sh"\];$/],
	["orchestrator/process/watchdog.ts", /^this\.#shell = spawn\("sh", \["-c", SCRIPT, "sh", `/],
] as const;

test("two shells are started, the watchdog's and that in a namespace, with scripts that are always the same", () => {
	for (const line of [
		"spawn(file, { shell: true })",
		"subprocess.run(line, shell=True)",
		'Command::new("sh")',
		"execSync(line)",
	])
		assert.match(line, SHELL);
	assert.match('import { exec } from "node:child_process";', EXEC);
	const found = linesLike(SHELL);
	assert.equal(found.length, SHELLS.length, found.join("\n"));
	for (const [index, [path, start]] of SHELLS.entries()) {
		const [where, line = ""] = (found[index] ?? "").split(/: (.*)/);
		assert.equal(where, path);
		assert.match(line, start);
	}
	assert.deepEqual(linesLike(EXEC), []);
	for (const [path] of SHELLS) {
		const [, script = ""] = /const SCRIPT = `([\s\S]*?)`;/.exec(readFileSync(join(ROOT, path), "utf8")) ?? [];
		assert.ok(script.length > 100);
		// An escaped one is the shell's own.
		assert.doesNotMatch(script, /(?<!\\)\$\{/);
	}
});

test("a plugin that looks like an option, an address or a folder is refused before anything is started", () => {
	for (const word of [
		...["--ignore-scripts=false", "-g", "", " ", "a b", "@scope", "git+https://example.invalid/x.git"],
		...[
			"https://example.invalid/x.tgz",
			"file:../x",
			"a@file:../x",
			"a@-x:y",
			"a\n--global",
			"user/repository",
		],
	])
		assert.throws(
			() => readAgentSource(CHARACTER, [word], "@elizaos/core"),
			(error) => error instanceof UserError && /is no plugin: name a package/.test(error.message),
			word,
		);
	for (const word of [
		"plugin-x",
		"elizaos-plugin-x==2.0.0a4",
		"@elizaos/plugin-x@1.6.0",
		"@elizaos/plugin-x@^1.6",
		"plugin-x@latest",
	])
		assert.deepEqual(
			readAgentSource(CHARACTER, [word], "@elizaos/core")
				.plugins.map(({ from }) => from)
				.at(-1),
			{ kind: "package", spec: word },
		);
});

test("a version that looks like an option is refused, and a path that looks like one becomes absolute", () => {
	for (const word of [
		"-x",
		"--index-url=http://example.invalid",
		"",
		" 1",
		"1 2",
		"git+https://example.invalid",
		"file:..",
		"../x",
		"1\n2",
	])
		for (const { id } of targets)
			assert.throws(
				() => parseSpecifications(`${id}@${word}`, { locked: targets, folder: ROOT }),
				(error) => error instanceof UserError,
				word,
			);
	for (const word of ["-x", "--prefix=x", "$(touch x)", "a b"]) {
		const { specifications } = parseSpecifications(`rust=path:${word}`, {
			locked: targets,
			folder: "/somewhere",
		});
		const [found] = specifications;
		assert.deepEqual(found?.source, { kind: "path", path: join("/somewhere", word) });
	}
});
