import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { compare } from "../../../analysis/compare/comparison.ts";
import { blockLogRatios } from "../../../analysis/compare/pairs.ts";
import { ratioBetween } from "../../../analysis/compare/ratio-between.ts";
import { renderComparison } from "../../../report/console/report.ts";
import type { BenchmarkResult, ProcessRecord, Standing } from "../../../shared/types.ts";
import { comparisonFile } from "../../../shared/types.ts";
import { evidenceOf, processOf, resultOf, scenarioOf, targets } from "../../support/evidence.ts";

const BLOCKS = 5;
const ITERATIONS = 4;

interface Timing {
	/** Mean message time in ns. */
	ns: number;
	/** Every block and iteration adds a fixed pattern of this relative amplitude. */
	spread?: number;
	status?: "comparable" | "divergent" | "unsupported";
}

/** Returns a pattern without a trend whose mean is 0, another one for every target. */
function wobble(target: number, block: number, iteration: number): number {
	return Math.sin(1 + 2.3 * target + 5.1 * block + 3.7 * iteration);
}

function resultsOf(
	timings: readonly Timing[],
	ids: readonly string[] = ["burst-100"],
	change: Partial<ProcessRecord> = {},
): BenchmarkResult[] {
	return timings.map(({ ns, spread = 0.02, status }, index) => {
		const target = targets[index];
		assert.ok(target);
		const cells = ids.map((id) => {
			const scenario = scenarioOf(id);
			const processes = Array.from({ length: BLOCKS }, (_, block) => {
				const times = Array.from({ length: ITERATIONS }, (_, iteration) =>
					Math.round(ns * (1 + spread * wobble(index, block, iteration))),
				);
				return processOf(target, scenario, times, { block, ...change });
			});
			return evidenceOf(scenario, processes, status);
		});
		return resultOf(target, cells);
	});
}

function standing(results: BenchmarkResult[], metric = "messages_per_second"): Standing | null {
	return compare(results).scenarios[0]?.rows.find((row) => row.metric === metric)?.standing ?? null;
}

test("a target that is clearly faster wins, and its lead has an interval", () => {
	const found = standing(resultsOf([{ ns: 3e6 }, { ns: 2e6 }, { ns: 1e6 }]));
	assert.equal(found?.winner, "rust");
	assert.deepEqual(found.ranks, {
		typescript: { best: 3, worst: 3 },
		python: { best: 2, worst: 2 },
		rust: { best: 1, worst: 1 },
	});
	for (const { interval, ratio, blocks } of found.pairs) {
		assert.ok(interval && interval.low < ratio && ratio < interval.high);
		assert.equal(blocks, BLOCKS);
	}
});

test("targets that noise cannot tell apart are a tie and share their ranks", () => {
	const found = standing(
		resultsOf([
			{ ns: 1e6, spread: 0.2 },
			{ ns: 1.01e6, spread: 0.2 },
			{ ns: 5e6, spread: 0.2 },
		]),
	);
	assert.equal(found?.winner, null);
	assert.deepEqual(found.leaders, ["typescript", "python"]);
	assert.deepEqual(found.ranks, {
		typescript: { best: 1, worst: 2 },
		python: { best: 1, worst: 2 },
		rust: { best: 3, worst: 3 },
	});
});

test("a divergent target neither wins nor loses", () => {
	const found = standing(resultsOf([{ ns: 3e6 }, { ns: 1e3, status: "divergent" }, { ns: 1e6 }]));
	assert.equal(found?.winner, "rust");
	assert.equal(found.ranks.python, undefined);
});

test("one block decides nothing", () => {
	const results = resultsOf([{ ns: 3e6 }, { ns: 2e6 }, { ns: 1e6 }]).map((result) => ({
		...result,
		scenarios: Object.fromEntries(
			Object.entries(result.scenarios).map(([id, cell]) => [
				id,
				{ ...cell, samples: cell.samples.filter(({ block }) => block === 0) },
			]),
		),
	}));
	const found = standing(results);
	assert.equal(found?.winner, null);
	assert.deepEqual(found.leaders, ["typescript", "python", "rust"]);
	assert.ok(found.pairs.every(({ verdict, interval }) => verdict === "undecided" && interval === null));
	assert.match(renderComparison(compare(results)), /undecided/);
});

test("processes of different blocks or attempts, and repeated blocks, are in no ratio", () => {
	const [a, b] = resultsOf([{ ns: 2e6 }, { ns: 1e6 }]).map(
		(result) => result.scenarios["burst-100"]?.samples ?? [],
	);
	assert.ok(a && b);
	const metric = "message_latency_p50_ms";
	assert.equal(blockLogRatios(a, b, metric).length, BLOCKS);
	const others = b.map((sample) => ({ ...sample, attempt: 2 }));
	assert.deepEqual(blockLogRatios(a, others, metric), []);
	assert.equal(
		blockLogRatios(
			a,
			b.map((sample) => ({ ...sample, counted: sample.block !== 0 })),
			metric,
		).length,
		BLOCKS - 1,
	);
});

test("a category is decided over the scenarios in which every target is comparable, and says so", () => {
	const ids = ["single-message", "conversation-10", "with-should-respond"];
	const results = resultsOf([{ ns: 3e6 }, { ns: 2e6 }, { ns: 1e6 }], ids);
	const python = results[1]?.scenarios["with-should-respond"];
	assert.ok(python);
	python.status = "divergent";
	const comparison = comparisonFile.parse(compare(results));
	const latency = comparison.categories.find(({ category }) => category === "latency");
	assert.equal(latency?.standing.winner, "rust");
	assert.deepEqual(
		latency.cells.map(({ scenario }) => scenario),
		["single-message", "conversation-10"],
	);
	assert.deepEqual(latency.left_out, ["with-should-respond"]);
	assert.match(renderComparison(comparison), /Rust wins: .* ahead of Python\s+║\s+2 of 3/);
});

test("a target's A/A process gives its floor, and is in none of its figures", () => {
	const [alone] = resultsOf([{ ns: 1e6 }], ["single-message"]);
	const [target] = targets;
	assert.ok(alone && target);
	const scenario = scenarioOf("single-message");
	const both = Array.from({ length: BLOCKS }, (_, block) =>
		(["measure", "aa"] as const).map((role, index) =>
			processOf(target, scenario, [1e6 * (1 + 0.02 * wobble(index, block, 0) + (role === "aa" ? 0.5 : 0))], {
				block,
				role,
			}),
		),
	).flat();
	const result = resultOf(target, [evidenceOf(scenario, both)]);
	const noise = compare([result]).scenarios[0]?.noise[target.id];
	assert.equal(result.scenarios["single-message"]?.processes, BLOCKS);
	assert.ok((result.scenarios["single-message"]?.latency?.max_ms ?? 0) < 1.1);
	assert.equal(noise?.floor_source, "this run");
	assert.ok((noise.floor ?? 0) > 0.4, "a systematic difference between the two processes raises the floor");
	assert.equal(noise.aa?.verdict, "better");
});

test("without A/A the floor is that of earlier runs, and there is none where they have none", () => {
	const [target] = targets;
	assert.ok(target);
	const scenario = scenarioOf("single-message");
	const evidence = evidenceOf(
		scenario,
		[0, 1, 2].map((block) => processOf(target, scenario, [1e6, 1.1e6], { block })),
	);
	const noiseWith = (earlier: Record<string, number[]>) =>
		compare([resultOf(target, [evidence], earlier)]).scenarios[0]?.noise[target.id];
	assert.deepEqual(noiseWith({}), { floor: null, floor_source: "not measured", floor_blocks: 0, aa: null });
	const known = noiseWith({ message_latency_p50_ms: [0.01, -0.02, 0.03, 0.01, -0.01] });
	assert.deepEqual(known, { floor: 0, floor_source: "earlier runs", floor_blocks: 5, aa: null });
	const shifted = noiseWith({ message_latency_p50_ms: [0.021, 0.02, 0.019] });
	assert.ok(Math.abs((shifted?.floor ?? 0) - Math.expm1(0.02)) < 1e-9);
});

test("a higher floor turns wins into ties, never ties into wins", () => {
	fc.assert(
		fc.property(
			fc.double({ min: 0.7, max: 1.4, noNaN: true }),
			fc.double({ min: 0, max: 0.5, noNaN: true }),
			(factor, bias) => {
				const results = resultsOf([
					{ ns: 1e6 * factor, spread: 0.05 },
					{ ns: 1e6, spread: 0.05 },
				]);
				const winnerWith = (log: number) => {
					const earlier = { messages_per_second: [log, log + 1e-4, log - 1e-4] };
					return (
						standing(
							results.map((result) => ({ ...result, scenarios: withEarlier(result.scenarios, earlier) })),
						)?.winner ?? null
					);
				};
				const [without, floored] = [winnerWith(0), winnerWith(bias)];
				assert.ok(floored === null || floored === without);
			},
		),
		{ numRuns: 40 },
	);
});

function withEarlier(
	scenarios: BenchmarkResult["scenarios"],
	earlier: Record<string, number[]>,
): BenchmarkResult["scenarios"] {
	return Object.fromEntries(
		Object.entries(scenarios).map(([id, cell]) => [id, { ...cell, earlier_aa: earlier }]),
	);
}

test("a pair is found in both directions, and says the opposite in the other one", () => {
	const found = standing(resultsOf([{ ns: 3e6 }, { ns: 2e6 }, { ns: 1e6 }]));
	assert.ok(found);
	const there = ratioBetween(found.pairs, "typescript", "rust");
	const back = ratioBetween(found.pairs, "rust", "typescript");
	assert.ok(there?.interval && back?.interval);
	assert.deepEqual([there.verdict, back.verdict], ["worse", "better"]);
	assert.equal(back.ratio, 1 / there.ratio);
	assert.deepEqual(back.interval, { low: 1 / there.interval.high, high: 1 / there.interval.low });
	assert.equal(ratioBetween(found.pairs, "rust", "perl"), null);
});
