import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
	classifyGrowth,
	crossover,
	type PowerLaw,
	perDoubling,
	powerLaw,
} from "../../../analysis/stats/scaling.ts";
import { compareQuarters, madOutliers, mannKendall, steadyState } from "../../../analysis/stats/series.ts";
import { Simulation } from "../../support/simulate.ts";

const positive = fc.double({ min: 0.1, max: 1e4, noNaN: true });
const RUNS = 2000;

test("an outlier is found by the median absolute deviation, where three standard deviations hide it", () => {
	assert.equal(madOutliers([10, 10.1, 9.9, 10.05, 9.95, 100]), 1);
	assert.equal(madOutliers([1, 1, 1, 1, 5]), 0, "more than half are equal: nothing to measure by");
	fc.assert(
		fc.property(
			fc.array(positive, { minLength: 3, maxLength: 40 }),
			fc.double({ min: 0.5, max: 20, noNaN: true }),
			(sample, factor) => {
				const found = madOutliers(sample);
				assert.ok(found <= sample.length / 2);
				assert.equal(madOutliers(sample.map((value) => value * 2 ** Math.round(factor))), found);
			},
		),
	);
});

test("a trend read backwards is the opposite trend", () => {
	fc.assert(
		fc.property(fc.array(positive, { minLength: 4, maxLength: 40 }), (series) => {
			const [there, back] = [mannKendall(series), mannKendall(series.toReversed())];
			assert.equal(there === null, back === null);
			if (there && back)
				assert.deepEqual([back.s + 0, back.z + 0, back.p], [-there.s + 0, -there.z + 0, there.p]);
		}),
	);
	assert.equal(mannKendall([1, 2, 3]), null);
	assert.equal(mannKendall([2, 2, 2, 2]), null);
	assert.equal(compareQuarters([1, 2, 3]), null);
	assert.equal(compareQuarters(Array(9).fill(1)), null);
});

test("a falling series is warming, a rising one slowing, one with a jump up and down unsteady, and a short one not judged", () => {
	const line = (from: number, to: number) =>
		Array.from({ length: 20 }, (_, index) => from + ((to - from) * index) / 19);
	assert.equal(steadyState(line(5, 3)), "warming");
	assert.equal(steadyState(line(3, 5)), "slowing");
	assert.equal(steadyState(line(3, 3.01)), "flat", "significant, but of no consequence");
	assert.equal(steadyState(Array(20).fill(2)), "flat");
	assert.equal(steadyState([5, 4, 3, 2, 1, 0.5, 0.2]), null);
	const jump = Array.from(
		{ length: 40 },
		(_, index) => (index < 10 || index > 29 ? 2 : 4) + ((index * 7) % 5) / 50,
	);
	assert.equal(steadyState(jump), "unsteady");
});

test(`a flat series with bursts is called flat in 95 % of ${RUNS} simulated processes, and a warm-up of 10 % is found`, () => {
	const simulation = new Simulation(11);
	for (const length of [10, 20, 50]) {
		for (const within of [0.1, 0.3]) {
			let wrong = 0;
			for (let run = 0; run < RUNS; run++) {
				const burst = Math.floor(simulation.random.next() * length * 4);
				const series = Array.from(
					{ length },
					(_, index) =>
						Math.exp(within * simulation.normal()) * (index >= burst && index < burst + 3 ? 2 : 1),
				);
				if (steadyState(series) !== "flat") wrong++;
			}
			assert.ok(wrong / RUNS <= 0.05, `${length} iterations, ${within}: ${wrong} of ${RUNS}`);
		}
	}
	let found = 0;
	for (let run = 0; run < RUNS; run++) {
		const series = Array.from(
			{ length: 50 },
			(_, index) => Math.exp(0.05 * simulation.normal()) * (1.1 - (0.1 * index) / 49),
		);
		if (steadyState(series) === "warming") found++;
	}
	assert.ok(found / RUNS > 0.85, `found ${found} of ${RUNS}`);
});

/** Makes processes at each size of an exact law, spread a little and evenly. */
function points(exponent: number, sizes: readonly number[], coefficient = 1, spread = 0.01) {
	return sizes.map((size) => ({
		size,
		values: [-1, 0, 1].map((side) => coefficient * size ** exponent * Math.exp(side * spread)),
	}));
}
const law = (of: ReturnType<typeof points>) => powerLaw(of) as PowerLaw;

test("an exact power law is recovered, whatever the units of size and value", () => {
	fc.assert(
		fc.property(
			fc.double({ min: -1, max: 3, noNaN: true }),
			positive,
			fc.double({ min: 0.5, max: 50, noNaN: true }),
			(exponent, coefficient, unit) => {
				const found = law(points(exponent, [10, 50, 100], coefficient)).exponent;
				assert.ok(
					Math.abs(found.value - exponent) < 1e-9 && found.low <= found.value && found.value <= found.high,
				);
				const scaled = law(points(exponent, [10 * unit, 50 * unit, 100 * unit], coefficient)).exponent;
				assert.ok(Math.abs(scaled.value - found.value) < 1e-9);
				assert.deepEqual(law(points(exponent, [10, 50, 100])).local, []);
			},
		),
	);
	assert.equal(powerLaw([{ size: 1, values: [1, 2] }]), null);
	assert.equal(
		powerLaw([
			{ size: 1, values: [1, 2] },
			{ size: 2, values: [1] },
		]),
		null,
	);
	assert.throws(
		() =>
			powerLaw([
				{ size: 0, values: [1, 2] },
				{ size: 2, values: [1, 2] },
			]),
		RangeError,
	);
});

test("a fixed cost with a linear one is no power law, and the exponents between its sizes say so", () => {
	const affine = [10, 100, 1000].map((size) => ({
		size,
		values: [0.99, 1, 1.01].map((noise) => noise * (100 + size)),
	}));
	const found = law(affine);
	assert.equal(found.local.length, 2);
	assert.ok((found.local[0]?.exponent.value ?? 9) < 0.4 && (found.local[1]?.exponent.value ?? 0) > 0.7);
});

test("growth is put into words only as far as the interval allows", () => {
	const words = (low: number, high: number) => classifyGrowth({ low, high });
	assert.equal(words(-0.05, 0.08), "constant");
	assert.equal(words(0.2, 0.6), "less than linear");
	assert.equal(words(0.95, 1.05), "linear");
	assert.equal(words(0.8, 1.1), "linear");
	assert.equal(words(1.2, 1.5), "worse than linear");
	assert.equal(words(-0.2, 1.3), "undecided");
	assert.equal(words(0.4, 1.2), "undecided");
	const { value } = perDoubling({ value: 1, low: 0.9, high: 1.1, standardError: 0.1, degreesOfFreedom: 4 });
	assert.equal(value, 2);
});

test("two laws cross where they do, whichever is named first, and not where noise could make them cross", () => {
	const [flat, steep] = [law(points(0.1, [10, 50, 100], 8)), law(points(1, [10, 50, 100], 1))];
	const [there, back] = [crossover(flat, steep), crossover(steep, flat)];
	const expected = 8 ** (1 / 0.9);
	assert.ok(
		there && Math.abs(there.size / expected - 1) < 1e-6 && there.low < expected && there.high > expected,
	);
	assert.ok(Math.abs((back?.size ?? 0) - there.size) < 1e-6);
	assert.equal(there.within, there.size >= 10);
	assert.equal(crossover(law(points(0.5, [10, 50, 100])), law(points(0.51, [10, 50, 100], 1.01, 0.2))), null);
	assert.equal(
		crossover(law(points(0.1, [10, 50, 100], 1e9)), law(points(1, [10, 50, 100]))),
		null,
		"too far away to follow",
	);
});

test(`the 95 % interval of an exponent covers 93 to 97 % of ${RUNS} simulated experiments`, () => {
	const simulation = new Simulation(5);
	for (const deviations of [
		[0.02, 0.02, 0.02],
		[0.2, 0.05, 0.02],
		[0.1, 0.2, 0.1],
	]) {
		let covered = 0;
		for (let run = 0; run < RUNS; run++) {
			const sample = [10, 50, 100].map((size, index) => ({
				size,
				values: Array.from(
					{ length: 5 },
					() => size ** 0.7 * Math.exp((deviations[index] ?? 0) * simulation.normal()),
				),
			}));
			const { low, high } = law(sample).exponent;
			if (low <= 0.7 && high >= 0.7) covered++;
		}
		assert.ok(covered / RUNS > 0.93 && covered / RUNS < 0.97, `${deviations}: ${covered / RUNS}`);
	}
});
