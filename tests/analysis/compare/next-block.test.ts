import assert from "node:assert/strict";
import { test } from "node:test";
import { processCosts } from "../../../analysis/cell/costs.ts";
import type { CellEvidence } from "../../../analysis/cell/result.ts";
import { nextBlock } from "../../../analysis/compare/next-block.ts";
import { LEAST_PILOT } from "../../../analysis/stats/allocation.ts";
import { costsOf } from "../../../orchestrator/run/noise-history.ts";
import { blockDecisionText } from "../../../report/text/block-decision.ts";
import type { RunSettings } from "../../../shared/types.ts";
import { evidenceOf, processOf, RUN, scenarioOf, targets } from "../../support/evidence.ts";
import { Simulation } from "../../support/simulate.ts";

const scenario = scenarioOf("with-should-respond");
const SETTINGS: RunSettings = RUN.settings;

/** Makes two targets whose paired iterations scatter by `within`. */
function evidence(
	blocks: number,
	within: number,
	status: "comparable" | "divergent" = "comparable",
	superseded = false,
): CellEvidence[] {
	const simulation = new Simulation(3);
	return targets.slice(0, 2).map((target) =>
		evidenceOf(
			scenario,
			Array.from({ length: blocks }, (_, block) => {
				const times = Array.from({ length: scenario.iterations }, () =>
					Math.round(1e6 * Math.exp(within * simulation.normal())),
				);
				return processOf(target, scenario, times, {
					block,
					superseded: superseded && block === 0,
					setupNs: 5e8,
					turnsNs: 1e9,
				});
			}),
			status,
		),
	);
}
const decide = (cells: CellEvidence[], settings: Partial<RunSettings>, secondsLeft: number | null = null) =>
	nextBlock({ scenario, settings: { ...SETTINGS, ...settings }, evidence: cells, secondsLeft });

test("without a precision a scenario takes its blocks, no more and no fewer", () => {
	assert.deepEqual(decide(evidence(2, 0.2), { blocks: 5 }), {
		iterations: scenario.iterations,
		decision: null,
		blocks: 5,
		final: true,
	});
	assert.equal(decide(evidence(5, 0.2), { blocks: 5 }).blocks, 5);
});

test("with a precision a pilot comes first, long enough not to deceive", () => {
	const { blocks, final } = decide(evidence(3, 0.001), { blocks: 3, precision: 0.03 });
	assert.deepEqual([blocks, final], [LEAST_PILOT, false]);
});

test("a scenario is done when its ratios are known precisely enough, and says so", () => {
	const found = decide(evidence(LEAST_PILOT, 0.001), { precision: 0.03 });
	assert.deepEqual([found.blocks, found.final], [LEAST_PILOT, true]);
	assert.match(found.decision ? blockDecisionText(found.decision) : "", /known to 3.0 % after 8 blocks/);
});

test("a noisy scenario continues, and foresees how many blocks that takes, and how long they are", () => {
	const found = decide(evidence(LEAST_PILOT, 0.3), { precision: 0.01 });
	assert.ok(found.blocks > LEAST_PILOT && !found.final && found.iterations > scenario.iterations);
	assert.match(
		found.decision ? blockDecisionText(found.decision) : "",
		/1.0 % takes about \d+ blocks of \d+ iterations: \d+ more, about \d+ s/,
	);
});

test("the budget ends a scenario that is not precise yet, and the report says that too", () => {
	const found = decide(evidence(LEAST_PILOT, 0.3), { precision: 0.01, budgetSeconds: 60 }, 0.5);
	assert.deepEqual([found.blocks, found.final], [LEAST_PILOT, true]);
	assert.match(
		found.decision ? blockDecisionText(found.decision) : "",
		/budget is spent after 8 blocks; 1.0 % is not reached/,
	);
	const some = decide(evidence(LEAST_PILOT, 0.3), { precision: 0.001, budgetSeconds: 60 }, 30);
	assert.ok(
		some.blocks > LEAST_PILOT && some.blocks < 60,
		"no more blocks are announced than the budget pays for",
	);
});

test("nothing waits for a divergent target, and a repeated block does not count", () => {
	assert.equal(decide(evidence(LEAST_PILOT, 0.3, "divergent"), { precision: 0.01 }).final, true);
	assert.equal(decide(evidence(LEAST_PILOT, 0.001, "comparable", true), { precision: 0.03 }).final, false);
});

test("costs are those of the iterations that a process really did, which may be more than its own", () => {
	const [target] = targets;
	assert.ok(target);
	const withIterations = (count: number, block: number) =>
		processOf(target, scenario, Array(count).fill(1e6), { block, setupNs: 5e8, turnsNs: count * 2e7 });
	const { iterations } = scenario;
	const processes = [withIterations(iterations, 0), withIterations(4 * iterations, 1)];
	assert.deepEqual(processCosts(processes), { setups: [0.5, 0.5], iterations: [0.02, 0.02] });
	assert.deepEqual(costsOf(evidenceOf(scenario, processes)), { setupSeconds: 0.5, iterationSeconds: 0.02 });
	const lost = { ...withIterations(iterations, 2), measurement: null };
	assert.deepEqual(processCosts([lost]), { setups: [0.5], iterations: [] });
	assert.equal(costsOf(evidenceOf(scenario, [lost])), null);
	const startup = scenarioOf("startup-cold");
	const fresh = processOf(target, startup, [], { setupNs: 5e8, turnsNs: 0 });
	assert.deepEqual(costsOf(evidenceOf(startup, [fresh])), { setupSeconds: 0.5, iterationSeconds: 0 });
});
