import assert from "node:assert/strict";
import { test } from "node:test";
import { processCosts } from "../../../analysis/cell/costs.ts";
import type { CellEvidence } from "../../../analysis/cell/result.ts";
import { isPrecise, prospectOf } from "../../../analysis/compare/prospect.ts";
import { conclude, foresee, type RunDecision } from "../../../analysis/compare/run-decision.ts";
import { LEAST_PILOT } from "../../../analysis/stats/allocation.ts";
import { costsOf } from "../../../orchestrator/run/noise-history.ts";
import { runDecisionText } from "../../../report/text/run-decision.ts";
import type { RunSettings } from "../../../shared/types.ts";
import { evidenceOf, processOf, scenarioOf, targets } from "../../support/evidence.ts";
import { Simulation } from "../../support/simulate.ts";

const scenario = scenarioOf("with-should-respond");

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
const settings = { precision: 0.01, alternate: "iterations" } as const;
const look = (cells: CellEvidence[], changed: Partial<RunSettings> = {}) =>
	prospectOf(scenario, { ...settings, ...changed }, cells);

test("a scenario without blocks has the scenario's own iterations, and nothing is known of it", () => {
	const found = look(evidence(0, 0.2));
	assert.deepEqual(
		[found.done, found.decides, found.spread, found.halfWidth, found.iterations],
		[0, false, null, null, scenario.iterations],
	);
});

test("the first block chooses the iterations of all later ones, and they do not change again", () => {
	const cells = evidence(6, 0.3);
	const noisy = look(cells.map((cell) => ({ ...cell, processes: cell.processes.slice(0, 1) })));
	assert.ok(noisy.iterations > scenario.iterations);
	assert.ok(look(evidence(1, 0.01)).iterations < scenario.iterations);
	assert.equal(look(cells).iterations, noisy.iterations);
	assert.equal(look(evidence(6, 0.3), { precision: null }).iterations, scenario.iterations);
	assert.equal(look(evidence(6, 0.3), { fixedIterations: true }).iterations, scenario.iterations);
});

test("no block has more iterations than the time for its turns allows, but for two, or one that takes longer", () => {
	const cells = evidence(1, 0.3);
	const iterationSeconds = 1 / scenario.iterations;
	const within = (seconds: number) =>
		prospectOf(scenario, settings, cells, {
			turnSeconds: (setupSeconds) => {
				assert.equal(setupSeconds, 1, "of two processes");
				return seconds;
			},
		}).iterations;
	assert.equal(within(Number.POSITIVE_INFINITY), look(cells).iterations);
	assert.equal(within(10.5 * 2 * iterationSeconds), 10);
	assert.deepEqual([within(2 * iterationSeconds), within(0)], [2, 1]);
});

test("a block costs its processes' set-ups and iterations", () => {
	const { blockSeconds, iterations } = look(evidence(3, 0.3));
	const iterationSeconds = 1 / scenario.iterations;
	assert.ok(Math.abs(blockSeconds - 2 * (0.5 + iterations * iterationSeconds)) < 1e-9);
});

test("a ratio is known from the pilot on, when the interval of the least known pair is narrow", () => {
	assert.equal(isPrecise(look(evidence(LEAST_PILOT, 0.001)), 0.03), true);
	assert.equal(isPrecise(look(evidence(LEAST_PILOT - 1, 0.001)), 0.03), false);
	assert.equal(isPrecise(look(evidence(LEAST_PILOT, 0.3)), 0.03), false);
});

test("nothing waits for a divergent target, and a repeated block does not count", () => {
	const divergent = look(evidence(LEAST_PILOT, 0.3, "divergent"));
	assert.deepEqual([divergent.decides, divergent.spread], [false, null]);
	const repeated = look(evidence(LEAST_PILOT, 0.001, "comparable", true));
	assert.deepEqual([repeated.done, isPrecise(repeated, 0.03)], [LEAST_PILOT - 1, false]);
});

test("a target that is alone is measured until its own level is known", () => {
	const [one] = evidence(4, 0.3);
	assert.ok(one);
	const alone = look([one]);
	assert.ok(alone.decides && alone.spread !== null && alone.halfWidth !== null);
});

test("a run says what the rest can reach, and what it has reached", () => {
	const known = { prospect: look(evidence(LEAST_PILOT, 0.001)) };
	const open = { prospect: look(evidence(LEAST_PILOT, 0.3)) };
	const words = (decision: RunDecision | null) => (decision ? runDecisionText(decision) : "");
	const shareOf = ({ prospect }: typeof known) => Math.expm1(prospect.halfWidth ?? Number.NaN);
	const percent = (share: number) => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
	const middle = (shareOf(known) + shareOf(open)) / 2;
	assert.equal(
		words(conclude([known, open], 0.03, [3, 3])),
		`the time is over after 16 blocks: ratios are known to ${percent(middle)} in the median, ${percent(shareOf(open))} at most`,
	);
	assert.equal(words(conclude([known], 0.03, [3])), "every ratio is known to 3.0 % after 8 blocks");
	assert.match(
		words(foresee([known, open], [8, 10], 0.03)),
		/^planned: 2 more blocks, about \d+ s. Then ratios are known to [\d.]+ % in the median, [\d.]+ % at most, as far/,
	);
	assert.match(words(foresee([open], [150], 0.03)), /Then ratios are known to \d(\.\d)? %, as far/);
	const single = { prospect: look(evidence(1, 0.3)) };
	assert.equal(
		words(conclude([single, known], 0.03, [1, 3])),
		`the time is over after 9 blocks: ratios are known to ${percent(shareOf(known))}, 1 scenario has no interval yet`,
	);
	const slow = { prospect: { ...single.prospect, blockSeconds: 50 } };
	assert.equal(
		words(conclude([slow], 0.03, [3])),
		"the time is over after 1 block: 1 scenario has no interval yet " +
			"(the least number of blocks of all needs about 2 min more: --budget)",
	);
	assert.equal(foresee([known], [8], 0.03), null);
	assert.equal(conclude([], 0.03, []), null);
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
