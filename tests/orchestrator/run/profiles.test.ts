import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { loadContract } from "../../../orchestrator/contract.ts";
import { countObservedInBlock } from "../../../orchestrator/run/block.ts";
import {
	applyProfile,
	CELLS_OF_BUDGET,
	messagesPerIteration,
	PROFILES,
	type Profile,
	type SettingFlags,
	settingsOf,
} from "../../../orchestrator/run/profiles.ts";
import { leastBlocks } from "../../../orchestrator/run/schedule.ts";
import { Random } from "../../../shared/random.ts";

const { scenarios } = loadContract({});
const scenarioOf = (id: string) => {
	const found = scenarios.find((scenario) => scenario.id === id);
	assert.ok(found);
	return found;
};
const { standard, quick } = PROFILES as { standard: Profile; quick: Profile };

test("the standard profile leaves a scenario's own counts, and spreads many messages over its blocks", () => {
	assert.deepEqual(
		[
			applyProfile(scenarioOf("single-message"), standard, {}).iterations,
			applyProfile(scenarioOf("single-message"), standard, {}).warmup,
		],
		[10, 3],
	);
	assert.deepEqual(
		[
			applyProfile(scenarioOf("burst-1000"), standard, {}).iterations,
			applyProfile(scenarioOf("burst-1000"), standard, {}).warmup,
		],
		[1, 1],
	);
	assert.equal(applyProfile(scenarioOf("burst-100"), standard, {}).iterations, 4);
	assert.equal(applyProfile(scenarioOf("burst-1000"), PROFILES.thorough as Profile, {}).iterations, 3);
	assert.equal(
		applyProfile(scenarioOf("db-read-throughput"), standard, {}).iterations,
		scenarioOf("db-read-throughput").iterations,
	);
});

test("the quick profile never adds to a scenario's numbers", () => {
	for (const scenario of scenarios) {
		const less = applyProfile(scenario, quick, {});
		assert.ok(less.iterations <= scenario.iterations && less.warmup <= scenario.warmup);
		assert.ok((less.database?.boxMs ?? 0) <= (scenario.database?.boxMs ?? 0));
	}
});

test("the user's numbers win over any profile", () => {
	const mine = applyProfile(scenarioOf("burst-1000"), quick, { iterations: 77, warmup: 0 });
	assert.deepEqual([mine.iterations, mine.warmup], [77, 0]);
	assert.equal(applyProfile(scenarioOf("db-read-throughput"), quick, { boxMs: 5000 }).database?.boxMs, 5000);
});

test("a cold start has no warm-up, and its iterations are blocks", () => {
	const cold = applyProfile(scenarioOf("startup-cold"), standard, { warmup: 5 });
	assert.equal(cold.warmup, 0);
	assert.equal(leastBlocks(cold, { blocks: 2, precision: null }), 10);
	assert.equal(leastBlocks(cold, { blocks: 12, precision: null }), 12);
	assert.equal(leastBlocks(scenarioOf("single-message"), { blocks: 2, precision: null }), 2);
	assert.equal(leastBlocks(scenarioOf("single-message"), { blocks: 2, precision: 0.03 }), 2);
});

test("messages of an iteration are the repeats, or each once, and none for a database scenario", () => {
	assert.deepEqual(
		["conversation-10", "burst-1000", "db-read-throughput"].map((id) => messagesPerIteration(scenarioOf(id))),
		[10, 1000, 0],
	);
});

test("a seed gives the same order again, and a shuffle loses nothing", () => {
	fc.assert(
		fc.property(fc.nat(), fc.array(fc.integer()), (seed, items) => {
			const shuffled = new Random(seed).shuffle(items);
			assert.deepEqual(shuffled, new Random(seed).shuffle(items));
			assert.deepEqual(shuffled.toSorted(), items.toSorted());
		}),
	);
});

test("every order of three comes up about equally often", () => {
	const random = new Random(20260206);
	const seen = new Map<string, number>();
	for (let round = 0; round < 6000; round++) {
		const order = random.shuffle(["a", "b", "c"]).join("");
		seen.set(order, (seen.get(order) ?? 0) + 1);
	}
	assert.equal(seen.size, 6);
	// Five standard deviations of a binomial count around 1000.
	for (const [order, times] of seen) assert.ok(Math.abs(times - 1000) < 145, `${order}: ${times}`);
});

test("observed iterations are spread over the blocks and none is lost", () => {
	fc.assert(
		fc.property(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 1, max: 20 }), (total, blocks) => {
			const spread = Array.from({ length: blocks + 3 }, (_, block) =>
				countObservedInBlock(total, block, blocks),
			);
			assert.equal(
				spread.reduce((sum, count) => sum + count, 0),
				total,
			);
			assert.ok(Math.max(...spread) - Math.min(...spread.slice(0, blocks)) <= 1);
		}),
	);
});

test("named blocks are final, a named precision has no budget, and a profile's budget is in proportion, and never too short", () => {
	const thorough = PROFILES.thorough as Profile;
	const settings = (profile: Profile, flags: Partial<SettingFlags>, cells = CELLS_OF_BUDGET) => {
		const { blocks, precision, budgetSeconds } = settingsOf(
			profile,
			{ alternate: "iterations", timeout: 60, ...flags },
			{ verifyOnly: false, cells },
		);
		return { blocks, precision, budgetSeconds };
	};
	assert.deepEqual(settings(thorough, {}), { blocks: 5, precision: 0.01, budgetSeconds: 3600 });
	assert.deepEqual(settings(standard, {}, CELLS_OF_BUDGET / 3), {
		blocks: 3,
		precision: 0.02,
		budgetSeconds: 200,
	});
	// A single scenario would have a few seconds, which are over before it has an interval.
	assert.deepEqual(settings(quick, {}, 3), { blocks: 2, precision: 0.05, budgetSeconds: 20 });
	assert.deepEqual(settings(standard, { aa: true }), { blocks: 3, precision: 0.02, budgetSeconds: 1200 });
	assert.deepEqual(settings(thorough, { blocks: 7 }), { blocks: 7, precision: null, budgetSeconds: null });
	assert.deepEqual(settings(standard, { budget: 60 }), { blocks: 3, precision: 0.02, budgetSeconds: 60 });
	assert.deepEqual(settings(standard, { blocks: 2, precision: 0.01 }), {
		blocks: 2,
		precision: 0.01,
		budgetSeconds: null,
	});
});
