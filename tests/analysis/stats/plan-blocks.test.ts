import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { expectedHalfWidth, LEAST_PILOT } from "../../../analysis/stats/allocation.ts";
import {
	furthestBehind,
	type PlanLimits,
	type Prospect,
	planBlocks,
} from "../../../analysis/stats/plan-blocks.ts";

const limits: PlanLimits = { seconds: 100, precision: 0.02, pilot: LEAST_PILOT, most: 200 };
const prospect = fc.record<Prospect>({
	done: fc.integer({ min: 2, max: 20 }),
	spread: fc.double({ min: 0.005, max: 0.5, noNaN: true }),
	blockSeconds: fc.double({ min: 0.1, max: 20, noNaN: true }),
});
const prospects = fc.array(prospect, { minLength: 1, maxLength: 6 });

test("a plan fits into the time, takes nothing back, and leaves no time in which a useful block would fit", () => {
	fc.assert(
		fc.property(prospects, fc.integer({ min: 0, max: 300 }), (found, seconds) => {
			const planned = planBlocks(found, { ...limits, seconds });
			let spent = 0;
			for (const [index, { done, blockSeconds }] of found.entries()) {
				assert.ok((planned[index] as number) >= done);
				spent += ((planned[index] as number) - done) * blockSeconds;
			}
			assert.ok(spent <= seconds + 1e-6);
		}),
	);
});

test("more time takes no block from any scenario", () => {
	fc.assert(
		fc.property(prospects, fc.integer({ min: 0, max: 200 }), (found, seconds) => {
			// With equal costs nothing is left over that would make up for a block that does not fit.
			const equal = found.map((one) => ({ ...one, blockSeconds: 2 }));
			const less = planBlocks(equal, { ...limits, seconds });
			const more = planBlocks(equal, { ...limits, seconds: 2 * seconds });
			for (const [index, blocks] of less.entries()) assert.ok((more[index] as number) >= blocks);
		}),
	);
});

test("no other plan of two scenarios makes the sum of squared half-widths smaller", () => {
	const pair = [
		{ done: 3, spread: 0.2, blockSeconds: 1 },
		{ done: 3, spread: 0.05, blockSeconds: 1 },
	];
	// From fifty blocks on the common part of the spreads hardly counts.
	const known = pair.map((one) => ({ ...one, done: 50 }));
	const loss = (blocks: readonly number[]) =>
		blocks.reduce((sum, count, index) => sum + expectedHalfWidth(known[index]?.spread ?? 0, count) ** 2, 0);
	const planned = planBlocks(known, { ...limits, seconds: 40, precision: 0.0001 });
	const others = Array.from({ length: 41 }, (_, first) => loss([50 + first, 90 - first]));
	assert.ok(loss(planned) <= Math.min(...others) * 1.001);
});

test("the noisier scenario has more blocks, the dearer one fewer, and a known one none", () => {
	const of = (...rows: [spread: number, blockSeconds: number][]) =>
		planBlocks(
			rows.map(([spread, blockSeconds]) => ({ done: LEAST_PILOT, spread, blockSeconds })),
			limits,
		);
	const [noisy, quiet] = of([0.3, 1], [0.1, 1]) as [number, number];
	assert.ok(noisy > quiet && quiet > LEAST_PILOT);
	const [dear, cheap] = of([0.1, 5], [0.1, 1]) as [number, number];
	assert.ok(cheap > dear);
	assert.deepEqual(of([0.001, 1], [0.001, 1]), [LEAST_PILOT, LEAST_PILOT]);
});

test("a scenario without a spread gets a block before all others", () => {
	const planned = planBlocks(
		[
			{ done: 1, spread: null, blockSeconds: 60 },
			{ done: 5, spread: 0.3, blockSeconds: 60 },
		],
		limits,
	);
	assert.deepEqual(planned, [2, 5]);
});

test("the blocks of every scenario are spread over the run", () => {
	const found = [0.3, 0.1, 0.05].map((spread) => ({ done: 2, spread, blockSeconds: 1 }));
	const planned = planBlocks(found, { ...limits, seconds: 60, precision: 0.001 });
	const order: number[] = [];
	for (let next = furthestBehind(found, planned); next !== null; next = furthestBehind(found, planned)) {
		(found[next] as Prospect).done++;
		order.push(next);
	}
	assert.deepEqual(
		found.map(({ done }) => done),
		planned,
	);
	for (const [index, blocks] of planned.entries()) {
		// In the middle of the run about half of its blocks are done.
		const early = 2 + order.slice(0, order.length / 2).filter((one) => one === index).length;
		assert.ok(Math.abs(early / blocks - 0.5) < 0.2, `${index}: ${early} of ${blocks}`);
	}
});
