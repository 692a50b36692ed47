import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { loadTargetFile, loadTargets } from "../../../orchestrator/contract.ts";
import { ROOT } from "../../../orchestrator/files.ts";
import { RUNTIMES } from "../../../orchestrator/runtimes/index.ts";
import {
	LOCKED_WITH_SQL,
	SQL_PLUGIN,
	sqlPluginFor,
} from "../../../orchestrator/runtimes/typescript/sql-plugin.ts";
import { rootOf } from "../../../orchestrator/targets/folder.ts";
import { launchOf } from "../../../orchestrator/targets/launch.ts";
import { loadNames } from "../../../orchestrator/targets/names.ts";
import { chooseVersions } from "../../../orchestrator/targets/published.ts";
import {
	type ParseOptions,
	parseTargets,
	resolveAgain,
	resolveTargets,
} from "../../../orchestrator/targets/select.ts";
import { parseSpecifications } from "../../../orchestrator/targets/specification.ts";
import { databaseWith } from "../../../orchestrator/targets/variants.ts";
import { target as targetSchema } from "../../../shared/types.ts";

const locked = loadTargets();
const selectTargets = (list: string, options?: ParseOptions) =>
	Promise.resolve().then(() => resolveTargets(parseTargets(list, options)));
const newFolder = () => mkdtempSync(join(tmpdir(), "variants-"));

function namesFile(named: unknown): string {
	const path = join(newFolder(), "mine.json");
	writeFileSync(path, JSON.stringify({ schemaVersion: 1, named }));
	return path;
}

test("a variant is a target of its own: another id, label, folder and way to be started", async () => {
	const targets = await selectTargets(
		"typescript,typescript+node,python+uvloop,rust+mimalloc,rust+lto+mimalloc,rust+postgres+mimalloc",
	);
	assert.deepEqual(
		targets.map(({ id, label, engine }) => [id, label, engine]),
		[
			["typescript", "TypeScript", "bun"],
			["typescript-node", "TypeScript Node.js", "node"],
			["python-uvloop", "Python uvloop", "cpython"],
			["rust-mimalloc", "Rust mimalloc", "native"],
			["rust-mimalloc-lto", "Rust mimalloc LTO", "native"],
			["rust-mimalloc-postgres", "Rust mimalloc PostgreSQL", "native"],
		],
	);
	for (const target of targets) targetSchema.parse(target);
	assert.equal(new Set(targets.map(rootOf)).size, targets.length);
	const [bun, node, uvloop] = targets.map((target) => launchOf(target));
	assert.match(bun?.file ?? "", /bun$/);
	assert.equal(node?.file, process.execPath);
	assert.deepEqual(uvloop?.args.slice(-2), ["--event-loop", "uvloop"]);
	const databases = targets.map(({ database }) => database.package);
	assert.deepEqual(databases.slice(-2), ["elizaos-plugin-inmemorydb", "elizaos-plugin-sql"]);
	assert.deepEqual(
		targets.slice(-2).map((target) => launchOf(target).args),
		[[], ["--database", "postgres"]],
	);
	assert.deepEqual(await resolveAgain(targets), targets, "a run is resumed by what its file says");
});

test("a variant's database is the target's, and joins with another variant", async () => {
	const targets = await selectTargets("python,python+uvloop,python+postgres,python+postgres+uvloop");
	assert.deepEqual(
		targets.map(({ id, label, database }) => [id, label, database.package]),
		[
			["python", "Python", "elizaos-plugin-inmemorydb"],
			["python-uvloop", "Python uvloop", "elizaos-plugin-inmemorydb"],
			["python-postgres", "Python PostgreSQL", "elizaos-plugin-sql"],
			["python-uvloop-postgres", "Python uvloop PostgreSQL", "elizaos-plugin-sql"],
		],
	);
	for (const target of targets) targetSchema.parse(target);
	assert.deepEqual(launchOf(targets.at(-1) ?? assert.fail()).args.slice(-4), [
		"--event-loop",
		"uvloop",
		"--database",
		"postgres",
	]);
});

test("the locked database of python+postgres is the one of its lock file", () => {
	const database = databaseWith({ runtime: "python", database: { package: "", version: "" } }, ["postgres"]);
	const locked = readFileSync(join(ROOT, "python/requirements-postgres.lock"), "utf8");
	assert.ok(locked.includes(`\n${database.package}==${database.version} `));
});

test("variants in another order are the same target, and a variant of another runtime is refused", async () => {
	assert.deepEqual(
		await selectTargets("rust+lto+mimalloc,rust+mimalloc+lto"),
		await selectTargets("rust+mimalloc+lto"),
	);
	await assert.rejects(selectTargets("python+mimalloc"), {
		name: "UserError",
		message: "python has no variant 'mimalloc': choose from python+uvloop, python+postgres",
	});
	await assert.rejects(selectTargets("rust+"), { name: "UserError", message: /rust has no variant ''/ });
	await assert.rejects(selectTargets("rust+constructor"), {
		name: "UserError",
		message: /rust has no variant 'constructor'/,
	});
});

test("a variant on another database has that database's package, and a target has one database", async () => {
	const [postgres, pglite, joined] = await selectTargets(
		"typescript+postgres,typescript+pglite,typescript+postgres+node",
	);
	for (const target of [postgres, pglite, joined])
		assert.equal(target?.database.package, "@elizaos/plugin-sql");
	assert.deepEqual([postgres?.label, pglite?.label], ["TypeScript PostgreSQL", "TypeScript PGlite"]);
	assert.ok(postgres && joined);
	assert.deepEqual(launchOf(postgres).args.slice(-2), ["--database", "postgres"]);
	assert.deepEqual([joined.id, joined.engine], ["typescript-node-postgres", "node"]);
	await assert.rejects(selectTargets("typescript+postgres+pglite"), {
		name: "UserError",
		message: "a target has one database: name typescript+postgres or typescript+pglite",
	});
});

test("the locked version's SQL plugin is the one that its lock file has", () => {
	const manifest = (folder: string) =>
		JSON.parse(readFileSync(join(ROOT, folder, "package.json"), "utf8")) as {
			dependencies: Record<string, string>;
		};
	const { [SQL_PLUGIN.package]: plugin, ...others } = manifest(LOCKED_WITH_SQL).dependencies;
	assert.equal(plugin, SQL_PLUGIN.version);
	assert.deepEqual(others, manifest("typescript").dependencies, "all else is as in memory");
});

test("a version that is not locked gets the plugin that goes with it", () => {
	const newest = sqlPluginFor("3.0.0", "2.0.0", false);
	assert.match(newest, /^@elizaos\/plugin-sql@/);
	assert.notEqual(newest, "@elizaos/plugin-sql@3.0.0");
	assert.equal(sqlPluginFor("1.7.2", "2.0.0", true), "@elizaos/plugin-sql@1.7.2");
	assert.equal(sqlPluginFor("2.0.0", "2.0.0", false), `@elizaos/plugin-sql@${SQL_PLUGIN.version}`);
});

test("a variant of a version or a local copy is named by both", () => {
	const named = (list: string) =>
		parseSpecifications(list, { locked, folder: "/home/me" }).specifications.map(({ id, label }) => ({
			id,
			label,
		}));
	assert.deepEqual(named("typescript+node@2.0.0-alpha.10,rust+mimalloc=path:crates"), [
		{ id: "typescript-node-2-0-0-alpha-10", label: "TypeScript Node.js 2.0.0-alpha.10" },
		{ id: "rust-mimalloc-crates", label: "Rust mimalloc crates" },
	]);
});

test("every variant has a name in the target file, and every name there stands for a target", async () => {
	const { named } = loadTargetFile();
	for (const [runtime, { variants }] of Object.entries(RUNTIMES))
		for (const variant of variants)
			assert.ok(Object.values(named).includes(`${runtime}+${variant.name}`), variant.name);
	for (const [name, text] of Object.entries(named))
		assert.deepEqual(await selectTargets(name), await selectTargets(text), name);
});

test("a user's names stand for targets, and paths in the file start from its folder", async () => {
	const path = namesFile({ fast: "rust+mimalloc", mine: "python=path:copy", "rust-lto": "rust" });
	const names = loadNames(path, locked);
	const list = "fast,mine,typescript-node,rust-lto";
	const { specifications } = parseSpecifications(list, { locked, folder: "/elsewhere", named: names });
	assert.deepEqual(
		specifications.map(({ source }) => (source?.kind === "path" ? source.path : null)),
		[null, join(path, "../copy"), null, null],
	);
	assert.deepEqual(
		specifications.map(({ id, label }) => ({ id, label })),
		[
			{ id: "fast", label: "fast" },
			{ id: "mine", label: "mine" },
			{ id: "typescript-node", label: "TypeScript Node.js" },
			{ id: "rust-lto", label: "rust-lto" },
		],
	);
	const options = { folder: "/elsewhere", names: path };
	assert.equal(parseTargets(list, options).argument, list);
	assert.deepEqual((await selectTargets("fast", options)).map(rootOf).length, 1);
});

test("a wrong file of names gives one line that says where", () => {
	for (const [named, reason] of [
		[{ rust: "rust+lto" }, /has a wrong field named\.rust: a locked target has that name/],
		[{ "Not An Id": "rust" }, /has a wrong field named/],
		[{ mine: 3 }, /has a wrong field named\.mine/],
		[["rust"], /has a wrong field named/],
	] as const)
		assert.throws(() => loadNames(namesFile(named), locked), { name: "UserError", message: reason });
	assert.throws(() => loadNames(join(newFolder(), "none.json"), locked), {
		name: "UserError",
		message: /cannot read the file of named targets/,
	});
	for (const [text, reason] of [
		["other", /the name 'mine' stands for 'other', which is no target/],
		["mine", /the name 'mine' stands for 'mine', which is no target/],
		["python@", /names no version/],
	] as const)
		assert.throws(
			() =>
				parseSpecifications("mine", {
					locked,
					folder: "/",
					named: loadNames(namesFile({ mine: text }), locked),
				}),
			{
				name: "UserError",
				message: reason,
			},
		);
});

test("a range holds what is published between its ends, and a long one is thinned out evenly", () => {
	const published = ["1", "2", "3", "4", "5", "6", "7"];
	assert.deepEqual(chooseVersions(["2..4"], published, "1", 8), { versions: ["2", "3", "4"], leftOut: [] });
	assert.deepEqual(chooseVersions([], published, "5", 8), { versions: ["5", "6", "7"], leftOut: [] });
	assert.deepEqual(chooseVersions(["..2", "9"], published, "1", 8), {
		versions: ["1", "2", "9"],
		leftOut: [],
	});
	assert.deepEqual(chooseVersions(["1..7"], published, "1", 3), {
		versions: ["1", "4", "7"],
		leftOut: ["2", "3", "5", "6"],
	});
	assert.throws(() => chooseVersions(["4..2"], published, "1", 8), {
		message: "the range '4..2' runs backwards: write 2..4",
	});
	assert.throws(() => chooseVersions(["1..8"], published, "1", 8), {
		name: "UserError",
		message: /the version 8 of '1..8' is not published: choose from 1, 2/,
	});
});

test("clean says what it would remove: set-ups only, results stay", () => {
	const made = join(ROOT, ".cache/targets/rust-for-the-clean-test");
	mkdirSync(made, { recursive: true });
	writeFileSync(join(made, "file"), "x".repeat(2 * 1024 ** 2));
	const { status, stdout } = spawnSync(join(ROOT, "run.sh"), ["clean", "--dry-run"], { encoding: "utf8" });
	rmSync(made, { recursive: true });
	assert.equal(status, 0);
	assert.match(stdout, /2\.0 MB {2}\.cache\/targets\/rust-for-the-clean-test\n/);
	assert.match(stdout, /would be removed/);
	assert.doesNotMatch(stdout, /results|node_modules/);
});
