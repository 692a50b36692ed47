/** The detail of a cell is what reports show beyond its table, from the result file alone. */
import type {
	BenchmarkResult,
	CellDetail,
	ObservedPipeline,
	ScenarioResult,
	StageName,
} from "../../shared/types.ts";
import { summarizeLedger, textModelCalls } from "../cell/ledger-summary.ts";
import { measuringSamples } from "../cell/samples.ts";
import { OBSERVER_METRIC } from "../metrics.ts";
import { type Bounds, boundsOf } from "../stats/intervals.ts";
import { median, quantileOfSorted } from "../stats/statistics.ts";
import { MODEL_LATENCIES_MS, turnBesideModel } from "./model-share.ts";

const QUANTILE_STEPS = 40;
const MOST_POINTS = 100;
const MOST_NAMED = 10;

/**
 * Makes the detail of a cell.
 * @param command the command of the run, without its choice of scenarios; empty if unknown
 */
export function cellDetail(
	id: string,
	cell: ScenarioResult,
	command: BenchmarkResult["command"],
): CellDetail {
	const processes = messagesByProcess(cell);
	return {
		distributions: processes.map(({ block, messages }) => ({
			block,
			messages: messages.length,
			quantiles_ms: quantiles(messages),
		})),
		timeline: processes.map(({ block, messages }) => ({
			block,
			points: groupMedians(messages.length, (from, to) => messages.subarray(from, to)),
		})),
		by_position: mediansByPosition(cell),
		phases: cell.phases,
		pipeline:
			cell.pipeline.observed &&
			pipelineDetail(cell.pipeline.observed, boundsOf(cell.estimates[OBSERVER_METRIC])),
		resources: cell.resources,
		work: cell.ledger && summarizeLedger(cell.ledger),
		command: command.length === 0 ? [] : [...command, "--scenarios", id],
		model_shares: turnShares(cell),
	};
}

interface ProcessMessages {
	block: number;
	messages: Float64Array;
}

/**
 * Divides the raw messages of the cell, in ms, among the processes that they come from. A process that was
 * stopped before its first message is left out.
 */
export function messagesByProcess({
	samples,
	latency,
}: Pick<ScenarioResult, "samples" | "latency">): ProcessMessages[] {
	if (!latency) return [];
	const all = Float64Array.from(latency.raw_ms);
	let start = 0;
	return measuringSamples(samples).flatMap(({ block, messages }) => {
		const own = all.subarray(start, start + messages);
		start += messages;
		return own.length === 0 ? [] : [{ block, messages: own }];
	});
}

function quantiles(messages: Float64Array): number[] {
	const sorted = Float64Array.from(messages).sort();
	return Array.from({ length: QUANTILE_STEPS + 1 }, (_, step) =>
		quantileOfSorted(sorted, step / QUANTILE_STEPS),
	);
}

/** Returns the medians of at most 100 groups of neighbours, in ms. */
function groupMedians(
	length: number,
	valuesOf: (from: number, to: number) => ArrayLike<number>,
): CellDetail["timeline"][number]["points"] {
	const size = Math.max(1, Math.ceil(length / MOST_POINTS));
	return Array.from({ length: Math.ceil(length / size) }, (_, group) => {
		const [from, to] = [group * size, Math.min((group + 1) * size, length)];
		return { message: (from + 1 + to) / 2, median_ms: median(valuesOf(from, to)) };
	});
}

function mediansByPosition({ iterations, latency }: ScenarioResult): CellDetail["by_position"] {
	if (!latency || iterations === 0) return null;
	const all = Float64Array.from(latency.raw_ms);
	const length = all.length / iterations;
	// A scenario sends the same number of messages in every iteration. If it was stopped, no position can be
	// told.
	if (length < 2 || !Number.isInteger(length)) return null;
	return groupMedians(length, (from, to) => {
		const values = new Float64Array((to - from) * iterations);
		for (let iteration = 0; iteration < iterations; iteration++)
			values.set(all.subarray(iteration * length + from, iteration * length + to), iteration * (to - from));
		return values;
	});
}

function pipelineDetail(observed: ObservedPipeline, costInterval: Bounds | null): CellDetail["pipeline"] {
	const stages = new Map<StageName, { calls: number; inclusive_ms: number; self_ms: number }>();
	for (const { stage, name, calls, inclusive_ms, self_ms } of observed.stages) {
		const row = stages.get(stage) ?? { calls: 0, inclusive_ms: 0, self_ms: 0 };
		const whole = observed.stages.some((other) => other.stage === stage && other.name === null);
		// A row without a name is the whole stage and contains the named ones.
		const counts = !whole || name === null;
		stages.set(stage, {
			calls: row.calls + (counts ? calls : 0),
			inclusive_ms: row.inclusive_ms + (counts ? inclusive_ms : 0),
			self_ms: row.self_ms + self_ms,
		});
	}
	return {
		message_avg_ms: observed.message_avg_ms,
		observer_cost: observed.observer_cost,
		observer_cost_interval: costInterval,
		provider_overlap: observed.provider_overlap,
		stages: [...stages]
			.map(([stage, row]) => ({ stage, ...row, share: row.self_ms / observed.message_avg_ms }))
			.toSorted((a, b) => b.self_ms - a.self_ms),
		not_observable: observed.sources.filter(({ observable }) => !observable).map(({ stage }) => stage),
		named: observed.stages
			.flatMap(({ stage, name, calls, inclusive_ms }) =>
				name === null ? [] : [{ stage, name, calls, inclusive_ms }],
			)
			.toSorted((a, b) => b.inclusive_ms - a.inclusive_ms)
			.slice(0, MOST_NAMED),
	};
}

function turnShares({ latency, ledger, status }: ScenarioResult): CellDetail["model_shares"] {
	if (!latency || !ledger || status !== "comparable") return [];
	const calls = textModelCalls(ledger);
	return MODEL_LATENCIES_MS.flatMap((model_latency_ms) => {
		const turn = turnBesideModel(latency.median_ms, calls, model_latency_ms);
		return turn === null ? [] : [{ model_latency_ms, ...turn }];
	});
}
