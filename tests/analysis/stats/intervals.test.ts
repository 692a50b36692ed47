import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { minimumDetectableEffect } from "../../../analysis/compare/verdict.ts";
import { varianceComponents } from "../../../analysis/stats/allocation.ts";
import { bootstrapDeviation, pooledQuantile } from "../../../analysis/stats/bootstrap.ts";
import {
	normalCdf,
	normalQuantile,
	studentCdf,
	studentQuantile,
} from "../../../analysis/stats/distributions.ts";
import { growthModel } from "../../../analysis/stats/growth.ts";
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
import { compareQuarters, madOutliers, mannKendall } from "../../../analysis/stats/series.ts";
import { quantile } from "../../../analysis/stats/statistics.ts";

interface Golden {
	student: { p: number; df: number; t: number }[];
	normal: { z: number; p: number }[];
	levels: { values: number[]; confidence: number; value: number; low: number; high: number }[];
	means: { a: number[]; b: number[]; low: number; high: number }[];
	pooled: { processes: number[][]; probability: number; value: number; logDeviation: number }[];
	effects: { blocks: number; power: number; effect: number }[];
	trends: { series: number[]; s: number; z: number; p: number }[];
	quarters: { series: number[]; h: number; p: number }[];
	deviations: { sample: number[]; outliers: number }[];
	lines: {
		points: { size: number; values: number[] }[];
		base: [value: number, low: number, high: number];
		slope: [value: number, low: number, high: number];
	}[];
	totals: { amounts: number[]; overs: number[]; value: number; low: number; high: number }[];
	components: { blocks: number[][]; within: number; between: number }[];
}

const golden: Golden = JSON.parse(
	readFileSync(new URL("../../golden/intervals.json", import.meta.url), "utf8"),
);

function close(actual: number | undefined, expected: number, tolerance = 1e-9): void {
	const scale = Math.max(Math.abs(expected), 1e-300);
	assert.ok(
		actual !== undefined && Math.abs(actual - expected) <= tolerance * scale,
		`${actual} is not ${expected}`,
	);
}

test("the interval of a ratio of totals is that of the delta method", () => {
	for (const { amounts, overs, value, low, high } of golden.totals) {
		const found = totalsEstimate(amounts.map((amount, index) => ({ amount, over: overs[index] ?? 0 })));
		close(found?.value, value);
		close(found?.low, low);
		close(found?.high, high);
	}
	assert.equal(totalsEstimate([{ amount: 1, over: 1 }]), null);
});

test("a ratio of totals follows the units of both, and its interval closes if all processes have the same ratio", () => {
	const positive = fc.double({ min: 0.01, max: 1e3, noNaN: true });
	const processes = fc.array(fc.record({ amount: positive, over: positive }), { minLength: 2, maxLength: 8 });
	fc.assert(
		fc.property(processes, positive, (made, unit) => {
			const [one, other] = [
				totalsEstimate(made),
				totalsEstimate(made.map(({ amount, over }) => ({ amount: amount * unit, over }))),
			];
			close(other?.value, (one?.value ?? 0) * unit, 1e-6);
			close(other?.low, (one?.low ?? 0) * unit, 1e-6);
			const alike = totalsEstimate(made.map(({ over }) => ({ amount: 3 * over, over })));
			assert.ok(alike && alike.high / alike.low - 1 < 1e-6);
		}),
	);
});

test("normal and Student distributions agree with SciPy, tails included", () => {
	for (const { z, p } of golden.normal) close(normalCdf(z), p, 1e-12);
	for (const { p, df, t } of golden.student) {
		if (t === 0) assert.equal(studentQuantile(p, df), 0);
		else close(studentQuantile(p, df), t);
	}
});

test("intervals of a geometric mean agree with SciPy's t intervals of the logarithms", () => {
	for (const { values, confidence, ...expected } of golden.levels) {
		const found = levelEstimate(values, confidence);
		for (const field of ["value", "low", "high"] as const) close(found?.[field], expected[field]);
	}
});

test("the interval of a mean of two ratios agrees with SciPy's Welch interval", () => {
	for (const { a, b, low, high } of golden.means) {
		const found = geometricMean(
			[a, b].map((logs) => ratioEstimate(logs) as NonNullable<ReturnType<typeof ratioEstimate>>),
		);
		close(found?.low, low);
		close(found?.high, high);
	}
});

test("the bootstrap over processes agrees with an enumeration in NumPy", () => {
	for (const { processes, probability, value, logDeviation } of golden.pooled) {
		const found = bootstrapDeviation(
			processes.map((process) => Float64Array.from(process)),
			probability,
		);
		close(found.value, value);
		close(found.logDeviation, logDeviation);
	}
});

test("the detectable effect agrees with SciPy's noncentral t distribution", () => {
	for (const { blocks, power, effect } of golden.effects)
		close(
			minimumDetectableEffect({ standardDeviation: 0.04, blocks, floorLog: 0.01, power }) ?? undefined,
			effect,
			1e-4,
		);
});

test("trends, robust outliers, lines and variance components agree with SciPy", () => {
	for (const { series, s, z, p } of golden.trends) {
		const found = mannKendall(series);
		assert.equal(found?.s, s);
		close(found?.z, z);
		close(found?.p, p);
	}
	for (const { series, h } of golden.quarters) close(compareQuarters(series)?.h, h);
	for (const { sample, outliers } of golden.deviations) assert.equal(madOutliers(sample), outliers);
	for (const { points, base, slope } of golden.lines) {
		const found = growthModel(points);
		assert.equal(found?.shape, "linear");
		const cost = found.costs[0]?.perUnit;
		for (const [estimate, [value, low, high]] of [
			[found.base, base],
			[cost, slope],
		] as const) {
			close(estimate?.value, value, 1e-4);
			close(estimate?.low, low, 1e-3);
			close(estimate?.high, high, 1e-3);
		}
	}
	for (const { blocks, within, between } of golden.components) {
		const found = varianceComponents(blocks);
		close(found.withinBlock, within);
		close(found.betweenBlocks, between, 1e-8);
	}
});

const logs = fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 2, maxLength: 30 });
const times = fc.array(fc.double({ min: 1e-3, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 30 });
const unit = fc.double({ min: 0.01, max: 0.99, noNaN: true });
const estimateOf = (values: readonly number[]) =>
	ratioEstimate(values) as NonNullable<ReturnType<typeof ratioEstimate>>;

test("distribution functions and their quantiles undo each other and are symmetric", () => {
	fc.assert(
		fc.property(unit, fc.double({ min: 0.5, max: 200, noNaN: true }), (p, df) => {
			close(studentCdf(studentQuantile(p, df), df), p, 1e-8);
			close(normalCdf(normalQuantile(p)), p, 1e-12);
			assert.equal(studentQuantile(p, df) + studentQuantile(1 - p, df) === 0 || Math.abs(p - 0.5) > 0, true);
			close(studentCdf(-1.5, df), 1 - studentCdf(1.5, df), 1e-12);
		}),
	);
});

test("swapping the two targets inverts the ratio and its interval", () => {
	fc.assert(
		fc.property(logs, (values) => {
			const [one, other] = [estimateOf(values), estimateOf(values.map((value) => -value))];
			close(1 / other.value, one.value);
			close(1 / other.high, one.low);
			close(1 / other.low, one.high);
		}),
	);
});

test("the order of the blocks does not matter, a common factor shifts everything, and more confidence is wider", () => {
	fc.assert(
		fc.property(logs, fc.double({ min: -1, max: 1, noNaN: true }), (values, shift) => {
			const one = estimateOf(values);
			close(estimateOf(values.toReversed()).high, one.high, 1e-8);
			const shifted = estimateOf(values.map((value) => value + shift));
			close(shifted.value, one.value * Math.exp(shift), 1e-8);
			close(shifted.high / shifted.low, one.high / one.low, 1e-6);
			assert.ok(one.low <= one.value && one.value <= one.high);
			const wide = ratioEstimate(values, 0.99);
			assert.ok(wide && wide.low <= one.low && wide.high >= one.high);
		}),
	);
});

test("fewer than two processes have no interval, and no iterations no ratio", () => {
	assert.equal(ratioEstimate([]), null);
	assert.equal(ratioEstimate([0.1]), null);
	assert.equal(levelEstimate([3]), null);
	assert.equal(geometricMean([]), null);
	const one = Float64Array.from({ length: 100 }, (_, index) => index + 1);
	assert.equal(medianEstimate([one]), null);
	assert.equal(tailEstimate([one], 0.95), null);
	assert.throws(() => blockLogRatio([], []), RangeError);
	assert.throws(() => blockLogRatio([1, 2], [1]), RangeError);
	assert.throws(() => blockLogRatio([1], [0]), RangeError);
	assert.throws(() => levelEstimate([1, -1]), RangeError);
});

test("a block's ratio is that of a constant factor, and one burst does not move it", () => {
	fc.assert(
		fc.property(
			fc.array(fc.double({ min: 0.5, max: 2, noNaN: true }), { minLength: 3, maxLength: 20 }),
			unit,
			(base, factor) => {
				const slower = base.map((value) => value * (1 + factor));
				close(blockLogRatio(slower, base), Math.log1p(factor), 1e-9);
				const hit = slower.map((value, index) => (index === 0 ? value * 50 : value));
				close(blockLogRatio(hit, base), Math.log1p(factor), 1e-9);
			},
		),
	);
});

test("a pooled quantile is that of the merged sample, each process counted as often as drawn", () => {
	fc.assert(
		fc.property(
			fc.array(fc.tuple(times, fc.nat(3)), { minLength: 1, maxLength: 6 }),
			unit,
			(drawn, probability) => {
				fc.pre(drawn.some(([, count]) => count > 0));
				const sorted = drawn.map(([values]) => Float64Array.from(values).sort());
				const merged = drawn.flatMap(([values, count]) => Array.from({ length: count }, () => values).flat());
				const found = pooledQuantile(
					sorted,
					drawn.map(([, count]) => count),
					probability,
				);
				close(found, quantile(merged, probability), 1e-12);
			},
		),
	);
});

test("the median's estimate is the pooled median, inside its interval, and scales with its values", () => {
	const process = fc.array(fc.double({ min: 1, max: 100, noNaN: true }), { minLength: 20, maxLength: 40 });
	fc.assert(
		fc.property(
			fc.array(process, { minLength: 2, maxLength: 9 }),
			fc.double({ min: 0.1, max: 50, noNaN: true }),
			(processes, factor) => {
				const sorted = processes.map((values) => Float64Array.from(values).sort());
				const found = medianEstimate(sorted);
				assert.ok(found && found.low <= found.value && found.value <= found.high);
				close(found.value, quantile(processes.flat(), 0.5));
				const scaled = medianEstimate(sorted.map((values) => values.map((value) => value * factor)));
				close(scaled?.low, found.low * factor, 1e-6);
			},
		),
		{ numRuns: 30 },
	);
});

test("a tail with too few values of a process beyond it has no interval", () => {
	const processes = Array.from({ length: 5 }, () =>
		Float64Array.from({ length: 100 }, (_, index) => index + 1),
	);
	const found = tailEstimate(processes, 0.95);
	close(found?.value, quantile([...(processes[0] as Float64Array)], 0.95));
	assert.equal(tailEstimate(processes, 0.96), null);
	assert.equal(tailEstimate([...processes, Float64Array.from([1, 2, 3])], 0.95), null);
});

test("a run that stopped at a precision claims no narrower interval", () => {
	fc.assert(
		fc.property(logs, unit, (values, half) => {
			const [one, wide] = [estimateOf(values), widenTo(estimateOf(values), half)];
			assert.ok(wide.low <= one.low && wide.high >= one.high && wide.value === one.value);
			assert.ok(
				Math.log(wide.high / wide.value) >= half - 1e-9 && Math.log(wide.value / wide.low) >= half - 1e-9,
			);
		}),
	);
});
