import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ScenarioProspect } from "../../../analysis/compare/prospect.ts";
import { type ScheduledScenario, schedule } from "../../../orchestrator/run/schedule.ts";
import { scenarioOf } from "../../support/evidence.ts";

interface Row {
	spread: number;
	blockSeconds: number;
	decides: boolean;
}
const row = fc.record<Row>({
	spread: fc.double({ min: 0.005, max: 0.4, noNaN: true }),
	blockSeconds: fc.double({ min: 0.2, max: 10, noNaN: true }),
	decides: fc.boolean(),
});
const rows = fc.array(row, { minLength: 1, maxLength: 6 });
const scenario = scenarioOf("with-should-respond");

/** Runs the schedule on scenarios whose spread and cost are known, as a run would. */
function follow(
	found: readonly Row[],
	settings: { blocks: number; precision: number | null },
	budget: number | null,
	done: number[] = found.map(() => 0),
): { done: number[]; order: number[]; spent: number } {
	const order: number[] = [];
	let spent = 0;
	for (;;) {
		const scheduled = found.map(({ spread, blockSeconds, decides }, index): ScheduledScenario => {
			const blocks = done[index] as number;
			const width = blocks < 2 ? null : (2.5 * spread) / Math.sqrt(blocks);
			const prospect: ScenarioProspect = {
				done: blocks,
				decides: decides && blocks > 0,
				spread: blocks < 2 ? null : spread,
				blockSeconds,
				iterations: 10,
				halfWidth: width,
			};
			return { scenario: { ...scenario, id: `scenario-${index}` }, prospect };
		});
		const { next, planned, secondsToCome } = schedule(
			scheduled,
			settings,
			budget === null ? null : Math.max(0, budget - spent),
		);
		assert.ok(secondsToCome >= 0 && planned.every((blocks, index) => blocks >= (done[index] as number)));
		if (next === null) return { done, order, spent };
		const index = scheduled.indexOf(next);
		(done[index] as number)++;
		spent += next.prospect.blockSeconds;
		order.push(index);
	}
}

test("without a precision every scenario takes its blocks, in rounds", () => {
	fc.assert(
		fc.property(rows, fc.integer({ min: 1, max: 6 }), (found, blocks) => {
			const { done, order } = follow(found, { blocks, precision: null }, null);
			assert.ok(done.every((count) => count === blocks));
			for (let round = 0; round < blocks; round++)
				assert.deepEqual(
					order.slice(round * found.length, (round + 1) * found.length),
					found.map((_, index) => index),
				);
		}),
	);
});

test("a budget is kept but for the first round, and nothing that would still be useful fits into what is left", () => {
	fc.assert(
		fc.property(rows, fc.integer({ min: 0, max: 200 }), (found, budget) => {
			const { done, spent } = follow(found, { blocks: 3, precision: 1e-6 }, budget);
			assert.ok(done.every((count) => count >= 1));
			const first = found.reduce((sum, { blockSeconds }) => sum + blockSeconds, 0);
			assert.ok(spent <= Math.max(first, budget) + 1e-6);
			for (const [index, { decides, blockSeconds }] of found.entries())
				if (decides && (done[index] as number) < 200) assert.ok(blockSeconds > budget - spent);
		}),
		{ numRuns: 40 },
	);
});

test("where not all can have their blocks in the time, those have them that lack least", () => {
	const found = [30, 10, 30, 10].map((blockSeconds) => ({ spread: 0.2, decides: true, blockSeconds }));
	const { done } = follow(found, { blocks: 3, precision: 0.01 }, 80 + 45);
	assert.deepEqual(done, [1, 3, 1, 3]);
});

test("a scenario in which nothing decides has its least number of blocks, and no more", () => {
	const found = [
		{ spread: 0.2, blockSeconds: 1, decides: false },
		{ spread: 0.2, blockSeconds: 1, decides: true },
	];
	const { done } = follow(found, { blocks: 3, precision: 0.01 }, 60);
	assert.deepEqual(done, [3, 57]);
});

test("a run that is stopped at any moment and resumed has the same blocks in the end", () => {
	fc.assert(
		fc.property(rows, fc.integer({ min: 0, max: 40 }), (found, stop) => {
			const settings = { blocks: 4, precision: null };
			const whole = follow(found, settings, null);
			const before = found.map(
				(_, index) => whole.order.slice(0, stop).filter((one) => one === index).length,
			);
			const rest = follow(found, settings, null, before);
			assert.deepEqual([...whole.order.slice(0, stop), ...rest.order], whole.order);
		}),
	);
});
