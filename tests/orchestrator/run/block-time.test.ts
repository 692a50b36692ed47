// A slow scenario does not take the time of all others, and a fast one does all that it was asked for.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fitIntoTime, mostSeconds } from "../../../orchestrator/run/block-time.ts";

const PLANNED = { iterations: 40, observe: 10 };
const budgeted = { budgetSeconds: 600 };

test("a run without a budget, or with a number of iterations that was asked for, is not cut", () => {
	for (const settings of [{ budgetSeconds: null }, { budgetSeconds: 600, fixedIterations: true as const }]) {
		const most = mostSeconds(settings, 50, 0);
		assert.deepEqual(most, { plain: null, observed: null });
		assert.deepEqual(fitIntoTime(PLANNED, most, 1000, 100), PLANNED);
	}
});

test("the first block of each of 25 scenarios has its share, later ones only a share for observed iterations", () => {
	// Of 600 s, 360 are for turns: 7.2 s a block, two thirds of it for plain ones.
	const first = mostSeconds(budgeted, 50, 0);
	assert.ok(Math.abs((first.plain ?? 0) - 4.8) < 1e-9 && Math.abs((first.observed ?? 0) - 2.4) < 1e-9);
	assert.deepEqual(mostSeconds(budgeted, 50, 1), { plain: null, observed: first.observed });
});

test("iterations of 0.5 s fill the time that the start of the processes has left", () => {
	assert.deepEqual(fitIntoTime(PLANNED, { plain: 12, observed: 4 }, 2, 0.5), { iterations: 20, observe: 4 });
});

test("turns of fast targets take two seconds in any case, so that a small budget cuts none of them", () => {
	assert.deepEqual(fitIntoTime(PLANNED, { plain: 1, observed: 0.5 }, 3, 0.04), PLANNED);
});

test("the slowest scenario still does two iterations and a pair, and none does more than planned", () => {
	assert.deepEqual(fitIntoTime(PLANNED, { plain: 10, observed: 5 }, 0, 300), { iterations: 2, observe: 1 });
	const seconds = fc.double({ min: 0, max: 1e4, noNaN: true });
	const times = fc.record({ plain: seconds, observed: seconds, spent: seconds });
	fc.assert(
		fc.property(times, fc.double({ min: 1e-6, max: 1e3, noNaN: true }), ({ spent, ...most }, round) => {
			const { iterations, observe } = fitIntoTime(PLANNED, most, spent, round);
			assert.ok(iterations >= 2 && iterations <= PLANNED.iterations);
			assert.ok(observe >= 1 && observe <= PLANNED.observe);
			// What is more than the least keeps to the time.
			if (iterations > 2) assert.ok(iterations * round <= Math.max(2, most.plain - spent) + 1e-6);
			if (observe > 1) assert.ok(2 * observe * round <= Math.max(2, most.observed) + 1e-6);
		}),
	);
});

test("a block without observed or plain iterations gets none", () => {
	assert.deepEqual(fitIntoTime({ iterations: 0, observe: 0 }, { plain: 9, observed: 9 }, 0, 1), {
		iterations: 0,
		observe: 0,
	});
});
