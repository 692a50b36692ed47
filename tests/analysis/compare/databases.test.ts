// What a real database costs is said of pairs that are alike in everything else, and only of what was seen.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { summarizeLedger } from "../../../analysis/cell/ledger-summary.ts";
import { compareChange } from "../../../analysis/change/change.ts";
import { gate } from "../../../analysis/change/gate.ts";
import { compare } from "../../../analysis/compare/comparison.ts";
import { countedDifferences } from "../../../analysis/compare/counted.ts";
import { ratioBetween } from "../../../analysis/compare/ratio-between.ts";
import { figureOf, metricOf } from "../../../analysis/metrics.ts";
import {
	type BenchmarkResult,
	benchmarkResult,
	comparisonFile,
	type DatabasePair,
	type Target,
} from "../../../shared/types.ts";
import {
	databaseResults,
	onDatabase,
	SERVER,
	type Served,
	served,
	servedResult,
} from "../../support/databases.ts";
import { targets } from "../../support/evidence.ts";
import { recordedComparison, recordedResults } from "../../support/recorded.ts";

const [typescript, , rust] = targets as [Target, Target, Target];
const postgres = onDatabase(typescript, "postgres");
const pglite = onDatabase(typescript, "pglite");
const ONE = "single-message";

function resultsOf(...all: readonly (readonly [Target, Served])[]): BenchmarkResult[] {
	return all.map(([target, one]) => servedResult(target, [[ONE, one]]));
}

function pairsOf(results: readonly BenchmarkResult[]): DatabasePair[] {
	return compare(results).databases ?? [];
}

function twinsOf(...all: readonly Target[]): string[] {
	return pairsOf(resultsOf(...all.map((target) => [target, { ms: 1 }] as const))).map(
		({ target, twin }) => `${target} of ${twin}`,
	);
}

function serverOf(result: BenchmarkResult | undefined, scenario = ONE) {
	return result?.scenarios[scenario]?.server;
}

test("a target is compared with its twin by pairs, with the stage, the statements and the CPU of each side", () => {
	const results = resultsOf(
		[typescript, { ms: 1.4, stages: { memory_create: 0.1, prompt: 0.6 } }],
		[postgres, { ms: 14, stages: { memory_create: 9, prompt: 0.6 }, server: served(1, 58, 41, 2) }],
	);
	const [pair] = pairsOf(results);
	assert.deepEqual(
		[pair?.target, pair?.database, pair?.twin_database],
		[postgres.id, "postgres", "in-memory"],
	);
	const [row] = pair?.scenarios ?? [];
	assert.ok(row?.ratio?.interval && row.stage);
	assert.ok(row.ratio.interval.low < 10 && row.ratio.interval.high > 10 && row.ratio.verdict === "worse");
	assert.equal(row.stage.stage, "memory_create");
	assert.ok(Math.abs(row.stage.difference_ms - 8.9) < 0.2 && Math.abs(row.stage.share - 8.9 / 12.6) < 0.02);
	assert.deepEqual([row.statements, row.rows, row.server_cpu_ms], [58, 41, 2]);
	// The support's CPU is the message's own time.
	assert.ok(Math.abs((row.cpu_ms ?? 0) - 14) < 0.1 && Math.abs((row.twin_cpu_ms ?? 0) - 1.4) < 0.01);
});

test("a twin is alike in all but the database, and in memory first", () => {
	assert.deepEqual(twinsOf(typescript, postgres), [`${postgres.id} of ${typescript.id}`]);
	assert.deepEqual(twinsOf(pglite, postgres, typescript), [
		`${pglite.id} of ${typescript.id}`,
		`${postgres.id} of ${typescript.id}`,
	]);
	assert.deepEqual(twinsOf(pglite, postgres), [`${pglite.id} of ${postgres.id}`]);
	assert.deepEqual(twinsOf(postgres), []);
	assert.deepEqual(twinsOf(rust, postgres), []);
	const other = { ...postgres, framework: { ...postgres.framework, version: "9.9.9" } };
	assert.deepEqual(twinsOf(typescript, other), []);
	const onNode: Target = { ...postgres, engine: "node", variants: ["node", "postgres"] };
	assert.deepEqual(twinsOf(typescript, onNode), []);
	const node: Target = { ...typescript, id: "node", engine: "node", variants: ["node"] };
	assert.deepEqual(twinsOf(typescript, onNode, node), [`${postgres.id} of node`]);
	const copy = (digest: string) => ({ kind: "path" as const, path: "/somewhere", digest });
	assert.deepEqual(twinsOf({ ...typescript, source: copy("a") }, { ...postgres, source: copy("b") }), []);
	assert.equal(twinsOf({ ...typescript, source: copy("a") }, { ...postgres, source: copy("a") }).length, 1);
});

test("a run without a real database says nothing of any", () => {
	for (const results of [recordedResults(), resultsOf([typescript, { ms: 1 }], [rust, { ms: 2 }])]) {
		const found = { ...compare(results.map(({ database_server: _, ...result }) => result)) };
		assert.ok(!("databases" in found || "database_server" in found));
		const rows = found.scenarios.flatMap((one) => one.rows.map(({ metric }) => metric));
		assert.deepEqual(
			rows.filter((metric) => /^server_|^statements_|^rows_|^settle_/.test(metric)),
			[],
		);
		for (const { scenarios } of results)
			for (const { samples, server } of Object.values(scenarios)) {
				assert.equal(server, undefined);
				assert.ok(samples.every(({ values, series }) => !/server/.test(JSON.stringify([values, series]))));
			}
	}
});

test("a cell that does other work is shown beside its twin, and has no ratio and no stage", () => {
	const [row] =
		pairsOf(
			resultsOf(
				[typescript, { ms: 1 }],
				[postgres, { ms: 9, server: served(1, 9, 1001), status: "divergent" }],
			),
		)[0]?.scenarios ?? [];
	assert.deepEqual([row?.status, row?.ratio, row?.stage, row?.rows], ["divergent", null, null, 1001]);
	assert.ok(row && row.value > 8 && row.twin_value < 2);
});

test("where two databases cost the same, no stage is blamed", () => {
	const same = { ms: 2, stages: { memory_create: 1 } };
	const [row] = pairsOf(resultsOf([typescript, same], [postgres, same]))[0]?.scenarios ?? [];
	assert.deepEqual([row?.ratio?.verdict, row?.stage], ["tie", null]);
});

test("a server's CPU that cannot be read is null, and one unknown iteration pairs with nothing", () => {
	const unknown = { ...served(1, 4, 2), cpuMs: null, bytes: null };
	const [result] = resultsOf([postgres, { ms: 2, server: unknown }]);
	assert.deepEqual(serverOf(result), {
		server_cpu_per_message_ms: null,
		server_memory_mb: null,
		settle_ms: 12,
	});
	assert.ok(!("server_cpu_per_message_ms" in (result?.scenarios[ONE]?.estimates ?? {})));
	const known = resultsOf([postgres, { ms: 2, server: served(1, 4, 2, 0.5) }])[0];
	const { server_memory_mb, ...rest } = serverOf(known) ?? {};
	assert.deepEqual(rest, { server_cpu_per_message_ms: 0.5, settle_ms: 12 });
	assert.ok(Math.abs((server_memory_mb ?? 0) - 30) < 1e-9);
	const [sample] = known?.scenarios[ONE]?.samples ?? [];
	assert.equal(sample?.series.server_cpu_per_message_ms?.length, 6);
	assert.equal(sample?.values.server_memory_mb, 30);
});

test("the figures of a pair are those of the results, and its ratio is that of the scenario", () => {
	fc.assert(
		fc.property(
			fc.double({ min: 0.05, max: 40, noNaN: true }),
			fc.integer({ min: 0, max: 90 }),
			(factor, count) => {
				const results = resultsOf(
					[typescript, { ms: 3, stages: { prompt: 1 } }],
					[postgres, { ms: 3 * factor, stages: { prompt: factor }, server: served(1, count, 3) }],
				);
				const { databases, scenarios } = compare(results);
				const [row] = databases?.[0]?.scenarios ?? [];
				const [memory, real] = results.map((one) => one.scenarios[ONE]);
				assert.ok(row && memory && real);
				const metric = metricOf("message_latency_p50_ms");
				assert.deepEqual([row.value, row.twin_value], [figureOf(metric, real), figureOf(metric, memory)]);
				assert.equal(row.statements, count);
				const standing = scenarios[0]?.rows.find((one) => one.metric === metric.id)?.standing;
				assert.deepEqual(row.ratio, ratioBetween(standing?.pairs ?? [], postgres.id, typescript.id));
				if (row.stage) assert.equal(row.stage.difference_ms > 0, row.ratio?.verdict === "worse");
			},
		),
		{ numRuns: 25, seed: 7 },
	);
});

test("results and comparisons of real databases fit their schemas", () => {
	const results = databaseResults();
	for (const result of results) benchmarkResult.parse(JSON.parse(JSON.stringify(result)));
	const comparison = compare(results);
	assert.deepEqual(comparisonFile.parse(JSON.parse(JSON.stringify(comparison))), comparison);
	assert.deepEqual(comparison.database_server, SERVER);
	assert.equal(comparison.databases?.length, 4);
	comparisonFile.parse(JSON.parse(JSON.stringify(recordedComparison())));
});

test("statements are counted apart from what is asked of a model, and a tenth more is chance", () => {
	const differing = (one: number, other: number) => {
		const results = resultsOf(
			[postgres, { ms: 2, server: served(1, one, 20) }],
			[onDatabase(rust, "postgres"), { ms: 2, server: served(1, other, 20) }],
		);
		const { scenarios } = compare(results);
		assert.deepEqual(countedDifferences(scenarios, "model"), []);
		return countedDifferences(scenarios, "database").map(({ row }) => row.metric);
	};
	assert.deepEqual(differing(58, 63), []);
	assert.deepEqual(differing(58, 65), ["statements_per_message"]);
	assert.deepEqual(differing(4, 5), ["statements_per_message"]);
});

test("a head with more statements, or a server with more to do, is worse, and a gate can ask for it", () => {
	const [base, head] = resultsOf(
		[postgres, { ms: 2, server: served(1, 20, 20, 1) }],
		[
			{ ...postgres, id: "head" },
			{ ms: 2, server: served(1, 40, 20, 2) },
		],
	) as [BenchmarkResult, BenchmarkResult];
	const side = { name: "run", results: [base, { ...head, database_server: { ...SERVER, fsync: false } }] };
	const change = compareChange(side, side, { pairs: [[postgres.id, "head"]], paired: true });
	const changeIn = (metric: string) => change.cells[0]?.rows.find((row) => row.metric === metric)?.change;
	assert.equal(changeIn("statements_per_message"), "slower");
	assert.equal(changeIn("rows_per_message"), "no change");
	assert.equal(changeIn("server_cpu_per_message_ms"), "slower");
	assert.deepEqual(
		gate(change, [{ scenario: "*", metric: "statements_per_message", slower: 0.5 }]).gate?.regressions.map(
			({ metric, ratio }) => [metric, ratio],
		),
		[["statements_per_message", 2]],
	);
	assert.deepEqual(
		change.differences.map(({ kind, base: before, head: after }) => [
			kind,
			before.includes("fsync on"),
			after.includes("fsync off"),
		]),
		[["database-server", true, true]],
	);
});

test("the ledger has the same kinds of statement for every target, and nothing without a server", () => {
	const ledgerOf = (result: BenchmarkResult | undefined) => {
		const ledger = result?.scenarios["conversation-10"]?.ledger;
		assert.ok(ledger);
		return summarizeLedger(ledger).filter(({ item }) => /statements|rows/.test(item));
	};
	const results = databaseResults();
	assert.deepEqual(ledgerOf(results[0]), []);
	assert.deepEqual(
		ledgerOf(results[1]).map(({ item, of, value }) => [item, of, value]),
		[
			["statements", null, 62],
			["statements_of_kind", "SELECT", 31],
			["statements_of_kind", "INSERT", 6],
			["statements_of_kind", "UPDATE", 0],
			["statements_of_kind", "DELETE", 0],
			["statements_of_kind", "BEGIN/COMMIT", 25],
			["statements_of_kind", "other", 0],
			["rows_read", null, 60],
			["statements_after_last_message", null, 6],
		],
	);
});
