// Other versions and local copies of a framework are installed once and measured by the same harness. What
// cannot be installed is reported with its own error.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import {
	cpSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { ROOT, readJson } from "../../orchestrator/files.ts";
import { rootOf } from "../../orchestrator/targets/folder.ts";
import { launchIn } from "../../orchestrator/targets/launch.ts";
import { type RunFile, runFile } from "../../shared/types.ts";
import { LONG } from "../support/long.ts";
import { LIMIT_MS } from "../support/program.ts";
import { wordsOf } from "../support/real.ts";

const CORE = join(ROOT, "typescript/node_modules/@elizaos/core");
const folder = mkdtempSync(join(tmpdir(), "eliza-benchmark-targets-"));
const QUICK = [
	"--scenarios",
	"single-message",
	"--iterations",
	"2",
	"--warmup",
	"1",
	"--blocks",
	"1",
	"--observe",
	"0",
];

/** The set-ups of copies that this test has made. */
const made: string[] = [];
after(() => {
	for (const path of [folder, ...made]) rmSync(path, { recursive: true, force: true });
});

function run(name: string, targets: string, ...args: string[]) {
	const output = join(folder, name);
	const result = spawnSync(
		join(ROOT, "run.sh"),
		["--targets", targets, ...QUICK, "--output", output, ...args],
		{
			cwd: folder,
			encoding: "utf8",
		},
	);
	return { ...result, output };
}

const recordOf = (output: string): RunFile => readJson(join(output, "run.json"), runFile, "run file");

/** Replaces one text in a file that has it. */
function replace(path: string, from: string, to: string): void {
	const text = readFileSync(path, "utf8");
	assert.ok(text.includes(from), `${path} has ${from}`);
	writeFileSync(path, text.replace(from, to));
}

/** Asserts that every target is comparable. @returns versions by target */
function assertMeasured({
	status,
	stderr,
	output,
}: ReturnType<typeof run>): Record<string, { framework: string; database: string; lockDigest: string }> {
	assert.equal(status, 0, stderr);
	const record = recordOf(output);
	for (const target of record.targets) if (target.source?.kind === "path") made.push(rootOf(target));
	const { scenarios } = JSON.parse(readFileSync(join(output, "comparison.json"), "utf8"));
	for (const { id } of record.targets)
		assert.equal(
			scenarios[0].cells[id].status,
			"comparable",
			`${id}: ${wordsOf(scenarios[0].cells[id].reasons)}`,
		);
	return Object.fromEntries(
		record.targets.map(({ id, versions }) => [id, versions ?? assert.fail(`${id} has no versions`)]),
	);
}

test("a copy of the published TypeScript package is measured beside it, from a folder of any name, and is set up once", {
	timeout: LIMIT_MS,
}, () => {
	const name = 'it\'s $(touch pwned) "my" copy; touch pwned';
	const copy = join(folder, name);
	cpSync(CORE, copy, { recursive: true });
	replace(join(copy, "package.json"), '"version": "2.0.0-alpha.3"', '"version": "2.0.0-alpha.3-mine"');
	const first = run("first", `typescript,typescript=path:${name}`);
	assert.match(first.stderr, /Setting up typescript-it-s-touch-pwned-my-copy-touch-pwned/);
	const versions = assertMeasured(first);
	const [id = ""] = Object.keys(versions).filter((key) => key !== "typescript");
	assert.equal(versions.typescript?.framework, "2.0.0-alpha.3");
	assert.equal(versions[id]?.framework, "2.0.0-alpha.3-mine");
	const second = run("second", `typescript,typescript=path:${copy}`);
	assertMeasured(second);
	assert.doesNotMatch(second.stderr, /Setting up/);
	assert.deepEqual(recordOf(second.output).fingerprint, recordOf(first.output).fingerprint);
	assert.ok(!readdirSync(folder).includes("pwned") && !existsSync(join(ROOT, "pwned")));
	assert.deepEqual(
		readdirSync(copy).toSorted(),
		readdirSync(CORE).toSorted(),
		"nothing was written into the copy",
	);
	// The command in the record starts the run again from anywhere.
	assert.ok(recordOf(first.output).command.join(" ").includes(`typescript=path:${copy}`));
});

test("a run of a local copy is not resumed after the copy has changed", { timeout: LIMIT_MS }, () => {
	const copy = join(folder, "changing");
	cpSync(CORE, copy, { recursive: true });
	const begun = run("changed", `typescript=path:${copy}`);
	assertMeasured(begun);
	const record = recordOf(begun.output);
	writeFileSync(join(begun.output, "run.json"), JSON.stringify({ ...record, status: "interrupted" }));
	const resume = () =>
		spawnSync(join(ROOT, "run.sh"), ["--resume", begun.output], { cwd: tmpdir(), encoding: "utf8" });
	assert.equal(resume().status, 0);
	writeFileSync(join(begun.output, "run.json"), JSON.stringify({ ...record, status: "interrupted" }));
	writeFileSync(join(copy, "dist/another.js"), "");
	const { status, stderr } = resume();
	assert.equal(status, 3);
	assert.match(
		stderr,
		/^error: this run cannot be resumed: the local copy of typescript-changing has changed since it was begun; start a new one\n$/,
	);
});

test("a version that does not exist is left out with npm's own words, a broken one is unsupported with Bun's, and the others are measured", {
	timeout: LIMIT_MS,
}, () => {
	const { status, stdout, stderr, output } = run(
		"broken",
		"typescript,typescript@9.9.9,typescript@2.0.0-alpha.54",
	);
	assert.equal(status, 1, stderr);
	assert.match(
		stderr,
		/setting up typescript-9-9-9 failed[\s\S]*No matching version found for @elizaos\/core@9\.9\.9/,
	);
	assert.match(stderr, /^The target typescript-9-9-9 is left out of this run$/m);
	const record = recordOf(output);
	assert.deepEqual(
		record.targets.map(({ id, source }) => [id, source]),
		[
			["typescript", undefined],
			["typescript-2-0-0-alpha-54", { kind: "version", version: "2.0.0-alpha.54" }],
		],
	);
	assert.match(record.leftOut?.[0]?.reason ?? "", /No matching version found for @elizaos\/core@9\.9\.9/);
	assert.match(
		stdout.replace(/[║\s]+/g, " "),
		/TypeScript 9\.9\.9 could not be set up: .*No matching version/,
	);
	const { cells } = JSON.parse(readFileSync(join(output, "comparison.json"), "utf8")).scenarios[0];
	assert.equal(cells.typescript.status, "comparable");
	assert.equal(cells["typescript-2-0-0-alpha-54"].status, "unsupported");
	assert.match(wordsOf(cells["typescript-2-0-0-alpha-54"].reasons), /Cannot find module '@elizaos\/core'/);
	assert.match(stdout, /TypeScript 2\.0\.0-alpha\.54: 1 cell, 1 unsupported/);
});

test("a tag is no version, and when no target is left nothing is measured: exit 2", {
	timeout: LIMIT_MS,
}, () => {
	const { status, stdout, stderr } = run("none", "typescript@latest");
	assert.equal(status, 2, stderr);
	assert.equal(stdout, "");
	assert.match(stderr, /npm has \d+\.\d+\.\d+ under the name latest: name that version/);
	assert.match(stderr, /^error: no target is left to measure: correct --targets$/m);
});

test(
	"eight targets, with variants and versions, are measured in one run, and the second run sets up nothing",
	LONG,
	() => {
		const eight =
			"typescript,typescript+node,typescript@2.0.0-alpha.10,python,python+uvloop,python@2.0.0a5,rust,rust+mimalloc";
		const first = run("eight", eight);
		assertMeasured(first);
		const { targets } = recordOf(first.output);
		assert.equal(targets.length, 8);
		const versionsOf = (id: string) =>
			targets.find((target) => target.id === id)?.versions ?? assert.fail(`${id} has no versions`);
		assert.equal(versionsOf("typescript-node").engine, `Node.js ${process.versions.node}`);
		assert.match(versionsOf("python-uvloop").engine, /^CPython .*, uvloop \d/);
		assert.match(versionsOf("rust-mimalloc").build, /allocator mimalloc/);
		assert.doesNotMatch(versionsOf("rust").build, /mimalloc/);
		for (const variant of ["typescript-node", "python-uvloop", "rust-mimalloc"])
			assert.equal(
				versionsOf(variant).framework,
				versionsOf(variant.split("-")[0] ?? "").framework,
				`${variant} is the locked version`,
			);
		const second = run("eight-again", eight);
		assertMeasured(second);
		assert.doesNotMatch(second.stderr, /Setting up/);
	},
);

test("another version of the Python framework, and a checkout of it, are measured beside the locked one", {
	timeout: LIMIT_MS,
}, () => {
	const repository = join(folder, "repository");
	const checkout = join(repository, "packages/python");
	const plugin = join(repository, "plugins/plugin-inmemorydb/python");
	for (const [name, path] of [
		["elizaos", checkout],
		["elizaos-plugin-inmemorydb", plugin],
	] as const) {
		const pip = [
			"-m",
			"pip",
			"download",
			"--quiet",
			"--disable-pip-version-check",
			"--no-deps",
			"--no-binary",
			name,
			`${name}==2.0.0a4`,
		];
		execFileSync(launchIn(ROOT, "python").file, [...pip, "--dest", folder]);
		mkdirSync(path, { recursive: true });
		execFileSync("tar", [
			"-xzf",
			join(folder, `${name.replaceAll("-", "_")}-2.0.0a4.tar.gz`),
			"-C",
			path,
			"--strip-components",
			"1",
		]);
		replace(join(path, "pyproject.toml"), 'version = "2.0.0a4"', 'version = "2.0.0a4+mine"');
	}
	const before = readdirSync(checkout);
	const versions = assertMeasured(run("python", `python,python@2.0.0a5,python=path:${repository}`));
	assert.deepEqual(
		Object.entries(versions).map(([id, { framework, database }]) => [id, framework, database]),
		[
			["python", "2.0.0a4", "2.0.0a4"],
			["python-2-0-0a5", "2.0.0a5", "2.0.0a5"],
			["python-repository", "2.0.0a4+mine", "2.0.0a4+mine"],
		],
	);
	assert.equal(
		new Set(Object.values(versions).map(({ lockDigest }) => lockDigest)).size,
		3,
		"each has a list of packages of its own",
	);
	assert.deepEqual(readdirSync(checkout), before, "nothing was written into the checkout");
});

test(
	"a checkout of the Rust framework is built and measured beside the locked one, allocations included",
	LONG,
	() => {
		const metadata = [
			"metadata",
			"--locked",
			"--format-version",
			"1",
			"--manifest-path",
			join(ROOT, "rust/Cargo.toml"),
		];
		const { packages } = JSON.parse(
			execFileSync("cargo", metadata, { encoding: "utf8", maxBuffer: 2 ** 28 }),
		);
		const published = packages.find(({ name }: { name: string }) => name === "elizaos");
		const workspace = join(folder, "work space");
		const checkout = join(workspace, "packages/core");
		cpSync(dirname(published.manifest_path), checkout, { recursive: true });
		replace(join(checkout, "Cargo.toml"), 'version = "2.0.0"', 'version = "2.0.1-mine"');
		const before = readdirSync(checkout);
		const result = run("rust", `rust,rust=path:${workspace}`);
		const versions = assertMeasured(result);
		assert.deepEqual(
			Object.entries(versions).map(([id, { framework, database }]) => [id, framework, database]),
			[
				["rust", "2.0.0", "2.0.0"],
				["rust-work-space", "2.0.1-mine", "2.0.0"],
			],
		);
		const { ledger } = JSON.parse(readFileSync(join(result.output, "rust-work-space.json"), "utf8"))
			.scenarios["single-message"];
		assert.ok(ledger.allocations.count > 0);
		assert.deepEqual(readdirSync(checkout), before, "nothing was written into the checkout");
	},
);
