/**
 * This is the one list of metrics. It says what each metric is called, which way is better, what it decides,
 * and how its value comes out of an iteration, a process and a cell. Tables, estimates, details, findings,
 * exports and the gate look metrics up here. A metric has one value in a cell: `read` finds it in the stored
 * result.
 */

import type { IterationRecord, MetricCategory, Scenario, ScenarioResult } from "../shared/types.ts";
import { BYTES_PER_KB, BYTES_PER_MB, NS_PER_MS, NS_PER_S } from "../shared/units.ts";
import { promptCharacters, textModelCalls } from "./cell/ledger-summary.ts";
import { operationTotals, plainIterations, type ValidProcess } from "./cell/process.ts";
import { KERNEL_METRICS } from "./kernel-metrics.ts";
import {
	competingMetric,
	counted,
	type Derivation,
	explainingMetric,
	type Metric,
	type MetricOptions,
	type Ratio,
	type ScenarioKind,
	stageAverage,
	stageSelfTime,
} from "./metric-definition.ts";
import { SERVER_CPU_METRIC, SERVER_MEMORY_METRIC, SETTLE_METRIC, TRAFFIC_METRICS } from "./server-metrics.ts";
import { sum, theilSen } from "./stats/statistics.ts";

export type { Metric } from "./metric-definition.ts";

/** Returns the messages of an iteration over its wall time, per second. */
const messageRate = ({ messageNs, wallNs }: IterationRecord): Ratio =>
	messageNs.length > 0 ? { amount: messageNs.length * NS_PER_S, over: wallNs } : null;

const isConcurrent = ({ config }: Scenario) => config.delivery === "concurrent";
const inMs = (ns: number | null | undefined) => (ns == null ? null : ns / NS_PER_MS);

/** Returns the time to construct and initialize, in ns. */
const startUpNs = ({ cell: { cold } }: ValidProcess) => cold && cold.constructNs + cold.initializeNs;

function startToReplyMs(process: ValidProcess): number | null {
	const parts = [
		process.record.spawnToReadyNs,
		startUpNs(process),
		process.cell.cold?.firstMessageNs ?? null,
	];
	const known = parts.filter((part) => part !== null);
	return known.length < parts.length ? null : sum(known) / NS_PER_MS;
}

/** Returns null without plain iterations: there is no phase then whose peak it could be. */
function peakMegabytes(process: ValidProcess): number | null {
	const bytes = process.cell.resources.rssPeakBytes;
	return bytes === null || plainIterations(process).length === 0 ? null : bytes / BYTES_PER_MB;
}

/** Prompts have the clock and shuffled examples in them. */
const PROMPT_TOLERANCE = 0.02;

/** What observing a message costs. */
export const OBSERVER_METRIC = "observer_cost";

/** Memory that a message leaves behind. */
export const GROWTH_METRIC = "memory_growth_kb_per_message";

/**
 * Returns the slope of the resident set over the messages sent (Theil and Sen), in KB; null with fewer than
 * two readings.
 */
function growthKbPerMessage(process: ValidProcess): number | null {
	let sent = 0;
	const points = plainIterations(process).flatMap(({ messageNs, rssBytes }): [number, number][] => {
		if (rssBytes === null) return [];
		sent += messageNs.length;
		return [[sent, rssBytes]];
	});
	const slope = theilSen(points);
	return slope === null ? null : slope / BYTES_PER_KB;
}

type StreamRecord = NonNullable<IterationRecord["streams"]>[number];

/**
 * Makes the derivation of a time of a streamed message.
 * @param spread returns an amount of ns and what it is spread over; null where nothing was received
 */
function streamTotals(spread: (stream: StreamRecord) => Ratio): Derivation {
	return {
		kind: "totals",
		ofIteration: ({ streams = [] }) => {
			const known = streams.flatMap((stream) => spread(stream) ?? []);
			const amount = sum(known.map((one) => one.amount)) / NS_PER_MS;
			return known.length === 0 ? null : { amount, over: sum(known.map(({ over }) => over)) };
		},
		paired: true,
	};
}

const OPERATIONS = [
	["write", "Writes/s", "database-write"],
	["read_by_id", "Reads by id/s", "database-read"],
	["read_by_room", "Reads by room/s", null],
] as const;

const operationMetrics = OPERATIONS.flatMap(([name, label, decided]) => [
	operationMetric(name, label, {
		decides: { categories: ["throughput"], scenarios: decided === null ? [] : [decided] },
	}),
	operationMetric(`${name}_via_runtime`, "through runtime", { parent: `${name}_ops_per_sec` }),
]);

function operationMetric(name: string, label: string, rest: MetricOptions): Metric {
	return competingMetric(
		"higher",
		[`${name}_ops_per_sec`, label, "per_second"],
		{ kind: "totals", ofIteration: operationTotals(name), paired: true },
		({ operations }) => operations.find(({ operation }) => operation === name)?.operations_per_second,
		rest,
	);
}

/** The metrics stand in the order in which tables show them. */
export const METRICS: readonly Metric[] = [
	competingMetric(
		"lower",
		["message_latency_p50_ms", "Median latency", "ms"],
		{ kind: "median" },
		({ latency }) => latency?.median_ms,
		{ decides: { categories: ["latency", "scale"], scenarios: ["latency"] } },
	),
	explainingMetric(["first_of_runtime_ms", "first of a runtime", "ms"], ({ phases }) => phases?.first_ms, {
		parent: "message_latency_p50_ms",
	}),
	explainingMetric(["steady_ms", "steady", "ms"], ({ phases }) => phases?.steady_ms, {
		parent: "message_latency_p50_ms",
	}),
	competingMetric(
		"lower",
		["message_latency_avg_ms", "Avg latency", "ms"],
		{
			kind: "totals",
			ofIteration: ({ messageNs }) =>
				messageNs.length > 0 ? { amount: sum(messageNs) / NS_PER_MS, over: messageNs.length } : null,
			// The mean covers the slow messages too. A median over pairs of iterations would leave them out.
			paired: false,
		},
		({ latency }) => latency?.avg_ms,
	),
	explainingMetric(["message_latency_p95_ms", "P95 latency", "ms"], ({ latency }) => latency?.p95_ms),
	competingMetric(
		"lower",
		["process_latency_p95_ms", "within a process", "ms"],
		{ kind: "process-tail", probability: 0.95 },
		({ process_latency }) => process_latency?.p95_ms,
		{ parent: "message_latency_p95_ms" },
	),
	explainingMetric(["message_latency_p99_ms", "P99 latency", "ms"], ({ latency }) => latency?.p99_ms),
	competingMetric(
		"lower",
		["process_latency_p99_ms", "within a process", "ms"],
		{ kind: "process-tail", probability: 0.99 },
		({ process_latency }) => process_latency?.p99_ms,
		{ parent: "message_latency_p99_ms" },
	),
	explainingMetric(["message_latency_min_ms", "Fastest message", "ms"], ({ latency }) => latency?.min_ms, {
		inTables: false,
	}),
	explainingMetric(["message_latency_max_ms", "Slowest message", "ms"], ({ latency }) => latency?.max_ms, {
		inTables: false,
	}),
	competingMetric(
		"lower",
		["first_chunk_ms", "First chunk", "ms"],
		streamTotals(({ firstNs }) => (firstNs === null ? null : { amount: firstNs, over: 1 })),
		({ streaming }) => streaming?.first_chunk_ms,
	),
	competingMetric(
		"lower",
		["first_chunk_beyond_model_ms", "beyond the model's", "ms"],
		streamTotals(({ firstNs, modelFirstNs }) =>
			firstNs === null || modelFirstNs === null
				? null
				: { amount: Math.max(0, firstNs - modelFirstNs), over: 1 },
		),
		({ streaming }) => streaming?.first_chunk_beyond_model_ms,
		{ parent: "first_chunk_ms" },
	),
	competingMetric(
		"lower",
		["chunk_ms", "Each further chunk", "ms"],
		streamTotals(({ firstNs, lastNs, chunks }) =>
			firstNs === null || lastNs === null || chunks < 2
				? null
				: { amount: lastNs - firstNs, over: chunks - 1 },
		),
		({ streaming }) => streaming?.chunk_ms,
	),
	explainingMetric(["message_outliers", "Outliers (3 sd)", "count"], ({ latency }) => latency?.outliers),
	explainingMetric(["message_mad_outliers", "by MAD", "count"], ({ latency }) => latency?.mad_outliers, {
		parent: "message_outliers",
	}),
	competingMetric(
		"higher",
		["messages_per_second", "Throughput (msg/s)", "per_second"],
		{
			kind: "totals",
			ofIteration: (iteration, scenario) => (isConcurrent(scenario) ? null : messageRate(iteration)),
			paired: true,
		},
		({ throughput }) =>
			throughput?.concurrent_messages_per_second === null ? throughput.messages_per_second : null,
		{ decides: { categories: ["throughput"], scenarios: ["throughput"] } },
	),
	competingMetric(
		"higher",
		["concurrent_throughput", "Concurrent (msg/s)", "per_second"],
		{
			kind: "totals",
			ofIteration: (iteration, scenario) => (isConcurrent(scenario) ? messageRate(iteration) : null),
			paired: true,
		},
		({ throughput }) => throughput?.concurrent_messages_per_second,
		{ decides: { categories: ["throughput"], scenarios: ["throughput"] } },
	),
	competingMetric(
		"higher",
		["actions_per_second", "Actions/s", "per_second"],
		{
			kind: "totals",
			ofIteration: ({ messageNs, actionRuns, wallNs }, { config }) =>
				config.benchmarkAction && messageNs.length > 0
					? { amount: actionRuns * NS_PER_S, over: wallNs }
					: null,
			paired: true,
		},
		({ throughput }) => throughput?.actions_per_second,
	),
	...operationMetrics,
	...KERNEL_METRICS,
	competingMetric(
		"lower",
		["cpu_per_message_ms", "CPU per message", "ms"],
		{
			kind: "totals",
			ofIteration: ({ cpuNs, messageNs }) =>
				messageNs.length > 0 ? { amount: cpuNs / NS_PER_MS, over: messageNs.length } : null,
			paired: true,
		},
		({ cpu_per_message_ms }) => cpu_per_message_ms,
	),
	SERVER_CPU_METRIC,
	competingMetric(
		"lower",
		["model_calls_per_message", "Model calls/msg", "count"],
		{ kind: "counted", tolerance: 0, asked: "model" },
		counted(textModelCalls),
	),
	competingMetric(
		"lower",
		["prompt_characters_per_message", "Prompt chars/msg", "count"],
		{ kind: "counted", tolerance: PROMPT_TOLERANCE, asked: "model" },
		counted(promptCharacters),
	),
	...TRAFFIC_METRICS,
	competingMetric(
		"lower",
		["process_to_ready_ms", "Process to ready", "ms"],
		{ kind: "level", ofProcess: ({ record }) => inMs(record.spawnToReadyNs) },
		({ cold }) => cold?.process_to_ready_ms,
	),
	competingMetric(
		"lower",
		["import_ms", "Import", "ms"],
		{ kind: "level", ofProcess: ({ measurement }) => inMs(measurement.importNs) },
		({ cold }) => cold?.import_ms,
	),
	competingMetric(
		"lower",
		["startup_time_ms", "Startup", "ms"],
		{ kind: "level", ofProcess: (process) => inMs(startUpNs(process)) },
		({ cold }) => cold?.startup_time_ms,
	),
	competingMetric(
		"lower",
		["first_message_latency_ms", "Cold message", "ms"],
		{ kind: "level", ofProcess: ({ cell }) => inMs(cell.cold?.firstMessageNs) },
		({ cold }) => cold?.first_message_latency_ms,
	),
	competingMetric(
		"lower",
		["start_to_reply_ms", "Start to reply", "ms"],
		{ kind: "level", ofProcess: startToReplyMs },
		({ cold }) => cold?.start_to_reply_ms,
		{ decides: { categories: ["startup"], scenarios: ["startup"] } },
	),
	SETTLE_METRIC,
	competingMetric(
		"lower",
		["memory_rss_peak_mb", "RSS peak (MB)", "mb"],
		{ kind: "level", ofProcess: peakMegabytes },
		({ resources }) => resources?.memory_rss_peak_mb,
		{ section: "memory", decides: { categories: ["memory"], scenarios: [] } },
	),
	SERVER_MEMORY_METRIC,
	...(
		[
			["memory_rss_start_mb", "RSS at the start (MB)", "mb"],
			["memory_rss_end_mb", "RSS at the end (MB)", "mb"],
			["memory_delta_mb", "RSS growth (MB)", "mb"],
		] as const
	).map(([id, label, unit]) =>
		explainingMetric([id, label, unit], ({ resources }) => resources?.[id], {
			section: "memory",
			inTables: false,
		}),
	),
	explainingMetric(
		[GROWTH_METRIC, "Growth (KB/msg)", "kb"],
		({ resources }) => resources?.memory_growth_kb_per_message,
		{ section: "memory", derivation: { kind: "slope", ofProcess: growthKbPerMessage } },
	),
	...(
		[
			["memory_heap_mb", "Own heap (MB)", "mb"],
			["gc_pauses_count", "GC pauses", "count"],
			["gc_pause_total_ms", "GC total", "ms"],
			["gc_pause_max_ms", "GC longest", "ms"],
			["allocations_per_message", "Allocations/msg", "count"],
			["allocated_kb_per_message", "Allocated (KB/msg)", "kb"],
		] as const
	).map(([id, label, unit]) =>
		explainingMetric([id, label, unit], ({ resources }) => resources?.[id], { section: "memory" }),
	),
	explainingMetric(["provider_count", "providers", "count"], ({ pipeline }) => pipeline.provider_count, {
		section: "pipeline",
		inTables: false,
	}),
	stageAverage("compose_state", "compose_state_avg_ms"),
	stageAverage("provider_execution", "provider_execution_avg_ms"),
	stageAverage("should_respond", "should_respond_avg_ms"),
	stageSelfTime("prompt"),
	stageAverage("model_call", "model_call_avg_ms"),
	stageAverage("action_dispatch", "action_dispatch_avg_ms"),
	stageAverage("evaluator", "evaluator_avg_ms"),
	stageAverage("memory_create", "memory_create_avg_ms"),
	stageAverage("memory_get", "memory_get_avg_ms"),
	stageAverage("state_serialization", "state_serialization_avg_ms"),
	stageSelfTime("event_emit"),
	...(
		[
			["unattributed_share", "unattributed", "share"],
			["provider_overlap", "provider overlap", "factor"],
			[OBSERVER_METRIC, "observer cost", "share"],
		] as const
	).map(([id, label, unit]) =>
		explainingMetric([id, label, unit], ({ pipeline }) => pipeline.observed?.[id], { section: "pipeline" }),
	),
];

const BY_ID: ReadonlyMap<string, Metric> = new Map(METRICS.map((metric) => [metric.id, metric]));

/** Returns the metric of that id; null for an unknown one. */
export function findMetric(id: string): Metric | null {
	return BY_ID.get(id) ?? null;
}

/**
 * Returns the metric of that id.
 * @throws {RangeError} for an unknown id
 */
export function metricOf(id: string): Metric {
	const found = findMetric(id);
	if (!found) throw new RangeError(`no metric ${id}`);
	return found;
}

/** In these metrics one target can beat another. */
export const COMPETING_METRICS: readonly Metric[] = METRICS.filter(({ better }) => better !== "none");

/** Returns by how much counts of the same work may differ; null for a metric that is measured. */
export function toleranceOf(id: string): number | null {
	const derivation = findMetric(id)?.derivation;
	return derivation?.kind === "counted" ? derivation.tolerance : null;
}

/** In these metrics a head is compared with its base. */
export const COMPARED_METRICS: readonly Metric[] = METRICS.filter(
	({ better, derivation }) => better !== "none" || derivation.kind === "slope",
);

/** Returns the one value of the metric in the cell; null where it was not measured. */
export function figureOf({ read }: Pick<Metric, "read">, cell: ScenarioResult): number | null {
	return read(cell) ?? null;
}

/** Returns the metrics that decide a category, in the order of the list. */
export function decidingMetricsOf(category: MetricCategory): Metric[] {
	return METRICS.filter(({ decides }) => decides.categories.includes(category));
}

/**
 * Returns the metric that decides a scenario: the first of the list that decides its kind and was measured;
 * null for a scenario without a category.
 * @param has says whether the metric of that id was measured
 */
export function decidingMetricOf(
	{ kind, categories }: Pick<ScenarioResult, "kind" | "categories">,
	has: (id: string) => boolean,
): Metric | null {
	if (categories.length === 0) return null;
	const about: ScenarioKind =
		kind !== "messages" ? kind : categories[0] === "throughput" ? "throughput" : "latency";
	return METRICS.find(({ id, decides }) => decides.scenarios.includes(about) && has(id)) ?? null;
}
