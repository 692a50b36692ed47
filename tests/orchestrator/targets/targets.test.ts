// Targets as the user names them: what a word means, how it is called, what a folder must hold, and what
// tells two contents apart.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { contentDigest, copyContent } from "../../../orchestrator/content.ts";
import { loadTargets } from "../../../orchestrator/contract.ts";
import { ROOT } from "../../../orchestrator/files.ts";
import { fingerprintOf } from "../../../orchestrator/run/fingerprint.ts";
import { NoiseHistory } from "../../../orchestrator/run/noise-history.ts";
import { RUNTIMES } from "../../../orchestrator/runtimes/index.ts";
import { findCrates } from "../../../orchestrator/runtimes/rust/checkout.ts";
import {
	findNpmPackages,
	resolveWorkspaceRanges,
} from "../../../orchestrator/runtimes/typescript/checkout.ts";
import { inspectCheckout } from "../../../orchestrator/targets/checkout.ts";
import { rootOf, TARGETS } from "../../../orchestrator/targets/folder.ts";
import { launchOf } from "../../../orchestrator/targets/launch.ts";
import { parseTargets, resolveTargets } from "../../../orchestrator/targets/select.ts";
import { parseSpecifications } from "../../../orchestrator/targets/specification.ts";
import { type RuntimeName, type Target, target as targetSchema } from "../../../shared/types.ts";
import { evidenceOf, processOf, RUN, recordOf, resultOf, scenarioOf } from "../../support/evidence.ts";

const locked = loadTargets();
const HERE = "/somewhere";
const parse = (list: string | undefined, folder = HERE) =>
	parseSpecifications(list, { locked, folder }).specifications;
const named = (list: string) => parse(list).map(({ id, label }) => ({ id, label }));
const selectTargets = (list: string | undefined) => resolveTargets(parseTargets(list));
const idsOf = (list: string) => named(list).map(({ id }) => id);
const newFolder = () => mkdtempSync(join(tmpdir(), "targets-"));

/** Writes files below a folder, by their paths in it. */
function write(folder: string, files: Record<string, string>): string {
	for (const [name, text] of Object.entries(files)) {
		mkdirSync(dirname(join(folder, name)), { recursive: true });
		writeFileSync(join(folder, name), text);
	}
	return folder;
}

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
/** A locked target with any of its variants. */
const varied = fc
	.constantFrom(...locked)
	.chain(({ id, runtime }) =>
		fc
			.shuffledSubarray(RUNTIMES[runtime].variants.map(({ name }) => name))
			.map((variants) => [id, ...variants].join("+")),
	);
const word = fc.oneof(
	varied,
	fc.tuple(varied, versionText).map(([id, version]) => `${id}@${version}`),
	fc.tuple(varied, pathText).map(([id, path]) => `${id}=path:${path}`),
);
const list = fc.array(word, { minLength: 1, maxLength: 8 }).map((words) => words.join(","));

test("without a list, and with 'all', the locked targets are meant, as they are", async () => {
	for (const text of [undefined, "all"]) assert.deepEqual(await selectTargets(text), locked);
	assert.deepEqual(await selectTargets("rust, typescript,rust"), [locked[2], locked[0]]);
});

test("every target has an id of its own that is an identifier and fits into a file's name, whatever it is called", () => {
	fc.assert(
		fc.property(list, (text) => {
			const specifications = parse(text);
			assert.equal(new Set(specifications.map(({ id }) => id)).size, specifications.length);
			for (const { id, label, base, variants, source } of specifications) {
				assert.ok(targetSchema.shape.id.safeParse(id).success, id);
				assert.ok(id.length <= 64, id);
				assert.ok(label.startsWith(base.label) && label.length <= 64, label);
				assert.doesNotMatch(label, /\p{Cc}/u);
				const build = [base.id, ...variants].join("-");
				if (source === null) assert.equal(id, build);
				else assert.ok(id.startsWith(`${build}-`));
			}
		}),
		{ numRuns: 1000 },
	);
});

test("a path is data: it comes out as it went in, made absolute, and names the same target from any folder", () => {
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

test("what is no published version is refused before anything is run", () => {
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

test("a word of no form is one line that says which forms there are, and why a path broke off at a comma", () => {
	const forms =
		/choose from typescript, python, rust, or name a variant \(rust\+mimalloc\), a version \(typescript@2\.0\.0\) or a local copy \(typescript=path:DIR\)/;
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

test("a run takes eight targets and no ninth", () => {
	const versions = Array.from({ length: 9 }, (_, index) => `python@2.0.${index}`);
	assert.equal(parse(versions.slice(1).join(",")).length, 8);
	assert.equal(parse([...versions.slice(1), "python@2.0.8"].join(",")).length, 8);
	assert.throws(() => parse(versions.join(",")), {
		name: "UserError",
		message: /--targets names 9 targets, a run takes at most 8/,
	});
});

test("targets are called by version or folder; folders of one name by the nearest folder around them that differs", () => {
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

const core = {
	name: "@elizaos/core",
	version: "2.1.0",
	exports: { ".": { browser: "./b.js", bun: { types: "./x.d.ts", default: "./dist/i.js" } } },
};
const npm = (change: object = {}) => ({
	"package.json": JSON.stringify({ ...core, ...change }),
	"dist/i.js": "1",
});
const pyproject = {
	"pyproject.toml": '[tool.x]\nname = "other"\n[project]\nname = "elizaos"\nversion = "2.0.0a9"\n',
};
const crate = (name: string) => `[package]\nname = "${name}"\nversion = "2.3.4"\nedition = "2021"\n`;

test("a folder is asked what it holds: the package, its version", async () => {
	assert.equal((await inspectCheckout("typescript", write(newFolder(), npm()))).version, "2.1.0");
	assert.equal(
		(await inspectCheckout("typescript", write(newFolder(), npm({ exports: undefined, main: "dist/i.js" }))))
			.version,
		"2.1.0",
	);
	assert.equal((await inspectCheckout("python", write(newFolder(), pyproject))).version, "2.0.0a9");
	assert.equal(
		(await inspectCheckout("rust", write(newFolder(), { "Cargo.toml": crate("elizaos"), "src/lib.rs": "" })))
			.version,
		"2.3.4",
	);
});

test("a folder that is not there or holds something else is one line that says what is missing", async () => {
	const empty = newFolder();
	const file = join(write(newFolder(), { file: "" }), "file");
	for (const runtime of ["typescript", "python", "rust"] as const) {
		for (const path of [join(empty, "nowhere"), file])
			await assert.rejects(inspectCheckout(runtime, path), {
				name: "UserError",
				message: /^there is no folder /,
			});
		await assert.rejects(inspectCheckout(runtime, empty), {
			name: "UserError",
			message: /holds no (package\.json|pyproject\.toml|Cargo\.toml)/,
		});
	}
	const wrong: [RuntimeName, Record<string, string>, RegExp][] = [
		["typescript", npm({ name: "@elizaos/cli" }), /holds no package\.json with the name @elizaos\/core/],
		["typescript", { "package.json": "{" }, /holds no package\.json/],
		[
			"typescript",
			{ "package.json": npm()["package.json"] },
			/has no \.\/dist\/i\.js, which it exports: build it first/,
		],
		[
			"typescript",
			npm({ dependencies: { "@elizaos/prompts": "workspace:*" } }),
			/needs @elizaos\/prompts of its workspace/,
		],
		[
			"python",
			{ "pyproject.toml": '[project]\nname = "other"\n[tool.x]\nname = "elizaos"\n' },
			/holds no pyproject\.toml of elizaos/,
		],
		[
			"rust",
			{ "Cargo.toml": '[package]\nname = "other"\n[[bin]]\nname = "elizaos"\n' },
			/holds no Cargo\.toml with the package elizaos/,
		],
	];
	for (const [runtime, files, message] of wrong)
		await assert.rejects(
			inspectCheckout(runtime, write(newFolder(), files)),
			{ name: "UserError", message },
			String(message),
		);
});

test("packages of a workspace come with the one that needs them, in the versions that are there", () => {
	const root = newFolder();
	write(root, { "package.json": '{"workspaces":["packages/*"]}' });
	const dependencies = { "@elizaos/prompts": "workspace:*", uuid: "^13.0.0" };
	const path = write(join(root, "packages/core"), npm({ dependencies }));
	write(join(root, "packages/prompts"), {
		"package.json": JSON.stringify({ name: "@elizaos/prompts", version: "2.1.1" }),
	});
	const packages = findNpmPackages(path);
	assert.deepEqual(
		packages.map(({ folder }) => folder),
		[path, join(root, "packages/prompts")],
	);
	const [own, other] = packages.map(({ manifest }) => resolveWorkspaceRanges(manifest, packages));
	assert.deepEqual(own?.dependencies, { "@elizaos/prompts": "2.1.1", uuid: "^13.0.0" });
	assert.equal(other, packages[1]?.manifest, "a manifest without such ranges stays as it is");
});

test("crates are found in a workspace, up to three folders deep and no deeper, but not in build folders", () => {
	const root = newFolder();
	write(root, {
		"Cargo.toml": "[workspace]\n",
		"plugins/inmemorydb/rust/Cargo.toml": crate("elizaos-plugin-inmemorydb"),
	});
	write(root, {
		"target/CACHEDIR.TAG": "",
		"target/core/Cargo.toml": crate("elizaos"),
		"a/b/c/d/Cargo.toml": crate("elizaos"),
	});
	assert.throws(() => findCrates(root), {
		name: "UserError",
		message: /holds no Cargo\.toml with the package elizaos/,
	});
	write(root, { "packages/rust/Cargo.toml": crate("elizaos") });
	assert.deepEqual(findCrates(root), {
		framework: join(root, "packages/rust"),
		database: join(root, "plugins/inmemorydb/rust"),
	});
	assert.deepEqual(findCrates(join(root, "packages/rust")), {
		framework: join(root, "packages/rust"),
		database: null,
	});
});

test("a crate's digest covers the crates that it names by path, and its version may be its workspace's", async () => {
	const root = newFolder();
	write(root, { "Cargo.toml": '[workspace]\nmembers = ["core"]\n[workspace.package]\nversion = "3.1.4"\n' });
	write(root, {
		"core/Cargo.toml":
			'[package]\nname = "elizaos"\nversion.workspace = true\n[dependencies]\nhelp = { path = "../help" }\n',
		"core/src/lib.rs": "",
	});
	write(root, { "help/Cargo.toml": crate("help"), "help/src/lib.rs": "" });
	const before = await inspectCheckout("rust", join(root, "core"));
	assert.equal(before.version, "3.1.4");
	write(root, { "help/src/lib.rs": "pub fn other() {}" });
	assert.notEqual((await inspectCheckout("rust", join(root, "core"))).digest, before.digest);
});

test("the digest is of names and content alone, and tells any two apart", () => {
	const files = { "package.json": "{}", "dist/a.js": "one", "dist/b.js": "two", "target/kept.js": "three" };
	const folder = write(newFolder(), files);
	const digest = contentDigest([folder]);
	const copy = join(newFolder(), "elsewhere");
	cpSync(folder, copy, { recursive: true });
	utimesSync(join(copy, "dist/a.js"), 1, 1);
	write(copy, {
		"node_modules/x/index.js": "",
		".git/HEAD": "",
		"dist/__pycache__/a.pyc": "",
		"env/pyvenv.cfg": "",
		"build/CACHEDIR.TAG": "",
		"build/x": "",
	});
	assert.equal(contentDigest([copy]), digest);
	const changes: Record<string, string>[] = [
		{ "dist/a.js": "One" },
		{ "dist/c.js": "" },
		{ "target/kept.js": "" },
		{ "dist/a.js": "onetwo", "dist/b.js": "" },
	];
	const digests = changes.map((change) => contentDigest([write(write(newFolder(), files), change)]));
	const linked = write(newFolder(), files);
	symlinkSync("a.js", join(linked, "dist/link.js"));
	assert.equal(new Set([digest, ...digests, contentDigest([linked])]).size, changes.length + 2);
	const staged = join(newFolder(), "staged");
	copyContent(copy, staged);
	assert.equal(contentDigest([staged]), digest);
	assert.deepEqual(readdirSync(staged).toSorted(), ["dist", "package.json", "target"]);
});

test("the digest tells how names and contents are divided", () => {
	const files = fc.dictionary(fc.stringMatching(/^[a-c]{1,2}$/), fc.string({ maxLength: 3 }), { maxKeys: 3 });
	fc.assert(
		fc.property(files, files, (one, other) => {
			const [a, b] = [one, other].map((entries) => contentDigest([write(newFolder(), entries)]));
			const sorted = (entries: object) => JSON.stringify(Object.entries(entries).toSorted());
			assert.equal(a === b, sorted(one) === sorted(other));
		}),
		{ numRuns: 50 },
	);
});

test("a folder that is a link is read where it points to", async () => {
	const folder = write(newFolder(), npm());
	const link = join(newFolder(), "link");
	symlinkSync(folder, link);
	const { digest } = await inspectCheckout("typescript", link);
	write(folder, { "dist/i.js": "2" });
	assert.notEqual((await inspectCheckout("typescript", link)).digest, digest);
});

async function oneOf(list: string): Promise<Target> {
	const [target] = await selectTargets(list);
	return targetSchema.parse(target);
}

test("a locked target lives in the repository, every other one in a folder named by what it is made from", async () => {
	const folder = write(newFolder(), npm());
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
	write(folder, { "dist/i.js": "2" });
	roots.push(rootOf(await oneOf(`typescript=path:${folder}`)));
	assert.equal(new Set(roots).size, roots.length);
	for (const root of roots) assert.equal(dirname(root), TARGETS);
});

test("what is noted of a local copy, and what a resumed run must find again, belongs to its content", async () => {
	const folder = write(newFolder(), npm());
	const before = await oneOf(`typescript=path:${folder}`);
	write(folder, { "dist/i.js": "2" });
	const after = await oneOf(`typescript=path:${folder}`);
	assert.equal(before.id, after.id);
	const scenario = scenarioOf("single-message");
	const notes = NoiseHistory.of(RUN.machine, newFolder());
	const record = { ...RUN, scenarios: [scenario], processes: [recordOf(before, scenario)] };
	notes.add(record, [resultOf(before, [evidenceOf(scenario, [processOf(before, scenario, [5e6])])])]);
	assert.ok(notes.costs(before, scenario, RUN.settings));
	assert.equal(notes.costs(after, scenario, RUN.settings), null);
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
