// What the verdicts promise, tried on made-up runs whose truth is known: coverage, false alarms, power. docs/statistics.md has the tables.
import assert from "node:assert/strict";
import { test } from "node:test";
import { LEAST_PILOT, narrowEnough } from "../analysis/allocation.ts";
import {
	blockLogRatio,
	geometricMean,
	levelEstimate,
	medianEstimate,
	noNarrowerThan,
	ratioEstimate,
	tailEstimate,
} from "../analysis/intervals.ts";
import { median } from "../analysis/statistics.ts";
import { judge, minimumDetectableEffect, noiseFloor } from "../analysis/verdict.ts";
import { alternating, Machine, oneAfterAnother, TYPESCRIPT } from "./support/machine.ts";
import { criterion, oneProcess, pyperf, welch } from "./support/rivals.ts";
import { SHAPES, Simulation, type Variation } from "./support/simulate.ts";

const RUNS = 2000;
const BLOCKS = [3, 5, 10, 20];
const EFFECT = 0.05;

type Interval = { low: number; high: number } | null;
const holds = (interval: Interval, truth: number) => interval !== null && interval.low <= truth && truth <= interval.high;
const logsOf = (simulation: Simulation, blocks: number, variation: Variation, effect: number) =>
	simulation.blocks(blocks, 10, variation, effect).map(({ a, b }) => blockLogRatio(a, b));

function assertCovers(covered: number, runs: number, what: string): void {
	const share = covered / runs;
	assert.ok(share >= 0.93 && share <= 0.97, `${what}: ${(100 * share).toFixed(1)} % covered`);
}

for (const shape of SHAPES) {
	test(`the interval of a ratio covers 93 to 97 % of ${RUNS} runs with noise of the shape '${shape}', from three blocks on`, () => {
		const simulation = new Simulation(7);
		for (const blocks of BLOCKS) {
			let covered = 0;
			for (let run = 0; run < RUNS; run++)
				if (holds(ratioEstimate(logsOf(simulation, blocks, { shape, between: 0.04, within: 0.2 }, EFFECT)), Math.exp(EFFECT))) covered++;
			assertCovers(covered, RUNS, `${blocks} blocks`);
		}
	});

	test(`a target is called different from itself in at most 5 % of ${RUNS} runs with noise of the shape '${shape}'`, () => {
		const simulation = new Simulation(8);
		for (const floored of [false, true]) {
			let alarms = 0;
			for (let run = 0; run < RUNS; run++) {
				const variation: Variation = { shape, between: 0.04, within: 0.2 };
				const floor = floored ? (noiseFloor(logsOf(simulation, 5, variation, 0)) ?? 0) : Math.log(1.01);
				if (judge(ratioEstimate(logsOf(simulation, 5, variation, 0)), floor) !== "tie") alarms++;
			}
			assert.ok(alarms / RUNS <= 0.05, `${alarms} of ${RUNS}`);
		}
	});
}

test(`levels and medians of a target cover 93 to 97 % of ${RUNS} runs`, () => {
	const simulation = new Simulation(9);
	for (const shape of ["normal", "heavy tails"] as const) {
		for (const processes of [5, 10]) {
			const variation = { shape, between: 0.05, within: 0.2 };
			const covered = { level: 0, median: 0 };
			for (let run = 0; run < RUNS; run++) {
				const messages = Array.from({ length: processes }, () => {
					const own = simulation.process(variation);
					return Float64Array.from({ length: 30 }, () => Math.exp(own + simulation.symmetric(variation))).sort();
				});
				if (holds(levelEstimate(messages.map(median)), 1)) covered.level++;
				if (holds(medianEstimate(messages), 1)) covered.median++;
			}
			for (const [what, count] of Object.entries(covered)) assertCovers(count, RUNS, `${what}, ${shape}, ${processes} processes`);
		}
	}
});

test(`a process's 95th percentile covers 93 to 97 % of ${RUNS} runs, however much processes differ`, () => {
	const simulation = new Simulation(10);
	const within = 0.2;
	const truth = Math.exp(1.6448536269514722 * within);
	for (const [processes, between] of [
		[3, 0.1],
		[5, 0.02],
		[5, 0.2],
		[10, 0.1],
	] as const) {
		let covered = 0;
		for (let run = 0; run < RUNS; run++) {
			const messages = Array.from({ length: processes }, () => {
				const own = between * simulation.normal();
				return Float64Array.from({ length: 200 }, () => Math.exp(own + within * simulation.normal())).sort();
			});
			if (holds(tailEstimate(messages, 0.95), truth)) covered++;
		}
		assertCovers(covered, RUNS, `${processes} processes, ${between} between them`);
	}
});

test(`the mean of a category's ratios covers 93 to 97 % of ${RUNS} runs, also where its scenarios are not equally noisy`, () => {
	const simulation = new Simulation(12);
	let covered = 0;
	for (let run = 0; run < RUNS; run++) {
		const estimates = [0.02, 0.05, 0.05, 0.1].map((deviation, index) => {
			const logs = Array.from({ length: 5 }, () => 0.1 * index + deviation * simulation.normal());
			return ratioEstimate(logs) as NonNullable<ReturnType<typeof ratioEstimate>>;
		});
		if (holds(geometricMean(estimates), Math.exp(0.15))) covered++;
	}
	assertCovers(covered, RUNS, "geometric mean");
});

test(`after the stopping rule 93 to 97 % of ${RUNS} runs are covered`, () => {
	const simulation = new Simulation(13);
	const precision = 0.03;
	for (const shape of ["normal", "heavy tails", "multimodal"] as const) {
		for (const between of [0.03, 0.06]) {
			let covered = 0;
			for (let run = 0; run < RUNS; run++) {
				const logs: number[] = [];
				const next = () => simulation.process({ shape, between, within: 0 }) - simulation.process({ shape, between, within: 0 });
				while (logs.length < LEAST_PILOT || (logs.length < 200 && !narrowEnough({ blockLogRatios: logs, precision }))) logs.push(next());
				const plain = ratioEstimate(logs);
				const kept = plain && logs.length > LEAST_PILOT ? noNarrowerThan(plain, Math.log1p(precision)) : plain;
				if (holds(kept, 1)) covered++;
			}
			assertCovers(covered, RUNS, `${shape}, ${between}`);
		}
	}
});

test("the minimum detectable effect is found nine times in ten", () => {
	const simulation = new Simulation(14);
	const [deviation, floorLog] = [0.04, Math.log(1.01)];
	for (const blocks of [3, 5, 10, 36]) {
		const effect = Math.log1p(minimumDetectableEffect({ standardDeviation: deviation, blocks, floorLog }) ?? 0);
		let found = 0;
		for (let run = 0; run < RUNS; run++) {
			const logs = Array.from({ length: blocks }, () => effect + deviation * simulation.normal());
			if (judge(ratioEstimate(logs), floorLog) === "worse") found++;
		}
		assert.ok(Math.abs(found / RUNS - 0.9) < 0.02, `${blocks} blocks: found ${found} of ${RUNS}`);
	}
});

const COMPARED = 300;
const FLOOR = Math.log(1.01);
const RIVALS = { welch, pyperf, oneProcess, criterion };
type Shares = Record<"ours" | keyof typeof RIVALS, number>;

/** How often each rule calls a pair different on the same data; `ours` only where processes took turns. */
function alarms(measure: typeof alternating, seconds: number, iterations: number, effect: number): Shares {
	const counts: Shares = { ours: 0, welch: 0, pyperf: 0, oneProcess: 0, criterion: 0 };
	for (let run = 0; run < COMPARED; run++) {
		const machine = new Machine(1000 + run);
		const { a, b } = measure(machine, seconds, iterations, TYPESCRIPT, effect);
		const logs = a.map((times, block) => blockLogRatio(times, b[block] as number[]));
		if (judge(ratioEstimate(logs), FLOOR) !== "tie") counts.ours += 1 / COMPARED;
		for (const [name, rule] of Object.entries(RIVALS) as [keyof typeof RIVALS, typeof welch][])
			if (rule(a, b, machine.simulation.random) === "different") counts[name] += 1 / COMPARED;
	}
	return counts;
}

test("three minutes of taking turns find 5 % in nine runs of ten, with fewer than one false alarm in twenty", () => {
	const [same, slower] = [alarms(alternating, 180, 40, 0), alarms(alternating, 180, 40, Math.log1p(EFFECT))];
	const table = JSON.stringify({ same, slower });
	if (process.env.PRINT_TABLES) console.error("turns", table);
	assert.ok(same.ours <= 0.05 && slower.ours >= 0.9, table);
	// Taking turns is what does it: rules that use all processes do well on the same data. Those that look at one process do not.
	for (const name of ["oneProcess", "criterion"] as const) assert.ok(same[name] > 0.05 || slower[name] < 0.9, `${name}: ${table}`);
});

test("with processes one after another, as other tools measure, no rule finds 5 % in three minutes without false alarms", () => {
	const [same, slower] = [alarms(oneAfterAnother, 180, 40, 0), alarms(oneAfterAnother, 180, 40, Math.log1p(EFFECT))];
	const table = JSON.stringify({ same, slower });
	if (process.env.PRINT_TABLES) console.error("one after another", table);
	for (const name of Object.keys(RIVALS) as (keyof typeof RIVALS)[])
		assert.ok(same[name] > 0.05 || slower[name] < 0.9, `${name}: ${table}`);
});
