import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { bestSplit, changePoints } from "../../../analysis/stats/change-points.ts";
import { Random } from "../../../shared/random.ts";

function noise(seed: number): () => number {
	const random = new Random(seed);
	return () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

/** Makes a series of levels in order, each for so many runs. */
function series(seed: number, deviation: number, ...levels: [runs: number, level: number][]): number[] {
	const normal = noise(seed);
	return levels.flatMap(([runs, level]) => Array.from({ length: runs }, () => level + deviation * normal()));
}

const SEEDS = Array.from({ length: 100 }, (_, seed) => seed + 1);
const STEP = Math.log(1.1);

test("a flat history has a change point in at most 5 of 100 cases, with 20 runs or 50", () => {
	for (const runs of [20, 50]) {
		const alarms = SEEDS.filter(
			(seed) => changePoints(series(seed, 0.05, [runs, 0]), { permutations: 199 }).length > 0,
		).length;
		assert.ok(alarms <= 5, `${alarms} with ${runs} runs`);
	}
});

test("a step of 10 % in noise of 3 % is found, within one run, in more than 8 of 10 histories of 16 runs", () => {
	const found = SEEDS.filter((seed) => {
		const points = changePoints(series(seed, 0.03, [8, 0], [8, STEP]));
		return points.length === 1 && Math.abs((points[0] ?? 0) - 8) <= 1;
	}).length;
	assert.ok(found > 80, `${found}`);
});

test("two steps are two change points, up and down again as well", () => {
	for (const second of [2 * STEP, 0]) {
		const found = SEEDS.filter((seed) => {
			const points = changePoints(series(seed, 0.02, [10, 0], [10, STEP], [10, second]), {
				permutations: 199,
			});
			return points.length === 2 && points.every((point, index) => Math.abs(point - 10 * (index + 1)) <= 1);
		}).length;
		assert.ok(found >= 90, `${found}`);
	}
});

test("one odd run is no change point", () => {
	const alarms = SEEDS.filter((seed) => {
		const values = series(seed, 0.03, [24, 0]);
		values[12] = 1;
		return changePoints(values, { permutations: 199 }).length > 0;
	}).length;
	assert.ok(alarms <= 5, `${alarms}`);
});

test("the energy distance is that of its definition, for every split", () => {
	const distance = (x: readonly number[], y: readonly number[]) => {
		const between =
			x.flatMap((a) => y.map((b) => Math.abs(a - b))).reduce((sum, d) => sum + d, 0) / (x.length * y.length);
		const within = (z: readonly number[]) =>
			z.flatMap((a, i) => z.slice(i + 1).map((b) => Math.abs(a - b))).reduce((sum, d) => sum + d, 0) /
			((z.length * (z.length - 1)) / 2);
		return ((x.length * y.length) / (x.length + y.length)) * (2 * between - within(x) - within(y));
	};
	fc.assert(
		fc.property(
			fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 6, maxLength: 20 }),
			(values) => {
				const best = bestSplit(values, 3);
				assert.ok(best);
				const all: number[] = [];
				for (let at = 3; at <= values.length - 3; at++)
					for (let end = at + 3; end <= values.length; end++)
						all.push(distance(values.slice(0, at), values.slice(at, end)));
				assert.ok(Math.abs(best.distance - Math.max(...all)) < 1e-9);
			},
		),
	);
});

test("a history too short for two levels, or of equal values, has no change point", () => {
	assert.deepEqual(changePoints([]), []);
	assert.deepEqual(changePoints([1, 1, 9, 9, 9]), []);
	assert.deepEqual(changePoints(Array(30).fill(2)), []);
});
