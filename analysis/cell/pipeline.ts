/**
 * This file computes the pipeline of a cell, per message, from the observed iterations of all its processes.
 */
import type {
	CellMeasurement,
	IterationRecord,
	ObservedPipeline,
	Pipeline,
	StageName,
} from "../../shared/types.ts";
import { NS_PER_MS } from "../../shared/units.ts";
import { type Bounds, blockLogRatio, ratioEstimate } from "../stats/intervals.ts";
import { factorOf, mean, sum } from "../stats/statistics.ts";

export const NO_PIPELINE: Pipeline = {
	compose_state_avg_ms: null,
	provider_execution_avg_ms: null,
	provider_count: null,
	should_respond_avg_ms: null,
	model_call_avg_ms: null,
	action_dispatch_avg_ms: null,
	evaluator_avg_ms: null,
	memory_create_avg_ms: null,
	memory_get_avg_ms: null,
	state_serialization_avg_ms: null,
	observed: null,
};

type Stages = NonNullable<IterationRecord["stages"]>;

/**
 * Returns the stages of a cell, in ms per message; only the number of providers without observed iterations.
 */
export function pipelineOf(cells: readonly CellMeasurement[]): Pipeline {
	const provider_count = cells[0]?.bootstrap?.providers.length ?? null;
	const iterations = cells.flatMap((cell) => cell.iterations.filter(({ stages }) => stages !== null));
	const sources = cells.find(({ stageSources }) => stageSources !== null)?.stageSources;
	if (iterations.length === 0 || !sources) return { ...NO_PIPELINE, provider_count };
	const messages = sum(iterations.map(({ messageNs }) => messageNs.length));
	const perMessage = (nanoseconds: number) => nanoseconds / NS_PER_MS / messages;
	const rows = mergeRows(iterations.flatMap(({ stages }) => stages ?? []));
	const messageNs = sum(iterations.flatMap((iteration) => iteration.messageNs));
	const inclusiveNsOf = (stage: StageName) => {
		const ofStage = rows.filter((row) => row.stage === stage);
		// A row without a name is the whole stage and contains the named ones.
		const whole = ofStage.filter(({ name }) => name === null);
		return sum((whole.length > 0 ? whole : ofStage).map(({ inclusiveNs }) => inclusiveNs));
	};
	const average = (stage: StageName) =>
		sources.some((source) => source.stage === stage && source.observable)
			? perMessage(inclusiveNsOf(stage))
			: null;
	const observed: ObservedPipeline = {
		iterations: iterations.length,
		messages,
		message_avg_ms: perMessage(messageNs),
		observer_cost: observerCost(cells)?.value ?? null,
		unattributed_share:
			sum(rows.filter(({ stage }) => stage === "message").map(({ selfNs }) => selfNs)) / messageNs,
		self_time_share: sum(rows.map(({ selfNs }) => selfNs)) / messageNs,
		provider_overlap:
			inclusiveNsOf("provider_execution") > 0
				? inclusiveNsOf("provider") / inclusiveNsOf("provider_execution")
				: null,
		stages: rows.map(({ stage, name, calls, inclusiveNs, selfNs }) => ({
			stage,
			name,
			calls: calls / messages,
			inclusive_ms: perMessage(inclusiveNs),
			self_ms: perMessage(selfNs),
		})),
		sources,
	};
	return {
		compose_state_avg_ms: average("compose_state"),
		provider_execution_avg_ms: average("provider_execution"),
		provider_count,
		should_respond_avg_ms: average("should_respond"),
		model_call_avg_ms: average("model_call"),
		action_dispatch_avg_ms: average("action_dispatch"),
		evaluator_avg_ms: average("evaluator"),
		memory_create_avg_ms: average("memory_create"),
		memory_get_avg_ms: average("memory_get"),
		state_serialization_avg_ms: average("state_serialization"),
		observed,
	};
}

/**
 * Returns the time of an observed iteration's messages over that of its control's, less 1: of each process
 * the median over its pairs, of these the geometric mean. The 95 % interval is over processes.
 * @returns null without pairs; the interval is null with pairs in one process only
 */
export function observerCost(
	cells: readonly CellMeasurement[],
): { value: number; interval: Bounds | null } | null {
	const processes = cells.flatMap(observerLogRatio);
	if (processes.length === 0) return null;
	const estimate = ratioEstimate(processes);
	const { low, high } = estimate ?? { low: 0, high: 0 };
	return {
		value: factorOf(mean(processes)) - 1,
		interval: estimate && { low: low - 1, high: high - 1 },
	};
}

function observerLogRatio(cell: CellMeasurement): number[] {
	const timesOf = (phase: IterationRecord["phase"]) =>
		cell.iterations.filter((one) => one.phase === phase).map(({ messageNs }) => sum(messageNs));
	const [observed, controls] = [timesOf("observed"), timesOf("control")];
	const pairs = Math.min(observed.length, controls.length);
	return pairs === 0 ? [] : [blockLogRatio(observed.slice(0, pairs), controls.slice(0, pairs))];
}

/** Adds up the rows of one stage and name. */
function mergeRows(rows: Stages): Stages {
	const byName = new Map<string, Stages[number]>();
	for (const row of rows) {
		const key = `${row.stage} ${row.name ?? ""}`;
		const total = byName.get(key) ?? { ...row, calls: 0, inclusiveNs: 0, selfNs: 0 };
		total.calls += row.calls;
		total.inclusiveNs += row.inclusiveNs;
		total.selfNs += row.selfNs;
		byName.set(key, total);
	}
	return [...byName.values()];
}
