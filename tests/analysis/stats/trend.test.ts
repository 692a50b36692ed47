import assert from "node:assert/strict";
import { test } from "node:test";
import { trendOf } from "../../../analysis/stats/trend.ts";
import { Simulation } from "../../support/simulate.ts";

const TRUTH = 1000;
const [SEEDS, READINGS] = [100, 25];

/** Deviations of readings that follow each other, in units of what one message leaves in 500. */
const SHAPES: Record<string, { of: (simulation: Simulation) => number[]; covers: number }> = {
	independent: { of: (s) => series(() => s.normal()), covers: 0.9 },
	"an autocorrelation of 0.9": {
		of: (s) => {
			let last = s.normal();
			return series(() => (last = 0.9 * last + Math.sqrt(1 - 0.81) * s.normal()));
		},
		covers: 0.9,
	},
	"steps of an allocator": {
		of: (s) => {
			let [used, held] = [4 * s.random.next(), 0];
			return series(() => {
				used += 0.5;
				while (held < used) held += 1 + Math.floor(3 * s.random.next());
				return held - used;
			});
		},
		covers: 0.9,
	},
	"a random walk": {
		of: (s) => {
			let at = 0;
			return series(() => (at += 0.3 * s.normal()));
		},
		covers: 0.8,
	},
};

function series(next: () => number): number[] {
	return Array.from({ length: READINGS }, next);
}

function readings(deviations: readonly number[], slope: number) {
	return deviations.map((one, index) => {
		const x = 500 * (index + 1);
		return { x, y: 5e7 + slope * x + 500 * TRUTH * one };
	});
}

for (const [name, { of, covers }] of Object.entries(SHAPES))
	test(`the interval of a slope covers it, and accuses nobody: ${name}`, () => {
		let [covered, accused] = [0, 0];
		for (let seed = 1; seed <= SEEDS; seed++) {
			const deviations = of(new Simulation(seed));
			const found = trendOf(readings(deviations, TRUTH));
			if (found && found.slope.low <= TRUTH && TRUTH <= found.slope.high) covered++;
			if ((trendOf(readings(deviations, 0), 0.99)?.slope.low ?? 1) > 0) accused++;
		}
		assert.ok(covered / SEEDS >= covers, `covered ${covered} of ${SEEDS}`);
		assert.ok(accused <= 3, `accused ${accused} of ${SEEDS}`);
	});

test("the interval is no wider than knowledge allows: a small slope is found in independent readings", () => {
	const deviations = series(() => 0).map((_, index) => 0.01 * Math.sin(12.9898 * index ** 2));
	const slope = trendOf(readings(deviations, 100))?.slope;
	assert.ok(slope && slope.low > 90 && slope.high < 110, JSON.stringify(slope));
});

test("exact lines, constants and too few readings have no surprises", () => {
	const line = [100, 200, 400, 500, 900].map((x) => ({ x, y: 7 + 3 * x }));
	const found = trendOf(line);
	assert.ok(found && Math.abs(found.slope.value - 3) < 1e-6 && Math.abs(found.base - 7) < 1e-3);
	assert.ok(found.slope.high - found.slope.low < 1e-3);
	assert.deepEqual(trendOf(line.map(({ x }) => ({ x, y: 5 })))?.slope, { value: 0, low: 0, high: 0 });
	assert.equal(trendOf(line.slice(1)), null);
});
