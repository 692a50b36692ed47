// The shards of a plan are the whole run, and they do not overlap.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { loadContract, loadTargets } from "../../../orchestrator/contract.ts";
import { leastBlocks, nextBlockNumber, wholeBlocks } from "../../../orchestrator/run/schedule.ts";
import { groupOf, type Plan, sharePlan } from "../../../orchestrator/run/shard-plan.ts";
import type { RunSettings, Scenario, Shard } from "../../../shared/types.ts";

const { scenarios } = loadContract({});
const targets = loadTargets();
const SETTINGS: RunSettings = {
	blocks: 3,
	precision: null,
	budgetSeconds: null,
	aa: false,
	alternate: "iterations",
	timeoutMs: 1000,
	verifyOnly: false,
};

function planOf(chosen: readonly Scenario[], blocks = 3): Plan {
	return {
		profile: "standard",
		seed: 1,
		modelDelayMs: 0,
		settings: { ...SETTINGS, blocks },
		scenarios: [...chosen],
		observe: Object.fromEntries(chosen.map(({ id }) => [id, 1])),
		targets,
	};
}

/** Names the blocks that a shard measures: a scenario and a number. */
function blocksOf({ settings, scenarios: own }: Pick<Plan, "settings" | "scenarios">): string[] {
	return own.flatMap((scenario) => {
		const numbers: number[] = [];
		while (numbers.length < leastBlocks(scenario, settings)) numbers.push(nextBlockNumber(numbers, settings));
		return numbers.map((number) => `${scenario.id} ${number}`);
	});
}

const chosenScenarios = fc.shuffledSubarray(scenarios, { minLength: 1 });

test("the shards of any plan are its blocks, each once", () => {
	fc.assert(
		fc.property(
			chosenScenarios,
			fc.integer({ min: 1, max: 9 }),
			fc.integer({ min: 1, max: 9 }),
			(own, blocks, of) => {
				const plan = planOf(own, blocks);
				for (const by of ["scenarios", "blocks"] as const) {
					const pieces = new Set(own.map(({ id, scaling }) => scaling?.series ?? id)).size;
					const most =
						by === "blocks" ? Math.min(...own.map((one) => wholeBlocks(one, plan.settings))) : pieces;
					if (of > most) {
						assert.throws(() => sharePlan(plan, { index: 1, of, by }), /shards? at most/);
						continue;
					}
					const shards = Array.from({ length: of }, (_, place) =>
						sharePlan(plan, { index: place + 1, of, by }),
					);
					const measured = shards.flatMap(blocksOf);
					assert.deepEqual(measured.toSorted(), blocksOf(plan).toSorted());
					for (const share of shards) {
						assert.deepEqual(share.targets, targets, "a block has all targets");
						assert.ok(blocksOf(share).length > 0, "no shard is empty");
						assert.deepEqual(share.shard.plan, shards[0]?.shard.plan);
					}
				}
			},
		),
		{ numRuns: 60 },
	);
});

test("a disturbed block that is repeated takes a number that no other shard has", () => {
	for (const index of [1, 2, 3]) {
		const { settings } = sharePlan(planOf(scenarios, 4), { index, of: 3, by: "blocks" });
		const next = nextBlockNumber([index - 1, index + 2], settings);
		assert.equal(next % 3, index - 1);
		assert.ok(next > index + 2);
	}
});

test("sizes of one series stay on one machine, and the shards take about as long", () => {
	const plan = planOf(scenarios);
	const shares = [1, 2, 3].map((index) => sharePlan(plan, { index, of: 3, by: "scenarios" }));
	const series = new Map<string, Set<number>>();
	for (const [place, share] of shares.entries())
		for (const { scaling } of share.scenarios)
			if (scaling) series.set(scaling.series, new Set([...(series.get(scaling.series) ?? []), place]));
	assert.ok(series.size > 2);
	for (const [name, places] of series) assert.equal(places.size, 1, `${name} is on ${places.size} machines`);
	for (const share of shares) assert.ok(share.scenarios.length >= 4, `${share.scenarios.length} scenarios`);
});

test("groups of versions share the first one, and any two neighbours are in one group", () => {
	fc.assert(
		fc.property(fc.integer({ min: 2, max: 40 }), fc.integer({ min: 1, max: 10 }), (count, of) => {
			const [target] = targets;
			const all = Array.from(
				{ length: count },
				(_, place) => ({ ...target, id: `v-${place}` }) as Plan["targets"][number],
			);
			if (of > count - 1) return assert.throws(() => groupOf(all, { index: 1, of }), /shards? at most/);
			const groups = Array.from({ length: of }, (_, place) =>
				groupOf(all, { index: place + 1, of }).map(({ id }) => id),
			);
			assert.deepEqual(new Set(groups.flat()).size, count);
			for (const group of groups) assert.ok(group.includes("v-0") && new Set(group).size === group.length);
			for (let place = 1; place < count; place++)
				assert.ok(groups.some((group) => group.includes(`v-${place}`) && group.includes(`v-${place - 1}`)));
		}),
	);
});

test("what makes another plan is named", () => {
	const plan = planOf(scenarios.slice(0, 4));
	const digests = (changed: Plan): Shard["plan"] =>
		sharePlan(changed, { index: 1, of: 2, by: "scenarios" }).shard.plan;
	const before = digests(plan);
	const differing = (changed: Plan) =>
		Object.keys(before).filter((name) => digests(changed)[name] !== before[name]);
	assert.deepEqual(differing({ ...plan, seed: 2 }), ["seed"]);
	assert.deepEqual(differing({ ...plan, scenarios: scenarios.slice(1, 5) }), ["scenarios"]);
	assert.deepEqual(differing({ ...plan, settings: { ...plan.settings, aa: true } }), ["settings"]);
	assert.deepEqual(differing({ ...plan, targets: targets.slice(1) }), ["targets"]);
	assert.deepEqual(differing(plan), []);
});

test("blocks are shared only where their number is known", () => {
	const open = { ...planOf(scenarios), settings: { ...SETTINGS, precision: 0.02, budgetSeconds: 60 } };
	assert.throws(() => sharePlan(open, { index: 1, of: 2, by: "blocks" }), /name it with --blocks/);
	assert.throws(() => sharePlan(planOf(scenarios), { index: 3, of: 2, by: "scenarios" }), /no such shard/);
	assert.throws(
		() => sharePlan(planOf(scenarios), { index: 1, of: 4, by: "blocks" }),
		/for 3 shards at most/,
	);
});
