// A slow scenario does not take the time of all others, and a fast one does all that it was asked for.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fitIntoTime, isWarm, limitBlock, turnSeconds } from "../../../orchestrator/run/block-time.ts";

const PLANNED = { iterations: 40, observe: 10 };
const budgeted = { budgetSeconds: 600 };

test("a run without a budget, or with a number of iterations that was asked for, is not cut", () => {
	for (const settings of [{ budgetSeconds: null }, { budgetSeconds: 600, fixedIterations: true as const }]) {
		const limits = limitBlock(settings, 50, 0);
		assert.deepEqual(limits, { plain: null, observed: null, leastObserved: 1 });
		assert.deepEqual(fitIntoTime(PLANNED, limits, 1000, 100), { ...PLANNED, controls: true });
	}
});

test("the first block of each of 25 scenarios has its share, later ones only a share for observed iterations", () => {
	// Of 600 s, 360 are for turns: 7.2 s a block, two thirds of it for plain ones.
	const first = limitBlock(budgeted, 50, 0);
	assert.ok(Math.abs((first.plain ?? 0) - 4.8) < 1e-9 && Math.abs((first.observed ?? 0) - 2.4) < 1e-9);
	assert.equal(first.leastObserved, 1);
	const { observed } = first;
	assert.deepEqual(limitBlock(budgeted, 50, 1), { plain: null, observed, leastObserved: 0 });
	const every = limitBlock({ ...budgeted, observeEveryBlock: true }, 50, 1);
	assert.deepEqual(every, { plain: null, observed, leastObserved: 1 });
});

test("iterations of 0.5 s fill the time that the start of the processes has left", () => {
	const limits = { plain: 12, observed: 4, leastObserved: 1 };
	assert.deepEqual(fitIntoTime(PLANNED, limits, 2, 0.5), { iterations: 20, observe: 4, controls: true });
});

test("turns of fast targets take two seconds in any case, so that a small budget cuts none of them", () => {
	const fitting = fitIntoTime(PLANNED, { plain: 1, observed: 0.5, leastObserved: 0 }, 3, 0.04);
	assert.deepEqual(fitting, { ...PLANNED, controls: true });
	assert.deepEqual([turnSeconds({ plain: 1 }, 3), turnSeconds({ plain: 8 }, 3)], [2, 5]);
	assert.equal(turnSeconds({ plain: null }, 3), Number.POSITIVE_INFINITY);
});

test("the slowest scenario still does an iteration and, in its first block, an observed one without a control, and none more", () => {
	const slowest = { plain: 10, observed: 5, leastObserved: 1 };
	assert.deepEqual(fitIntoTime(PLANNED, slowest, 0, 300), { iterations: 1, observe: 1, controls: false });
	const later = { plain: null, observed: 5, leastObserved: 0 };
	assert.deepEqual(fitIntoTime(PLANNED, later, 0, 300), { iterations: 40, observe: 0, controls: false });
	assert.deepEqual(fitIntoTime(PLANNED, slowest, 100, 1.9), { iterations: 2, observe: 1, controls: true });
	const seconds = fc.double({ min: 0, max: 1e4, noNaN: true });
	const leastObserved = fc.constantFrom(0, 1);
	const times = fc.record({ plain: seconds, observed: seconds, leastObserved, spent: seconds });
	fc.assert(
		fc.property(times, fc.double({ min: 1e-6, max: 1e3, noNaN: true }), ({ spent, ...limits }, round) => {
			const { iterations, observe, controls } = fitIntoTime(PLANNED, limits, spent, round);
			const least = round > 2 ? 1 : 2;
			assert.ok(iterations >= least && iterations <= PLANNED.iterations);
			assert.ok(observe >= limits.leastObserved && observe <= PLANNED.observe);
			// What is more than the least keeps to the time.
			if (iterations > least) assert.ok(iterations * round <= Math.max(2, limits.plain - spent) + 1e-6);
			if (observe > limits.leastObserved) {
				const each = controls ? 2 : 1;
				assert.ok(each * observe * round <= Math.max(1, limits.observed) + 1e-6);
			}
		}),
	);
});

test("a warm-up ends early after two seconds with dozens of messages, or after five with few", () => {
	assert.deepEqual(
		[isWarm(1.9, 10_000), isWarm(2.1, 30), isWarm(2.1, 29), isWarm(4.9, 3)],
		[false, true, false, false],
	);
	assert.ok(isWarm(5.1, 0));
});

test("a block without observed or plain iterations gets none", () => {
	const limits = { plain: 9, observed: 9, leastObserved: 1 };
	assert.deepEqual(fitIntoTime({ iterations: 0, observe: 0 }, limits, 0, 1), {
		iterations: 0,
		observe: 0,
		controls: true,
	});
});
