import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
	decideVerdict,
	minimumDetectableEffect,
	noiseFloor,
	rankIntervals,
} from "../../../analysis/compare/verdict.ts";
import {
	halfWidth,
	isNarrowEnough,
	iterationsPerProcess,
	LEAST_PILOT,
	varianceComponents,
} from "../../../analysis/stats/allocation.ts";
import { ratioEstimate } from "../../../analysis/stats/intervals.ts";
import type { Verdict } from "../../../shared/types.ts";

const logs = fc.array(fc.double({ min: -0.5, max: 0.5, noNaN: true }), { minLength: 2, maxLength: 30 });
const positive = fc.double({ min: 1e-4, max: 1, noNaN: true });

test("a difference has to clear the floor with its whole interval", () => {
	assert.equal(decideVerdict({ low: 1.02, high: 1.04 }, Math.log(1.01)), "worse");
	assert.equal(decideVerdict({ low: 1.005, high: 1.04 }, Math.log(1.01)), "tie");
	assert.equal(decideVerdict({ low: 0.9, high: 0.98 }, Math.log(1.01)), "better");
	assert.equal(decideVerdict({ low: 0.9, high: 0.995 }, Math.log(1.01)), "tie");
	assert.equal(decideVerdict({ low: 0.9, high: 1.1 }, 0), "tie");
	assert.equal(decideVerdict(null, 0), "undecided");
});

test("a verdict is inverted with its pair", () => {
	const inverse: Record<Verdict, Verdict> = {
		better: "worse",
		worse: "better",
		tie: "tie",
		undecided: "undecided",
	};
	fc.assert(
		fc.property(logs, fc.double({ min: 0, max: 0.3, noNaN: true }), (values, floor) => {
			const one = decideVerdict(ratioEstimate(values), floor);
			assert.equal(decideVerdict(ratioEstimate(values.map((value) => -value)), floor), inverse[one]);
		}),
	);
});

test("a floor is what a target differs from itself beyond the scatter, whichever process is first", () => {
	for (const few of [[], [0.1], [0.1, 0.1001]]) assert.equal(noiseFloor(few), null);
	assert.equal(noiseFloor([0.02, -0.03, 0.015, 0.01, -0.02]), 0, "scatter is no floor");
	assert.ok(Math.abs((noiseFloor([0.031, 0.029, 0.03]) ?? 0) - 0.03) < 1e-9);
	fc.assert(
		fc.property(logs, (values) => {
			const floor = noiseFloor(values);
			if (values.length < 3) return assert.equal(floor, null);
			assert.ok(floor !== null);
			const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
			const interval = ratioEstimate(values);
			const differs = interval !== null && (interval.low > 1 || interval.high < 1);
			assert.ok(Math.abs(floor - (differs ? Math.abs(mean) : 0)) < 1e-9);
			assert.ok(Math.abs((noiseFloor(values.map((value) => -value)) ?? 0) - floor) < 1e-9);
		}),
	);
});

test("ranks follow from the verdicts: an order without ties has one rank each, a tie shares them", () => {
	const ids = ["a", "b", "c", "d"];
	const speed: Record<string, number> = { a: 1, b: 2, c: 2.05, d: 9 };
	const verdictOf = (one: string, other: string): Verdict => {
		const [x, y] = [speed[one] ?? 0, speed[other] ?? 0];
		return Math.abs(x - y) < 0.1 ? "tie" : x < y ? "better" : "worse";
	};
	assert.deepEqual(rankIntervals(ids, verdictOf), {
		a: { best: 1, worst: 1 },
		b: { best: 2, worst: 3 },
		c: { best: 2, worst: 3 },
		d: { best: 4, worst: 4 },
	});
	fc.assert(
		fc.property(fc.array(positive, { minLength: 1, maxLength: 6 }), positive, (values, near) => {
			const names = values.map((_, index) => String(index));
			const ranks = rankIntervals(names, (one, other) => {
				const gap = (values[Number(one)] ?? 0) - (values[Number(other)] ?? 0);
				return Math.abs(gap) < near ? "tie" : gap < 0 ? "better" : "worse";
			});
			for (const { best, worst } of Object.values(ranks))
				assert.ok(1 <= best && best <= worst && worst <= names.length);
			assert.ok(Object.values(ranks).some(({ best }) => best === 1));
		}),
	);
});

test("more blocks detect less, more noise and a higher floor hide more", () => {
	fc.assert(
		fc.property(positive, fc.integer({ min: 2, max: 60 }), positive, (deviation, blocks, floorLog) => {
			const effect = (change: object) =>
				minimumDetectableEffect({ standardDeviation: deviation, blocks, floorLog, ...change }) ?? 0;
			const here = effect({});
			assert.ok(here > Math.expm1(floorLog));
			assert.ok(effect({ blocks: blocks + 1 }) < here);
			assert.ok(effect({ standardDeviation: deviation * 1.5 }) > here);
			assert.ok(effect({ floorLog: floorLog * 1.5 }) > here);
			assert.ok(effect({ power: 0.95 }) > here);
		}),
	);
	assert.equal(minimumDetectableEffect({ standardDeviation: 0.1, blocks: 1, floorLog: 0 }), null);
});

test("blocks without noise inside vary only between each other, and equal blocks vary only inside", () => {
	assert.deepEqual(varianceComponents([]), { betweenBlocks: 0, withinBlock: 0 });
	const between = varianceComponents([
		[1, 1, 1],
		[2, 2, 2],
		[3, 3, 3],
	]);
	assert.deepEqual(between, { betweenBlocks: 1, withinBlock: 0 });
	const within = varianceComponents([
		[-1, 0, 1],
		[-1, 0, 1],
	]);
	assert.deepEqual(within, { betweenBlocks: 0, withinBlock: 1 });
});

test("more expensive processes and noisier iterations ask for longer processes, within their bounds", () => {
	const of = (change: object) =>
		iterationsPerProcess({
			components: { betweenBlocks: 0.001, withinBlock: 0.05 },
			processSeconds: 0.5,
			iterationSeconds: 0.02,
			least: 2,
			most: 1000,
			...change,
		});
	assert.equal(of({}), Math.ceil(Math.sqrt((25 * (Math.PI / 2) * 0.05) / 0.001)));
	assert.ok(of({ processSeconds: 5 }) > of({}));
	assert.ok(of({ iterationSeconds: 0.2 }) < of({}));
	assert.ok(of({ components: { betweenBlocks: 0.01, withinBlock: 0.05 } }) < of({}));
	assert.equal(of({ components: { betweenBlocks: 0, withinBlock: 0.05 } }), 1000);
	assert.equal(of({ components: { betweenBlocks: 0.1, withinBlock: 0 } }), 2);
	assert.equal(of({ components: { betweenBlocks: 0, withinBlock: 0 } }), 2);
});

test("a ratio is known when its interval is narrow, not before the end of the pilot", () => {
	fc.assert(
		fc.property(logs, positive, (blockLogRatios, precision) => {
			const blocks = blockLogRatios.length;
			assert.equal(
				isNarrowEnough({ blocks, halfWidth: halfWidth(blockLogRatios), precision }),
				blocks >= LEAST_PILOT && halfWidth(blockLogRatios) <= Math.log1p(precision),
			);
		}),
	);
	assert.equal(halfWidth([0.1]), Number.POSITIVE_INFINITY);
});
