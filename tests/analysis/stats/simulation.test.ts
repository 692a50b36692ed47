// The promises of the verdicts are tested on made-up runs whose truth is known: coverage, false alarms,
// power. docs/statistics.md has the tables.

import assert from "node:assert/strict";
import { test } from "node:test";
import { decideVerdict, minimumDetectableEffect, noiseFloor } from "../../../analysis/compare/verdict.ts";
import { halfWidth, isNarrowEnough, LEAST_PILOT } from "../../../analysis/stats/allocation.ts";
import {
	blockLogRatio,
	geometricMean,
	levelEstimate,
	medianEstimate,
	ratioEstimate,
	tailEstimate,
	totalsEstimate,
	widenTo,
} from "../../../analysis/stats/intervals.ts";
import { median } from "../../../analysis/stats/statistics.ts";
import { isLong } from "../../support/long.ts";
import { SHAPES, Simulation, type Variation } from "../../support/simulate.ts";

const RUNS = 2000;
const BLOCKS = [3, 5, 10, 20];
const EFFECT = 0.05;

type Interval = { low: number; high: number } | null;
const holds = (interval: Interval, truth: number) =>
	interval !== null && interval.low <= truth && truth <= interval.high;
const logsOf = (simulation: Simulation, blocks: number, variation: Variation, effect: number) =>
	simulation.blocks(blocks, 10, variation, effect).map(({ a, b }) => blockLogRatio(a, b));

/** Three standard errors of a share of 5 % in so many runs. */
const ERROR = 3 * Math.sqrt((0.05 * 0.95) / RUNS);

function print(what: string, count: number, runs = RUNS): void {
	if (process.env.PRINT_TABLES) console.error(`${what}: ${((100 * count) / runs).toFixed(1)}`);
}

function assertCovers(covered: number, runs: number, what: string): void {
	const share = covered / runs;
	if (process.env.PRINT_TABLES) console.error(`${what}: ${(100 * share).toFixed(1)}`);
	assert.ok(share >= 0.93 && share <= 0.97, `${what}: ${(100 * share).toFixed(1)} % covered`);
}

for (const shape of SHAPES) {
	test(`the interval of a ratio covers 93 to 97 % of ${RUNS} runs with noise of the shape '${shape}', from three blocks on`, () => {
		const simulation = new Simulation(7);
		for (const blocks of BLOCKS) {
			let covered = 0;
			for (let run = 0; run < RUNS; run++)
				if (
					holds(
						ratioEstimate(logsOf(simulation, blocks, { shape, between: 0.04, within: 0.2 }, EFFECT)),
						Math.exp(EFFECT),
					)
				)
					covered++;
			assertCovers(covered, RUNS, `${shape}, ${blocks} blocks`);
		}
	});

	test(`a target is called different from itself in 5 % of ${RUNS} runs with noise of the shape '${shape}', with a floor and without`, () => {
		const simulation = new Simulation(8);
		for (const floored of [false, true]) {
			let alarms = 0;
			for (let run = 0; run < RUNS; run++) {
				const variation: Variation = { shape, between: 0.04, within: 0.2 };
				const floor = floored ? (noiseFloor(logsOf(simulation, 5, variation, 0)) ?? 0) : 0;
				if (decideVerdict(ratioEstimate(logsOf(simulation, 5, variation, 0)), floor) !== "tie") alarms++;
			}
			print(`false alarms, ${shape}, ${floored ? "with" : "without"} a floor`, alarms);
			assert.ok(alarms / RUNS <= 0.05 + ERROR, `${alarms} of ${RUNS}`);
		}
	});
}

test(`a floor is none in 95 % of ${RUNS} cells without a systematic difference, and is found where there is one`, () => {
	const simulation = new Simulation(15);
	for (const blocks of [3, 5, 8, 36, 60]) {
		let none = 0;
		let sum = 0;
		const bias = 3.5 * (0.05 / Math.sqrt(blocks));
		for (let run = 0; run < RUNS; run++) {
			const logs = Array.from({ length: blocks }, () => 0.05 * simulation.normal());
			if (noiseFloor(logs) === 0) none++;
			sum += noiseFloor(logs.map((log) => log + bias)) ?? 0;
		}
		print(`no floor, ${blocks} blocks`, none);
		assert.ok(Math.abs(none / RUNS - 0.95) <= ERROR, `${blocks} blocks: ${none} of ${RUNS}`);
		if (blocks >= 36) assert.ok(Math.abs(sum / RUNS / bias - 1) < 0.1, `${sum / RUNS} of ${bias}`);
	}
});

test("a systematic difference that A/A blocks have shown wins nothing", () => {
	const simulation = new Simulation(16);
	const deviation = 0.05;
	for (const bias of [0.02, 0.05, 0.1]) {
		let wins = 0;
		let withoutFloor = 0;
		for (let run = 0; run < RUNS; run++) {
			const logs = (blocks: number) =>
				Array.from({ length: blocks }, () => bias + deviation * simulation.normal());
			const estimate = ratioEstimate(logs(8));
			if (decideVerdict(estimate, noiseFloor(logs(60)) ?? 0) !== "tie") wins++;
			if (decideVerdict(estimate, 0) !== "tie") withoutFloor++;
		}
		print(`wins by a systematic ${bias}`, wins);
		assert.ok(wins / RUNS <= 0.05 + ERROR, `${wins} of ${RUNS}`);
		assert.ok(withoutFloor > 2 * wins, "the floor is what stops them");
	}
});

test(`a difference of 1 % is found in nine of ten runs that are known to 0.5 %, whatever A/A blocks there are`, () => {
	const simulation = new Simulation(17);
	const precision = 0.005;
	const deviation = 0.02;
	for (const earlier of [0, 5, 60]) {
		let found = 0;
		const runs = RUNS / 4;
		for (let run = 0; run < runs; run++) {
			const next = (effect: number) => effect + deviation * simulation.normal();
			const floor = noiseFloor(Array.from({ length: earlier }, () => next(0))) ?? 0;
			const logs = Array.from({ length: LEAST_PILOT }, () => next(Math.log(1.01)));
			const isOpen = () => !isNarrowEnough({ blocks: logs.length, halfWidth: halfWidth(logs), precision });
			while (logs.length < 400 && isOpen()) logs.push(next(Math.log(1.01)));
			const estimate = ratioEstimate(logs);
			if (decideVerdict(estimate && widenTo(estimate, Math.log1p(precision)), floor) === "worse") found++;
		}
		print(`1 % found, ${earlier} A/A blocks`, found, runs);
		assert.ok(found / runs >= 0.9, `${earlier} blocks of A/A: ${found} of ${runs}`);
	}
});

test(`levels and medians of a target cover 93 to 97 % of ${RUNS} runs on a machine that does not drift`, () => {
	const simulation = new Simulation(9);
	for (const shape of ["normal", "heavy tails"] as const) {
		for (const processes of isLong ? [5, 9] : [5]) {
			const variation = { shape, between: 0.05, within: 0.2 };
			const covered = { level: 0, median: 0 };
			for (let run = 0; run < RUNS; run++) {
				const messages = Array.from({ length: processes }, () => {
					const own = simulation.process(variation);
					return Float64Array.from({ length: 31 }, () =>
						Math.exp(own + simulation.symmetric(variation)),
					).sort();
				});
				if (holds(levelEstimate(messages.map(median)), 1)) covered.level++;
				if (holds(medianEstimate(messages), 1)) covered.median++;
			}
			for (const [what, count] of Object.entries(covered))
				assertCovers(count, RUNS, `${what}, ${shape}, ${processes} processes`);
		}
	}
});

test(`a ratio of totals covers 93 to 97 % of ${RUNS} runs, however much processes differ`, () => {
	const simulation = new Simulation(14);
	const within = 0.2;
	for (const [processes, between] of [
		[3, 0.05],
		[5, 0.05],
		[5, 0.2],
		[10, 0.1],
	] as const) {
		let covered = 0;
		for (let run = 0; run < RUNS; run++) {
			const totals = Array.from({ length: processes }, () => {
				const own = between * simulation.normal();
				const times = Array.from({ length: 31 }, () => Math.exp(own + within * simulation.normal()));
				return { amount: times.reduce((sum, time) => sum + time, 0), over: times.length };
			});
			// This is the mean of a log-normal time.
			if (holds(totalsEstimate(totals), Math.exp((between ** 2 + within ** 2) / 2))) covered++;
		}
		assertCovers(covered, RUNS, `${processes} processes, ${between} between them`);
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
				const next = () =>
					simulation.process({ shape, between, within: 0 }) -
					simulation.process({ shape, between, within: 0 });
				while (
					logs.length < LEAST_PILOT ||
					(logs.length < 200 &&
						!isNarrowEnough({ blocks: logs.length, halfWidth: halfWidth(logs), precision }))
				)
					logs.push(next());
				const plain = ratioEstimate(logs);
				const kept = plain && logs.length > LEAST_PILOT ? widenTo(plain, Math.log1p(precision)) : plain;
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
		const effect = Math.log1p(
			minimumDetectableEffect({ standardDeviation: deviation, blocks, floorLog }) ?? 0,
		);
		let found = 0;
		for (let run = 0; run < RUNS; run++) {
			const logs = Array.from({ length: blocks }, () => effect + deviation * simulation.normal());
			if (decideVerdict(ratioEstimate(logs), floorLog) === "worse") found++;
		}
		assert.ok(Math.abs(found / RUNS - 0.9) < 0.02, `${blocks} blocks: found ${found} of ${RUNS}`);
	}
});
