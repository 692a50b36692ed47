// Sweeps of known laws at the noise that was measured: the shape, the cost per unit, the factor.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
	type GrowthShape,
	growthModel,
	LEAST_SIZES,
	type SizeSample,
} from "../../../analysis/stats/growth.ts";
import { Simulation } from "../../support/simulate.ts";

const RUNS = 400;
const PROCESSES = 5;

interface Law {
	name: string;
	shapes: readonly GrowthShape[];
	of: (size: number) => number;
	sizes: readonly number[];
}

const LAWS: readonly Law[] = [
	{ name: "a constant", shapes: ["constant"], of: () => 3.6, sizes: [0, 10, 100, 1000, 10_000] },
	{
		name: "a line with a large base",
		shapes: ["linear"],
		of: (size) => 2.2 + 0.0235 * size,
		sizes: [0, 10, 25, 50, 100],
	},
	{
		name: "a line over four decades",
		shapes: ["linear"],
		of: (size) => 0.05 + 0.0037 * size,
		sizes: [10, 100, 1000, 5000, 10_000],
	},
	{
		name: "n log n",
		shapes: ["superlinear"],
		of: (size) => 0.5 + 0.001 * size * Math.log(size + 1),
		sizes: [10, 100, 1000, 3000, 10_000],
	},
	{
		name: "a square",
		shapes: ["superlinear"],
		of: (size) => 1 + 0.0005 * size ** 2,
		sizes: [0, 10, 25, 50, 100],
	},
	{ name: "a step", shapes: ["bend"], of: (size) => (size > 30 ? 4 : 2), sizes: [0, 10, 25, 50, 100] },
	{
		name: "a line up to a limit",
		shapes: ["bend"],
		of: (size) => 1 + 0.05 * Math.min(size, 32),
		sizes: [0, 16, 32, 64, 128],
	},
];

function sweepOf({ of, sizes }: Law, noise: number, simulation: Simulation): SizeSample[] {
	return sizes.map((size) => ({
		size,
		values: Array.from({ length: PROCESSES }, () => of(size) * Math.exp(noise * simulation.normal())),
	}));
}

for (const law of LAWS) {
	test(`the shape of ${law.name} is found in at least 95 % of ${RUNS} sweeps`, () => {
		for (const noise of [0.02, 0.05]) {
			const simulation = new Simulation(5);
			let right = 0;
			for (let run = 0; run < RUNS; run++) {
				const found = growthModel(sweepOf(law, noise, simulation));
				if (found && law.shapes.includes(found.shape)) right++;
			}
			assert.ok(right / RUNS >= 0.95, `${right} of ${RUNS} at ${noise}`);
		}
	});
}

test("the cost per unit, the base and the factor of a line cover 93 to 97 % of the sweeps", () => {
	const law = LAWS[1] as Law;
	const simulation = new Simulation(6);
	const runs = 2000;
	const covered = { cost: 0, base: 0, factor: 0 };
	let linear = 0;
	for (let run = 0; run < runs; run++) {
		const found = growthModel(sweepOf(law, 0.05, simulation));
		if (found?.shape !== "linear" || !found.base) continue;
		linear++;
		const holds = ({ low, high }: { low: number; high: number }, truth: number) =>
			Number(low <= truth && truth <= high);
		covered.cost += holds(found.costs[0]?.perUnit as { low: number; high: number }, 0.0235);
		covered.base += holds(found.base, 2.2);
		covered.factor += holds(found.factor, law.of(100) / law.of(0));
	}
	for (const [what, count] of Object.entries(covered))
		assert.ok(count / linear >= 0.93 && count / linear <= 0.97, `${what}: ${count} of ${linear}`);
});

test("an exact line is recovered, whatever the units of size and value", () => {
	const positive = fc.double({ min: 0.01, max: 100, noNaN: true });
	fc.assert(
		fc.property(positive, positive, positive, (base, cost, unit) => {
			const samples = [0, 10, 20, 40, 80].map((size) => ({
				size: size * unit,
				values: [1, -1, 0].map((side) => (base + cost * size) * Math.exp(side * 1e-4)),
			}));
			const found = growthModel(samples);
			if (cost * 80 < base / 100) return;
			assert.equal(found?.shape, "linear");
			assert.ok(Math.abs((found.costs[0]?.perUnit.value ?? 0) / (cost / unit) - 1) < 0.01);
		}),
	);
});

test("with too few sizes or processes no shape is claimed, and a line is given where nothing speaks against it", () => {
	const few = Array.from({ length: LEAST_SIZES - 1 }, (_, index) => ({
		size: 10 ** index,
		values: [1 + 10 ** index / 10, 1.001 + 10 ** index / 10],
	}));
	const found = growthModel(few);
	assert.equal(found?.shape, "undecided");
	assert.ok(Math.abs((found?.costs[0]?.perUnit.value ?? 0) / 0.1 - 1) < 0.01 && found?.costs.length === 1);
	assert.equal(growthModel(few.slice(0, 1)), null);
	assert.equal(growthModel(few.map(({ size, values }) => ({ size, values: values.slice(0, 1) }))), null);
});
