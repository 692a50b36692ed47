import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { observerCost, pipelineOf } from "../../../analysis/cell/pipeline.ts";
import { theilSen } from "../../../analysis/stats/statistics.ts";
import { loadContract } from "../../../orchestrator/contract.ts";
import type { CellMeasurement, IterationRecord } from "../../../shared/types.ts";
import { faithfulCell, faithfulIteration, faithfulLedger } from "../../support/ledger.ts";
import { Simulation } from "../../support/simulate.ts";

const { scenarios, character } = loadContract({});
const scenario = scenarios.find(({ id }) => id === "conversation-10");
assert.ok(scenario);
const ledger = faithfulLedger(scenario, character.fixtures);

type Stages = NonNullable<IterationRecord["stages"]>;

/**
 * Ten messages of 1 ms have compose_state with two providers that overlap wholly, a model call, and an
 * unattributed part.
 */
const STAGES: Stages = [
	{ stage: "message", name: null, calls: 10, inclusiveNs: 10e6, selfNs: 1e6 },
	{ stage: "compose_state", name: null, calls: 20, inclusiveNs: 5e6, selfNs: 1e6 },
	{ stage: "provider_execution", name: null, calls: 20, inclusiveNs: 4e6, selfNs: 0 },
	{ stage: "provider", name: "A", calls: 20, inclusiveNs: 4e6, selfNs: 2e6 },
	{ stage: "provider", name: "B", calls: 20, inclusiveNs: 4e6, selfNs: 2e6 },
	{ stage: "model_call", name: null, calls: 10, inclusiveNs: 4e6, selfNs: 4e6 },
];
const SOURCES: NonNullable<CellMeasurement["stageSources"]> = [
	...(["message", "compose_state", "provider_execution", "provider", "model_call", "evaluator"] as const).map(
		(stage) => ({
			stage,
			observable: true,
			how: "wrapped",
		}),
	),
	{ stage: "should_respond", observable: false, how: "not a method of its own" },
];

function cellOf(
	pairs: { observedNs: number; controlNs: number }[],
	stages: Stages = STAGES,
): CellMeasurement {
	assert.ok(scenario);
	const iterations = pairs.flatMap(({ observedNs, controlNs }, index) => [
		faithfulIteration(ledger, { phase: "observed", index, stages, messageNs: Array(10).fill(observedNs) }),
		faithfulIteration(ledger, { phase: "control", index, messageNs: Array(10).fill(controlNs) }),
	]);
	return {
		...faithfulCell(scenario, ledger, iterations),
		stageSources: SOURCES,
		bootstrap: { providers: ["A", "B"], actions: [], evaluators: [] },
	};
}

const PAIR = { observedNs: 1e6, controlNs: 1e6 };

test("stages are averages per message over all observed iterations of all processes", () => {
	const pipeline = pipelineOf([cellOf([PAIR, PAIR]), cellOf([PAIR])]);
	assert.equal(pipeline.compose_state_avg_ms, 0.5);
	assert.equal(pipeline.model_call_avg_ms, 0.4);
	assert.equal(pipeline.provider_count, 2);
	assert.equal(pipeline.observed?.messages, 30);
	assert.equal(pipeline.observed?.stages.find(({ name }) => name === "A")?.calls, 2);
});

test("self times and the unattributed rest add up to the message", () => {
	const { observed } = pipelineOf([cellOf([PAIR])]);
	assert.equal(observed?.self_time_share, 1);
	assert.equal(observed?.unattributed_share, 0.1);
	const total = (observed?.stages ?? []).reduce((sum, { self_ms }) => sum + self_ms, 0);
	assert.ok(Math.abs(total - (observed?.message_avg_ms ?? 0)) < 1e-12);
});

test("providers overlap if they run side by side, and not if they run one after another", () => {
	assert.equal(pipelineOf([cellOf([PAIR])]).observed?.provider_overlap, 2);
	const sequential = STAGES.map((row) => (row.stage === "provider" ? { ...row, inclusiveNs: 2e6 } : row));
	assert.equal(pipelineOf([cellOf([PAIR], sequential)]).observed?.provider_overlap, 1);
});

test("a stage that was not called is a zero, and one that cannot be observed is null", () => {
	const pipeline = pipelineOf([cellOf([PAIR])]);
	assert.equal(pipeline.evaluator_avg_ms, 0);
	assert.equal(pipeline.should_respond_avg_ms, null);
});

test("the observer's cost is the median of pairs side by side, so that a slow minute cancels", () => {
	const slow = { observedNs: 10.4e6, controlNs: 10e6 };
	const { observed } = pipelineOf([
		cellOf([{ observedNs: 1.04e6, controlNs: 1e6 }, slow, { observedNs: 2.08e6, controlNs: 2e6 }]),
	]);
	assert.ok(Math.abs((observed?.observer_cost ?? 0) - 0.04) < 1e-9);
});

test("the observer's cost has an interval over processes, which covers it in 95 of 100 simulated cells", () => {
	const simulation = new Simulation(41);
	const [runs, truth] = [1500, 0.05];
	for (const pairs of [1, 8]) {
		let covered = 0;
		for (let run = 0; run < runs; run++) {
			const cells = Array.from({ length: 5 }, () => {
				const own = 0.02 * simulation.normal();
				return cellOf(
					Array.from({ length: pairs }, () => {
						// A burst of a neighbour takes one of the two, or both.
						const noise = () => 0.1 * simulation.normal() + (simulation.random.next() < 0.2 ? 0.7 : 0);
						const shared = noise();
						return {
							observedNs: Math.round(1e6 * (1 + truth) * Math.exp(own + shared + noise())),
							controlNs: Math.round(1e6 * Math.exp(shared + noise())),
						};
					}),
				);
			});
			const interval = observerCost(cells)?.interval;
			assert.ok(interval);
			if (interval.low <= truth && truth <= interval.high) covered++;
		}
		assert.ok(covered / runs > 0.93 && covered / runs < 0.985, `${pairs} pairs: ${covered / runs}`);
	}
});

test("pairs of one process give a cost without an interval, and no pairs no cost", () => {
	const one = observerCost([cellOf([PAIR])]);
	assert.ok(one && one.interval === null);
	assert.ok(scenario);
	assert.equal(observerCost([faithfulCell(scenario, ledger, [faithfulIteration(ledger)])]), null);
});

test("without observed iterations there is no pipeline, not an empty one", () => {
	assert.ok(scenario);
	const pipeline = pipelineOf([faithfulCell(scenario, ledger, [faithfulIteration(ledger)])]);
	assert.equal(pipeline.observed, null);
	assert.equal(pipeline.compose_state_avg_ms, null);
});

test("the Theil-Sen slope finds a line through points of which a fifth are far off", () => {
	fc.assert(
		fc.property(
			fc.integer({ min: -100, max: 100 }),
			fc.integer({ min: -1000, max: 1000 }),
			(slope, offset) => {
				const points = Array.from({ length: 15 }, (_, x): [number, number] => [
					x,
					slope * x + offset + (x % 5 === 4 ? 1e6 : 0),
				]);
				assert.ok(Math.abs((theilSen(points) ?? Number.NaN) - slope) < 1e-9);
			},
		),
	);
	assert.equal(theilSen([]), null);
	assert.equal(theilSen([[1, 2]]), null);
	assert.equal(
		theilSen([
			[1, 2],
			[1, 3],
		]),
		null,
	);
});
