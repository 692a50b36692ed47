import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { joinCells } from "../../../analysis/cell/machines.ts";
import {
	type CollectedRun,
	collectRun,
	compareVersions,
	inOrder,
	machinesOf,
	runId,
	versionLines,
	withoutSamples,
} from "../../../analysis/change/collection.ts";
import { history } from "../../../analysis/change/history.ts";
import { compare } from "../../../analysis/compare/comparison.ts";
import type { BenchmarkResult } from "../../../shared/types.ts";
import { asVersions, later, shortResults } from "../../support/many-runs.ts";

const recorded = shortResults();

function collected(results: readonly BenchmarkResult[]): CollectedRun {
	const [first, ...others] = results;
	assert.ok(first);
	return collectRun([first, ...others], compare([first, ...others]));
}

const run = collected(recorded);

/** A run of so many scenarios on a day. */
function runOf(day: number, scenarios: number, change: Partial<CollectedRun> = {}): CollectedRun {
	const timestamp = `2026-10-${String(day).padStart(2, "0")}T06:00:00.000Z`;
	return { ...run, id: `day-${day}`, timestamp, scenarios: run.scenarios.slice(0, scenarios), ...change };
}

test("a history is the same without the samples", () => {
	const results = Array.from({ length: 8 }, (_, day) => recorded.map((result) => later(result, day))).flat();
	assert.deepEqual(history(results.map(withoutSamples)), history(results));
});

test("a run of unlike machines is of all of them, and its history has a series on each", () => {
	const joined = recorded.map((result): BenchmarkResult => {
		const cells = Object.entries(result.scenarios).map(([id, cell]) => [
			id,
			joinCells(
				[0, 1].map((machine) => ({ machine, cell })),
				false,
			),
		]);
		const another = { ...result.machine, cpu_model: "another", kernel: "5.0" };
		return {
			...result,
			machines: [result.machine, another],
			scenarios: Object.fromEntries(cells) as BenchmarkResult["scenarios"],
		};
	});
	const whole = history(joined);
	assert.deepEqual(history(joined.map(withoutSamples)), whole);
	assert.equal(new Set(whole.series.map(({ machine }) => machine)).size, 2);
	const { machine, machines, kernels } = collected(joined);
	assert.equal(machines.length, 2);
	assert.ok(machine.startsWith(`${run.machine} and another, `), machine);
	assert.equal(kernels.length, 2);
});

test("a run's id is the same for all its results, and depends on nothing but the run", () => {
	assert.equal(new Set(recorded.map(runId)).size, 1);
	assert.match(run.id, /^2026-11-25-160336-[0-9a-f]{8}$/);
	const [first] = recorded;
	assert.ok(first);
	assert.notEqual(runId({ ...first, seed: 1 }), runId(first));
	const other: BenchmarkResult = { ...first, complete: false, scenarios: {} };
	assert.equal(runId(other), runId(first));
});

test("the targets of a run are in the same order, wherever they were found", () => {
	const ids = inOrder(recorded.toReversed()).map(({ target }) => target.id);
	assert.deepEqual(ids, ["typescript", "python", "rust"]);
});

test("versions are ordered by their numbers, and what comes before a release before it", () => {
	const sorted = [
		"1.7.2",
		"2.0.0a4",
		"2.0.0-alpha.3",
		"2.0.0-alpha.10",
		"2.0.0",
		"2.0.1-alpha.1",
		"2.0.1",
		"10.0.0",
	];
	const npm = sorted.filter((version) => version !== "2.0.0a4");
	fc.assert(
		fc.property(fc.shuffledSubarray(npm), (some) => {
			assert.deepEqual(
				some.toSorted(compareVersions),
				npm.filter((version) => some.includes(version)),
			);
		}),
	);
	assert.deepEqual(["2.0.0", "2.0.0a5", "2.0.0a10", "2.0.0a4"].toSorted(compareVersions), [
		"2.0.0a4",
		"2.0.0a5",
		"2.0.0a10",
		"2.0.0",
	]);
});

test("a version line has the published versions of one framework on one engine, and no local copies", () => {
	assert.deepEqual(versionLines(recorded), []);
	const versions = asVersions(recorded);
	const [line, ...others] = versionLines(versions);
	assert.deepEqual(others, []);
	assert.deepEqual(
		[line?.id, line?.label, line?.from, line?.to, line?.history.runs],
		["typescript-bun", "TypeScript", "2.0.0-alpha.1", "2.0.0-alpha.10", 3],
	);
	const copies = versions.map(
		(result, index): BenchmarkResult => ({
			...result,
			target:
				index === 0
					? { ...result.target, source: { kind: "path", path: "/copy", digest: "0" } }
					: { ...result.target, variants: index === 1 ? ["node"] : ["pglite"] },
		}),
	);
	assert.deepEqual(versionLines(copies), []);
});

test("the newest run leads that is half as wide as the widest, and compares runtimes", () => {
	const [only] = run.targets;
	assert.ok(only);
	const leadingOf = (runs: CollectedRun[]) => machinesOf(runs)[0]?.leading?.id;
	assert.equal(leadingOf([runOf(1, 4), runOf(2, 4)]), "day-2");
	assert.equal(leadingOf([runOf(1, 4), runOf(2, 2), runOf(3, 1)]), "day-2");
	assert.equal(leadingOf([runOf(1, 4), runOf(2, 4, { complete: false })]), "day-1");
	assert.equal(leadingOf([runOf(1, 4), runOf(2, 4, { model_delay_ms: 5 })]), "day-1");
	assert.equal(leadingOf([runOf(1, 4), runOf(2, 4, { targets: [only] })]), "day-1");
	assert.equal(leadingOf([runOf(1, 4, { targets: [only] })]), undefined);
	const two = run.targets.slice(0, 2);
	assert.equal(leadingOf([runOf(1, 2), runOf(2, 4, { targets: two })]), "day-1");
	assert.equal(leadingOf([runOf(1, 1, { targets: two }), runOf(2, 4, { targets: two })]), "day-2");
});

test("each scenario has its newest verdict, and machines are kept apart, the one that measured last first", () => {
	const machines = machinesOf([
		runOf(1, 4),
		runOf(3, 1),
		runOf(2, 4, { id: "day-2-of-two", targets: run.targets.slice(0, 2) }),
		runOf(2, 4, { machine: "another" }),
		runOf(4, 4, { complete: false, machine: "another" }),
	]);
	assert.deepEqual(
		machines.map(({ machine, runs }) => [machine, runs.map(({ id }) => id)]),
		[
			["another", ["day-4", "day-2"]],
			[run.machine, ["day-3", "day-2-of-two", "day-1"]],
		],
	);
	const newest = Object.fromEntries(
		machines[1]?.scenarios.map(({ scenario, run: of }) => [scenario.id, of.id]) ?? [],
	);
	assert.equal(newest[run.scenarios[0]?.id ?? ""], "day-3");
	assert.equal(newest["db-read-throughput"], "day-1");
});
