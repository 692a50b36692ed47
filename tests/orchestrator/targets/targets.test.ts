// Targets as the user names them: what a word means, how it is called, what a folder must hold, and what
// tells two contents apart.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { loadTargets } from "../../../orchestrator/contract.ts";
import { ROOT } from "../../../orchestrator/files.ts";
import { fingerprintOf } from "../../../orchestrator/run/fingerprint.ts";
import { costsOf, NoiseHistory } from "../../../orchestrator/run/noise-history.ts";
import { RUNTIMES } from "../../../orchestrator/runtimes/index.ts";
import { rootOf, TARGETS } from "../../../orchestrator/targets/folder.ts";
import { launchOf } from "../../../orchestrator/targets/launch.ts";
import { parseTargets, resolveAgain, resolveTargets } from "../../../orchestrator/targets/select.ts";
import { parseSpecifications } from "../../../orchestrator/targets/specification.ts";
import { type Target, target as targetSchema } from "../../../shared/types.ts";
import { evidenceOf, processOf, RUN, recordOf, resultOf, scenarioOf } from "../../support/evidence.ts";
import { newFolder, npmPackage, writeFiles } from "../support/folders.ts";

const locked = loadTargets();
const HERE = "/somewhere";
const parse = (list: string | undefined, folder = HERE) =>
	parseSpecifications(list, { locked, folder }).specifications;
const named = (list: string) => parse(list).map(({ id, label }) => ({ id, label }));
const selectTargets = (list: string | undefined) => resolveTargets(parseTargets(list));
const idsOf = (list: string) => named(list).map(({ id }) => id);

const base = fc.constantFrom(...locked.map(({ id }) => id));
const awkward = fc.constantFrom(
	"$(touch x)",
	"; rm -rf /",
	"a b",
	"--prefix",
	"é",
	"文",
	"'\"`",
	"\n",
	"..",
	"\u001b[31m",
	"A",
	"a",
	"-",
	"2.0.0",
	"x".repeat(300),
);
const pathText = fc
	.array(fc.oneof(awkward, fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 })), {
		minLength: 1,
		maxLength: 4,
	})
	.map((parts) => parts.join("/"))
	.filter((text) => text.trim() === text && !/[,\0]/.test(text));
const versionText = fc.stringMatching(/^[0-9A-Za-z][0-9A-Za-z.+-]{0,60}$/);
/** A locked target with any of its variants that go together. */
const varied = fc.constantFrom(...locked).chain(({ id, runtime }) =>
	fc
		.shuffledSubarray(RUNTIMES[runtime].variants.map(({ name }) => name))
		// A target has one database.
		.filter((names) => !(names.includes("postgres") && names.includes("pglite")))
		.map((variants) => [id, ...variants].join("+")),
);
const word = fc.oneof(
	varied,
	fc.tuple(varied, versionText).map(([id, version]) => `${id}@${version}`),
	fc.tuple(varied, pathText).map(([id, path]) => `${id}=path:${path}`),
);
const list = fc.array(word, { minLength: 1, maxLength: 8 }).map((words) => words.join(","));

test("no list and 'all' mean the locked targets, as they are", async () => {
	for (const text of [undefined, "all"]) assert.deepEqual(await selectTargets(text), locked);
	assert.deepEqual(await selectTargets("rust, typescript,rust"), [locked[2], locked[0]]);
});

test("every target has an id of its own, which is an identifier and fits into a file's name", () => {
	fc.assert(
		fc.property(list, (text) => {
			const specifications = parse(text);
			assert.equal(new Set(specifications.map(({ id }) => id)).size, specifications.length);
			for (const { id, label, base, variants, source } of specifications) {
				assert.ok(targetSchema.shape.id.safeParse(id).success, id);
				assert.ok(id.length <= 64, id);
				assert.ok(label.startsWith(base.label) && [...label].length <= 72, label);
				assert.doesNotMatch(label, /\p{Cc}/u);
				const build = [base.id, ...variants].join("-");
				if (source === null) assert.equal(id, build);
				else assert.ok(id.startsWith(`${build}-`));
			}
		}),
		{ numRuns: 1000 },
	);
});

test("a path comes out as it went in, made absolute, and names the same target from any folder", () => {
	fc.assert(
		fc.property(base, pathText, (id, path) => {
			assert.deepEqual(parse(`${id}=path:${path}`)[0]?.source, { kind: "path", path: resolve(HERE, path) });
		}),
	);
	fc.assert(
		fc.property(list, (text) => {
			const sources = (specifications: ReturnType<typeof parse>) =>
				specifications.map(({ base, variants, source }) => [base.id, variants, source]);
			assert.deepEqual(
				sources(parse(parseTargets(text, { folder: HERE }).argument, "/elsewhere")),
				sources(parse(text)),
			);
		}),
	);
});

test("a word that is no version is refused before anything is run", () => {
	for (const version of [
		"",
		"-g",
		"--global",
		".5",
		"1 2",
		"1;x",
		"1|2",
		"^1.0.0",
		"*",
		">=1",
		"../x",
		"$(x)",
		"1\n2",
		"@elizaos/cli",
	])
		assert.throws(
			() => parse(`typescript@${version}`),
			{ name: "UserError", message: /names no version: give one as it is published/ },
			version,
		);
	fc.assert(
		fc.property(fc.string(), (version) => {
			let found: ReturnType<typeof parse> = [];
			try {
				found = parse(`python@${version}`);
			} catch (error) {
				assert.equal((error as Error).name, "UserError", String(error));
			}
			for (const { source } of found)
				if (source?.kind === "version") assert.match(source.version, /^[0-9A-Za-z][0-9A-Za-z.+-]*$/);
		}),
	);
});

test("an unknown word is refused with the forms there are, and with the reason when a path ends at a comma", () => {
	const forms = new RegExp(
		/choose from typescript, python, rust, or name a variant \(rust\+mimalloc\), /.source +
			/a version \(typescript@2\.0\.0\) or a local copy \(typescript=path:DIR\)/.source,
	);
	for (const text of [
		"perl",
		"typescript=",
		"typescript=path:",
		"typescript=/tmp",
		"perl@1",
		"perl=path:/tmp",
		"Rust",
		"typescript:path=/x",
	])
		assert.throws(() => parse(text), { name: "UserError", message: forms }, text);
	assert.throws(() => parse("typescript=path:/a,b"), {
		message: /unknown target 'b'.*a path with a comma cannot be given/,
	});
	assert.throws(() => parse(","), {
		message: "no target named: give one or more of typescript, python, rust",
	});
});

test("a run takes eight targets, and a ninth is refused", () => {
	const versions = Array.from({ length: 9 }, (_, index) => `python@2.0.${index}`);
	assert.equal(parse(versions.slice(1).join(",")).length, 8);
	assert.equal(parse([...versions.slice(1), "python@2.0.8"].join(",")).length, 8);
	assert.throws(() => parse(versions.join(",")), {
		name: "UserError",
		message: /--targets names 9 targets, a run takes at most 8/,
	});
});

test("targets are named by version or folder, and namesakes by the nearest folder that differs", () => {
	assert.deepEqual(named("typescript,typescript@2.0.0-alpha.114,python=path:/x/My Copy,rust=path:base"), [
		{ id: "typescript", label: "TypeScript" },
		{ id: "typescript-2-0-0-alpha-114", label: "TypeScript 2.0.0-alpha.114" },
		{ id: "python-my-copy", label: "Python My Copy" },
		{ id: "rust-base", label: "Rust base" },
	]);
	assert.deepEqual(
		named("typescript=path:/base/packages/core,typescript=path:/head/packages/core,rust=path:/x/core"),
		[
			{ id: "typescript-base-core", label: "TypeScript base/core" },
			{ id: "typescript-head-core", label: "TypeScript head/core" },
			{ id: "rust-core", label: "Rust core" },
		],
	);
	assert.deepEqual(idsOf("rust=path:/a/core,rust=path:/b/core"), ["rust-a-core", "rust-b-core"]);
	// No single folder tells all three apart.
	assert.deepEqual(idsOf("rust=path:/a/x/core,rust=path:/b/x/core,rust=path:/a/y/core"), [
		"rust-core",
		"rust-b-core",
		"rust-y-core",
	]);
	assert.deepEqual(idsOf("rust=path:/文/あ,rust=path:/é/い"), ["rust-copy", "rust-e"]);
	assert.deepEqual(idsOf("rust@2.0.0,rust=path:/x/2.0.0,rust@2.0.0+0,rust@2-0.0"), [
		"rust-2-0-0",
		"rust-2-0-0-2",
		"rust-2-0-0-0",
		"rust-2-0-0-3",
	]);
});

async function oneOf(list: string): Promise<Target> {
	const [target] = await selectTargets(list);
	return targetSchema.parse(target);
}

test("a locked target lies in the repository, every other one in a folder named by what it is made from", async () => {
	const folder = writeFiles(newFolder(), npmPackage());
	const [typescript] = locked;
	assert.ok(typescript);
	assert.equal(rootOf(typescript), ROOT);
	const copy = await oneOf(`typescript=path:${folder}`);
	assert.deepEqual(copy.framework, { package: "@elizaos/core", version: "2.1.0" });
	assert.ok(launchOf(copy).file.startsWith(join(rootOf(copy), "typescript/")));
	const roots = [
		rootOf(copy),
		rootOf(await oneOf("typescript@2.0.0")),
		rootOf(await oneOf("typescript@2.0.1")),
		rootOf(await oneOf("rust@2.0.0")),
	];
	writeFiles(folder, { "dist/i.js": "2" });
	roots.push(rootOf(await oneOf(`typescript=path:${folder}`)));
	assert.equal(new Set(roots).size, roots.length);
	for (const root of roots) assert.equal(dirname(root), TARGETS);
});

test("targets of one runtime lie alike: in folders with names of one length, the locked one too", async () => {
	const folder = writeFiles(newFolder(), npmPackage());
	const long = "a-name-that-is-much-longer-than-others-are";
	const targets = await selectTargets(`typescript,typescript@2.0.0,typescript=path:${folder},rust`);
	const [base, version, copy, rust] = targets;
	assert.ok(base && version && copy && rust);
	assert.equal(base.aside, true);
	assert.equal(rust.aside, undefined, "nothing else of its runtime is measured");
	assert.equal(rootOf(rust), ROOT);
	const roots = [base, version, copy, { ...copy, id: long }, { ...copy, id: `${long}-2` }].map(rootOf);
	assert.equal(new Set(roots).size, roots.length);
	assert.equal(new Set(roots.map(({ length }) => length)).size, 1);
	const [alone] = await selectTargets("typescript");
	assert.ok(alone);
	assert.equal(alone.aside, undefined);
	assert.deepEqual(await resolveAgain([base, version, copy]), [base, version, copy]);
});

test("the noise history and the fingerprint of a local copy belong to its content", async () => {
	const folder = writeFiles(newFolder(), npmPackage());
	const before = await oneOf(`typescript=path:${folder}`);
	writeFiles(folder, { "dist/i.js": "2" });
	const after = await oneOf(`typescript=path:${folder}`);
	assert.equal(before.id, after.id);
	const scenario = scenarioOf("single-message");
	const history = NoiseHistory.of(RUN.machine, newFolder());
	const record = { ...RUN, scenarios: [scenario], processes: [recordOf(before, scenario)] };
	const cell = evidenceOf(scenario, [processOf(before, scenario, [5e6])]);
	const costs = costsOf(cell);
	assert.ok(costs);
	history.add(record, [resultOf(before, [cell])], { [scenario.id]: { [before.id]: costs } });
	assert.ok(history.costs(before, scenario, RUN));
	assert.equal(history.costs(after, scenario, RUN), null);
	const name = `the target ${before.id}`;
	const [then, now] = [before, after].map(
		(target) => fingerprintOf([target], join(ROOT, "shared/contract"))[name],
	);
	assert.ok(then && now);
	assert.notEqual(then, now);
});

for (const [what, text, message] of [
	["a copy that is not there", "typescript=path:/nowhere/at/all", /there is no folder \/nowhere\/at\/all/],
	[
		"a folder of something else",
		`rust=path:${ROOT}typescript`,
		/holds no Cargo\.toml with the package elizaos/,
	],
	["a version that is none", "python@--pre", /names no version/],
	["nine targets", Array.from({ length: 9 }, (_, index) => `rust@1.${index}`).join(","), /at most 8/],
] as const)
	test(`${what} is one line and exit 2, and nothing is written`, () => {
		const output = join(newFolder(), "run");
		const { status, stdout, stderr } = spawnSync(
			join(ROOT, "run.sh"),
			["--targets", text, "--output", output],
			{ encoding: "utf8" },
		);
		assert.equal(status, 2, stderr);
		assert.equal(stdout, "");
		assert.equal(stderr.trimEnd().split("\n").length, 1, stderr);
		assert.match(stderr, message);
		assert.deepEqual(readdirSync(dirname(output)), []);
	});
