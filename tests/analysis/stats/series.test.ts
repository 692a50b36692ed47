import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
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
