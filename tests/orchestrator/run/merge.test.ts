// Shards of a real run, merged: they equal the run, unlike machines stay apart, and what is no shard is refused.
import assert from "node:assert/strict";
import {
	cpSync,
	existsSync,
	mkdtempSync,
	readFileSync,
	renameSync,
	rmSync,
	symlinkSync,
	truncateSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { scenarioResult } from "../../../analysis/cell/result.ts";
import { compareChange } from "../../../analysis/change/change.ts";
import { history } from "../../../analysis/change/history.ts";
import { UserError } from "../../../orchestrator/errors.ts";
import { loadEvidence, loadVerifications } from "../../../orchestrator/run/evidence.ts";
import { mergeShards } from "../../../orchestrator/run/merge.ts";
import { readResults } from "../../../orchestrator/run/results.ts";
import { readShards } from "../../../orchestrator/run/shards.ts";
import { RunStore } from "../../../orchestrator/run/store.ts";
import { type ComparisonFile, comparisonFile, type RunFile, runFile } from "../../../shared/types.ts";
import {
	character,
	makeShards,
	readRecord,
	STORED_RUN,
	slowDown,
	writeRecord,
} from "../../support/shards.ts";

const root = mkdtempSync(join(tmpdir(), "merge-"));
after(() => rmSync(root, { recursive: true, force: true }));
let made = 0;
const newFolder = () => join(root, String(made++));

function merge(
	shards: readonly string[],
	allowMissing = false,
): { folder: string; comparison: ComparisonFile } {
	const folder = newFolder();
	const store = RunStore.create(folder, new Date());
	const comparison = mergeShards(readShards(shards, allowMissing), store, character.fixtures);
	store.close();
	return { folder, comparison };
}

/** Another machine, on which all takes 1.7 times as long. */
function slower(record: RunFile): RunFile {
	return { ...record, machine: { ...record.machine, cpuModel: "slow", arch: "arm64" } };
}

function unlikeShards(copies = 4): string[] {
	return makeShards(newFolder(), {
		by: "blocks",
		of: 2,
		copies,
		change: (record, index) => (index === 2 ? slower(record) : record),
		measure: (found, index, { block }) =>
			slowDown(found, (index === 2 ? 1.7 : 1) * (1 + 0.03 * ((block >> 1) % 3))),
	});
}

test("the shards of one machine, merged, equal the run cell for cell", () => {
	for (const by of ["scenarios", "blocks"] as const) {
		const { folder, comparison } = merge(makeShards(newFolder(), { by, of: 2 }));
		comparisonFile.parse(comparison);
		const record = runFile.parse(JSON.parse(readFileSync(join(folder, "run.json"), "utf8")));
		assert.equal(record.status, "complete");
		const results = readResults(folder);
		const stored = readRecord(STORED_RUN);
		const place = { folder: STORED_RUN } as RunStore;
		for (const scenario of stored.scenarios) {
			const verified = loadVerifications(place, stored, scenario, character.fixtures);
			assert.ok(verified);
			for (const [target, cell] of loadEvidence(place, stored, scenario, verified)) {
				const whole = scenarioResult(cell, character.fixtures, { settings: stored.settings, earlierAa: {} });
				const merged = results.find((result) => result.target.id === target)?.scenarios[scenario.id];
				assert.deepEqual(
					{ ...merged, earlier_aa: {} },
					JSON.parse(JSON.stringify(whole)),
					`${target} in ${scenario.id}`,
				);
			}
		}
		for (const { file } of record.processes) assert.ok(file !== null && existsSync(join(folder, file)));
		assert.equal(comparison.machines, undefined);
		assert.deepEqual(comparison.merged?.missing, []);
	}
});

test("times of unlike machines stand beside each other, and have no mean", () => {
	const { folder, comparison } = merge(unlikeShards());
	comparisonFile.parse(comparison);
	assert.equal(comparison.machines?.length, 2);
	const row = (rows: ComparisonFile["scenarios"][number]["rows"]) =>
		rows.find(({ metric }) => metric === "message_latency_p50_ms") ?? assert.fail("no row");
	const [scenario] = comparison.scenarios;
	assert.ok(scenario);
	assert.deepEqual(row(scenario.rows).values, { python: null, rust: null });
	const [fast, slow] = (comparison.machines ?? []).map(
		({ scenarios }) => row(scenarios[0]?.rows ?? []).values,
	);
	for (const target of ["python", "rust"]) {
		const times = (slow?.[target] ?? 0) / (fast?.[target] ?? 0);
		assert.ok(times > 1.2 && times < 2.4, `${target}: ${times}`);
	}
	for (const result of readResults(folder)) {
		const cell = result.scenarios[scenario.id];
		assert.ok(
			cell?.on_machines?.length === 2 && cell.latency === null && Object.keys(cell.estimates).length === 0,
		);
		assert.ok(Object.values(result.metrics).every((value) => value === null));
	}
	assert.deepEqual(comparison.growth, []);
});

test("the ratio over unlike machines has its parts, and is the geometric mean of them", () => {
	const { comparison } = merge(unlikeShards());
	const pairs = comparison.scenarios.flatMap(({ rows }) =>
		rows.flatMap(({ standing }) => standing?.pairs ?? []),
	);
	assert.ok(pairs.length > 4);
	for (const { ratio, interval, blocks, over_machines: parts } of pairs) {
		assert.ok(parts && interval && blocks === 8);
		const logs = parts.machines.map((one) => Math.log(one.ratio));
		assert.ok(Math.abs(Math.log(ratio) - ((logs[0] ?? 0) + (logs[1] ?? 0)) / 2) < 1e-9);
		assert.deepEqual(
			parts.machines.map((one) => one.machine),
			[0, 1],
		);
	}
	for (const { standing } of comparison.categories)
		for (const { interval } of standing.pairs) assert.ok(interval);
});

test("a machine on which one target is slower than on the other is found", () => {
	const favours = (factor: number) =>
		makeShards(newFolder(), {
			by: "blocks",
			of: 2,
			copies: 4,
			change: (record, index) => (index === 2 ? slower(record) : record),
			measure: (found, index, { target, block }) =>
				slowDown(
					found,
					(index === 2 && target === "python" ? factor : 1) * (1 + 0.02 * ((block * 7 + target.length) % 5)),
				),
		});
	const found = (shards: string[]) => {
		const { scenarios } = merge(shards).comparison;
		const row = scenarios[0]?.rows.find(({ metric }) => metric === "message_latency_p50_ms");
		return row?.standing?.pairs[0]?.over_machines ?? assert.fail("no pair over machines");
	};
	const apart = found(favours(3));
	assert.ok(apart.heterogeneity && apart.heterogeneity.p < 0.01 && apart.heterogeneity.i2 > 0.5);
	assert.ok((apart.between ?? 0) > 0.2);
});

test("a merged run is compared, and followed, machine by machine", () => {
	const { folder } = merge(unlikeShards());
	const results = readResults(folder);
	const side = { name: "merged", results };
	const change = compareChange(side, side, { pairs: [["python", "rust"]], paired: true });
	const cell = change.cells.find(({ scenario }) => scenario === "single-message");
	const row = cell?.rows.find(({ metric }) => metric === cell.deciding_metric);
	assert.ok(row?.interval && row.base === null && row.change !== "not comparable");
	const machines = new Set(history(results).series.map(({ machine }) => machine));
	assert.equal(machines.size, 2);
});

test("groups of versions keep their blocks apart, and their processes can be traced", () => {
	const { folder, comparison } = merge(makeShards(newFolder(), { by: "versions", of: 2 }));
	const { processes, turns } = readRecord(folder);
	const numbers = processes
		.filter(({ role }) => role === "measure")
		.map(({ scenario, target, block }) => `${scenario} ${target} ${block}`);
	assert.equal(new Set(numbers).size, numbers.length);
	assert.deepEqual([...new Set(turns.map(({ block }) => block))].toSorted(), [0, 1, 2, 3]);
	for (const { file } of processes) assert.ok(file !== null && existsSync(join(folder, file)), String(file));
	const [pair] = comparison.scenarios[0]?.rows.find(({ standing }) => standing)?.standing?.pairs ?? [];
	assert.equal(pair?.blocks, 4);
});

test("missing and doubled shards are named, and what there is is merged on request", () => {
	const shards = makeShards(newFolder(), { by: "blocks", of: 2, copies: 2 });
	const [one = "", two = ""] = shards;
	assert.throws(() => readShards([one], false), /1 shard of 2 is missing, 2: .*--allow-missing/);
	assert.throws(() => readShards([one, two, `${one}/`], true), /shard-1 is named twice: name it once/);
	const copy = newFolder();
	cpSync(one, copy, { recursive: true });
	assert.throws(
		() => readShards([one, two, copy], true),
		/shard 1 of 2 by blocks is there twice: .*name one/,
	);
	assert.throws(
		() => readShards([dirname(one)], true),
		/holds no shard of a run: name the folders in it .*shard-1/,
	);
	const { comparison } = merge([one], true);
	assert.deepEqual(comparison.merged?.missing, [2]);
	assert.equal(comparison.complete, false);
	writeRecord(two, { ...readRecord(two), status: "interrupted" });
	assert.throws(() => readShards(shards, false), /shard 2 of 2 by blocks is not complete: finish it on/);
	assert.equal(merge(shards, true).comparison.complete, false);
});

/** What is done to the second shard, and what is said of it. */
const WRONG: [string, (folder: string) => void, RegExp, number][] = [
	["no folder", (folder) => rmSync(folder, { recursive: true }), /there is no folder .*shard-2/, 2],
	["no run file", (folder) => rmSync(join(folder, "run.json")), /holds no shard of a run/, 2],
	[
		"a truncated run file",
		(folder) => truncateSync(join(folder, "run.json"), 500),
		/is not complete JSON/,
		2,
	],
	[
		"a run that is no shard",
		(folder) => edit(folder, { shard: undefined }),
		/was measured without --shard/,
		2,
	],
	[
		"another plan",
		(folder) => editShard(folder, { plan: { scenarios: "a", settings: "c" } }),
		/plans differ in settings/,
		3,
	],
	[
		"another number of shards",
		(folder) => editShard(folder, { of: 4 }),
		/one is 1 of 2 by blocks, the other 2 of 4/,
		2,
	],
	[
		"a number beyond the last",
		(folder) => editShard(folder, { index: 3 }),
		/wrong field shard.index: there are 2 shards/,
		2,
	],
	[
		"another harness",
		(folder) => editDigest(folder, "the rust harness"),
		/they differ in the rust harness/,
		3,
	],
	[
		"another contract",
		(folder) => editDigest(folder, "shared/character.json"),
		/they differ in shared\/character/,
		3,
	],
	[
		"another engine",
		(folder) => editVersions(folder, { engine: "tokio 9" }),
		/another engine, .* and tokio 9/,
		3,
	],
	[
		"another compiler",
		(folder) => editVersions(folder, { language: "rustc 9 (b)" }),
		/rust has another language, .* and rustc 9/,
		3,
	],
	[
		"a block of another shard",
		(folder) => editProcess(folder, { block: 2 }),
		/the block is another shard's/,
		2,
	],
	[
		"a path in an id",
		(folder) => editProcess(folder, { scenario: "../../etc" }),
		/wrong field processes\.\d+\.scenario/,
		2,
	],
	[
		"a path to elsewhere",
		(folder) => editProcess(folder, { file: "measurements/../../x/y.json" }),
		/must lie in the run's folder/,
		2,
	],
	[
		"a target of no plan",
		(folder) => editProcess(folder, { target: "perl" }),
		/of another scenario or target/,
		2,
	],
	["a process twice", (folder) => doubleProcess(folder), /it is there twice/, 2],
	["a link", (folder) => symlinkSync("/etc/passwd", join(folder, "logs")), /holds a symbolic link/, 2],
	["a missing measurement", (folder) => rmSync(measurementOf(folder)), /the shard lacks the file/, 2],
	[
		"a truncated measurement",
		(folder) => truncateSync(measurementOf(folder), 300),
		/is not complete JSON/,
		2,
	],
	["a measurement of another scenario", (folder) => swap(folder), /wrong field cells.0.scenario/, 2],
	["no result file", (folder) => renameSync(join(folder, "rust.json"), join(folder, "x.json")), /-/, 0],
];

function edit(folder: string, change: object): void {
	writeRecord(folder, { ...readRecord(folder), ...change });
}
function editShard(folder: string, change: object): void {
	edit(folder, { shard: { ...readRecord(folder).shard, ...change } });
}
function editDigest(folder: string, name: string): void {
	edit(folder, { fingerprint: { ...readRecord(folder).fingerprint, [name]: "0" } });
}
function editVersions(folder: string, change: object): void {
	const { targets } = readRecord(folder);
	edit(folder, {
		targets: targets.map((target) =>
			target.id === "rust" && target.versions
				? { ...target, versions: { ...target.versions, ...change } }
				: target,
		),
	});
}
function editProcess(folder: string, change: object): void {
	const { processes } = readRecord(folder);
	edit(folder, {
		processes: processes.map((row, at) => (at === processes.length - 1 ? { ...row, ...change } : row)),
	});
}
function doubleProcess(folder: string): void {
	const { processes } = readRecord(folder);
	edit(folder, { processes: [...processes, ...processes.slice(-1)] });
}
function measurementOf(folder: string): string {
	return join(folder, readRecord(folder).processes.at(-1)?.file ?? "");
}
function swap(folder: string): void {
	const [first] = readRecord(folder).processes;
	writeFileSync(measurementOf(folder), readFileSync(join(folder, first?.file ?? "")));
}

test("what is no shard of the run is refused in one line", () => {
	for (const [name, spoil, message, status] of WRONG) {
		const shards = makeShards(newFolder(), { by: "blocks", of: 2 });
		spoil(shards[1] ?? "");
		if (status === 0) {
			// A shard that another program has put together has no result files. Nothing is known of earlier noise then.
			merge(shards);
			continue;
		}
		assert.throws(
			() => merge(shards),
			(error) => {
				assert.ok(error instanceof UserError, `${name}: ${error}`);
				assert.match(error.message, message, name);
				assert.ok(!error.message.includes("\n"), name);
				if (name !== "another number of shards") assert.equal(error.exitCode, status, name);
				return true;
			},
			name,
		);
	}
});
