// What is said of growth is true of the points that it stands on.
import assert from "node:assert/strict";
import { test } from "node:test";
import { renderSweep } from "../../report/console/sweep.ts";
import { sizeScale } from "../../report/html/charts/scales.ts";
import { fitText, growthRemarks, shapeText } from "../../report/text/growth.ts";
import type { GrowthFit } from "../../shared/types.ts";
import { recordedComparison } from "../support/recorded.ts";

function fitOf(change: Partial<GrowthFit> = {}, sizes = [0, 10, 25, 50, 100]): GrowthFit {
	return {
		dimension: "providers",
		target: "rust",
		points: sizes.map((size) => ({
			size,
			value_ms: 1 + size / 100,
			interval: { low: 0.9 + size / 100, high: 1.1 + size / 100 },
			processes: 5,
			warmup_messages: 30,
		})),
		shape: "linear",
		base_ms: { value: 1, low: 0.9, high: 1.1 },
		costs: [{ from: 0, to: 100, per_unit_ms: { value: 0.01, low: 0.009, high: 0.011 } }],
		factor: { value: 2, low: 1.9, high: 2.1 },
		...change,
	};
}

const noSlope = (low: number, high: number): Partial<GrowthFit> => ({
	shape: "constant",
	costs: [{ from: 0, to: 100, per_unit_ms: { value: (low + high) / 2, low, high } }],
});

test("no growth is claimed only where the ends do not differ", () => {
	const same = fitOf({ ...noSlope(-0.001, 0.002), factor: { value: 1.1, low: 0.9, high: 1.3 } });
	assert.equal(fitText(same), "no growth found: at most 2.00us a provider");
	assert.equal(shapeText(same), "no growth found");
	const differing = fitOf({ ...noSlope(-0.001, 0.002), factor: { value: 1.4, low: 1.2, high: 1.8 } });
	assert.match(fitText(differing), /^no steady growth found: at most 2.00us a provider; yet the largest/);
	assert.equal(shapeText(differing), "no steady growth found");
	const falling = fitOf({ ...noSlope(-0.002, -0.0001), factor: { value: 0.9, low: 0.8, high: 1.05 } });
	assert.equal(fitText(falling), "no growth found");
});

test("a latency that falls is no sum with a negative cost", () => {
	const cost = { from: 0, to: 100, per_unit_ms: { value: -0.01, low: -0.02, high: -0.005 } };
	assert.equal(
		fitText(fitOf({ costs: [cost] })),
		"linear: 1.00ms and -10.0us (-20.0us to -5.00us) a provider",
	);
});

test("fewer than five sizes are named, with the command that measures five", () => {
	assert.deepEqual(growthRemarks([fitOf()]), []);
	assert.deepEqual(growthRemarks([fitOf({ dimension: "concurrency" }, [10, 50])]), [
		"senders: no shape is claimed from 2 sizes; ./run.sh sweep senders measures five.",
	]);
});

test("sizes that are not equally warm are named, and what a result does not tell is not", () => {
	const fit = fitOf();
	const warmups = [10, 25, 50, 50, 100];
	const points = fit.points.map((point, index) => ({ ...point, warmup_messages: warmups[index] ?? null }));
	assert.match(growthRemarks([{ ...fit, points }]).join(), /not equally warm \(10 to 100 messages/);
	const unknown = fit.points.map((point) => ({ ...point, warmup_messages: null }));
	assert.deepEqual(growthRemarks([{ ...fit, points: unknown }]), []);
});

test("a size of 0 has a place on the axis, and ticks that would lie on each other are left out", () => {
	const scale = sizeScale([0, 10, 25, 50, 100]);
	assert.deepEqual([scale.type, scale.domain[0], scale.constant], ["symlog", 0, 10]);
	assert.deepEqual(sizeScale([0, 10, 25, 50, 100]).ticks, [0, 10, 25, 50, 100]);
	assert.deepEqual(sizeScale([10, 1000, 1001, 1002]).ticks, [10, 1002]);
	assert.equal(sizeScale([10, 100]).type, "log");
	assert.deepEqual(sizeScale([0]).domain, [0, 1]);
});

test("a sweep on the terminal shows every size, and says when there are too few", () => {
	const comparison = recordedComparison();
	const shown = renderSweep({ ...comparison, growth: [fitOf()], crossovers: [] });
	assert.match(shown, /ms at dummy/);
	assert.match(shown, /0\.900 to 1\.10/);
	assert.match(
		renderSweep({ ...comparison, growth: [], crossovers: [] }),
		/Fewer than two sizes were measured/,
	);
});
