/**
 * The rows of a scenario's table: every metric, where its value comes from, and whether targets compete in
 * it.
 */
import type { ComparisonRow, Pipeline, ScenarioResult, StageName } from "../shared/types.ts";
import { measured } from "./compare/pairs.ts";
import { median } from "./stats/statistics.ts";

export interface Metric {
	metric: string;
	label: string;
	section: ComparisonRow["section"];
	unit: ComparisonRow["unit"];
	better: ComparisonRow["better"];
	value: (cell: ScenarioResult) => number | null | undefined;
	/** The stage whose observability explains a missing value. */
	stage?: StageName;
}

type Value = Metric["value"];

const lower = (metric: string, label: string, unit: Metric["unit"], value: Value): Metric => ({
	metric,
	label,
	section: unit === "mb" || unit === "kb" ? "memory" : "main",
	unit,
	better: "lower",
	value,
});
const higher = (metric: string, label: string, value: Value): Metric => ({
	metric,
	label,
	section: "main",
	unit: "per_second",
	better: "higher",
	value,
});
/** A figure that explains: no ratio is drawn from it. */
const shown = (
	section: Metric["section"],
	metric: string,
	label: string,
	unit: Metric["unit"],
	value: Value,
): Metric => ({
	metric,
	label,
	section,
	unit,
	better: "none",
	value,
});
const stage = (name: StageName, metric: keyof Omit<Pipeline, "observed">): Metric => ({
	...shown("pipeline", metric, `  ${name}`, "ms", ({ pipeline }) => pipeline[metric]),
	stage: name,
});
/** A stage without a field of its own in the plan: its self time. */
const selfTime = (name: StageName, label: string): Metric => ({
	...shown("pipeline", `${name}_self_avg_ms`, label, "ms", ({ pipeline: { observed } }) =>
		observed?.sources.some((source) => source.stage === name && source.observable)
			? observed.stages.filter((row) => row.stage === name).reduce((sum, { self_ms }) => sum + self_ms, 0)
			: null,
	),
	stage: name,
});

const OPERATIONS = { write: "Writes", read_by_id: "Reads by id", read_by_room: "Reads by room" } as const;

export const METRICS: readonly Metric[] = [
	lower("message_latency_p50_ms", "Median latency", "ms", (cell) => cell.latency?.median_ms),
	shown("main", "first_of_runtime_ms", "  first of a runtime", "ms", (cell) => cell.phases?.first_ms),
	shown("main", "steady_ms", "  steady", "ms", (cell) => cell.phases?.steady_ms),
	lower("message_latency_avg_ms", "Avg latency", "ms", (cell) => cell.latency?.avg_ms),
	lower("message_latency_p95_ms", "P95 latency", "ms", (cell) => cell.latency?.p95_ms),
	lower("message_latency_p99_ms", "P99 latency", "ms", (cell) => cell.latency?.p99_ms),
	shown("main", "outliers", "Outliers (3 sd)", "count", (cell) => cell.latency?.outliers),
	shown("main", "mad_outliers", "  by MAD", "count", (cell) => cell.latency?.mad_outliers),
	higher("messages_per_second", "Throughput (msg/s)", (cell) =>
		cell.throughput?.concurrent_messages_per_second === null ? cell.throughput.messages_per_second : null,
	),
	higher(
		"concurrent_throughput",
		"Concurrent (msg/s)",
		(cell) => cell.throughput?.concurrent_messages_per_second,
	),
	higher("actions_per_second", "Actions/s", (cell) => cell.throughput?.actions_per_second),
	...Object.entries(OPERATIONS).flatMap(([name, label]) => [
		higher(`${name}_ops_per_sec`, `${label}/s`, operation(name)),
		higher(`${name}_via_runtime_ops_per_sec`, "  through runtime", operation(`${name}_via_runtime`)),
	]),
	lower("cpu_per_message_ms", "CPU per message", "ms", (cell) => cell.cpu_per_message_ms),
	lower("process_to_ready_ms", "Process to ready", "ms", (cell) => cell.cold?.process_to_ready_ms),
	lower("import_ms", "Import", "ms", (cell) => cell.cold?.import_ms),
	lower("startup_time_ms", "Startup", "ms", (cell) => cell.cold?.startup_time_ms),
	lower("first_message_latency_ms", "Cold message", "ms", (cell) => cell.cold?.first_message_latency_ms),
	lower("start_to_reply_ms", "Start to reply", "ms", fromSamples("start_to_reply_ms")),
	lower("memory_rss_peak_mb", "RSS peak (MB)", "mb", (cell) => cell.resources?.memory_rss_peak_mb),
	shown(
		"memory",
		"memory_growth_kb_per_message",
		"Growth (KB/msg)",
		"kb",
		(cell) => cell.resources?.memory_growth_kb_per_message,
	),
	shown("memory", "memory_heap_mb", "Own heap (MB)", "mb", (cell) => cell.resources?.memory_heap_mb),
	shown("memory", "gc_pauses_count", "GC pauses", "count", (cell) => cell.resources?.gc_pauses_count),
	shown("memory", "gc_pause_total_ms", "GC total", "ms", (cell) => cell.resources?.gc_pause_total_ms),
	shown("memory", "gc_pause_max_ms", "GC longest", "ms", (cell) => cell.resources?.gc_pause_max_ms),
	shown(
		"memory",
		"allocations_per_message",
		"Allocations/msg",
		"count",
		(cell) => cell.resources?.allocations_per_message,
	),
	shown(
		"memory",
		"allocated_kb_per_message",
		"Allocated (KB/msg)",
		"kb",
		(cell) => cell.resources?.allocated_kb_per_message,
	),
	stage("compose_state", "compose_state_avg_ms"),
	stage("provider_execution", "provider_execution_avg_ms"),
	stage("should_respond", "should_respond_avg_ms"),
	selfTime("prompt", "  prompt (self)"),
	stage("model_call", "model_call_avg_ms"),
	stage("action_dispatch", "action_dispatch_avg_ms"),
	stage("evaluator", "evaluator_avg_ms"),
	stage("memory_create", "memory_create_avg_ms"),
	stage("memory_get", "memory_get_avg_ms"),
	{ ...stage("state_serialization", "state_serialization_avg_ms"), label: "  serialization" },
	selfTime("event_emit", "  event_emit (self)"),
	shown(
		"pipeline",
		"unattributed_share",
		"  unattributed",
		"share",
		(cell) => cell.pipeline.observed?.unattributed_share,
	),
	shown(
		"pipeline",
		"provider_overlap",
		"  provider overlap",
		"factor",
		(cell) => cell.pipeline.observed?.provider_overlap,
	),
	shown(
		"pipeline",
		"observer_cost",
		"  observer cost",
		"share",
		(cell) => cell.pipeline.observed?.observer_cost,
	),
];

function fromSamples(metric: string): Value {
	return ({ samples }) => {
		const known = measured(samples).flatMap(({ values }) => values[metric] ?? []);
		return known.length === 0 ? null : median(known);
	};
}

function operation(name: string): Value {
	return (cell) => cell.operations.find((row) => row.operation === name)?.operations_per_second;
}

/** Metrics in which one target can beat another. */
export const COMPETING_METRICS: readonly string[] = METRICS.filter(({ better }) => better !== "none").map(
	({ metric }) => metric,
);

/** The metric that decides a scenario; in order of preference, the first that was measured. */
const HEADLINES: Record<ScenarioResult["kind"], readonly string[]> = {
	messages: ["message_latency_p50_ms"],
	"database-write": ["write_ops_per_sec"],
	"database-read": ["read_by_id_ops_per_sec"],
	startup: ["start_to_reply_ms"],
};
const THROUGHPUTS = ["concurrent_throughput", "messages_per_second"];

export function headlineOf(
	kind: ScenarioResult["kind"],
	categories: ScenarioResult["categories"],
	has: (metric: string) => boolean,
): string | null {
	const candidates = kind === "messages" && categories[0] === "throughput" ? THROUGHPUTS : HEADLINES[kind];
	return candidates.find(has) ?? null;
}

/** The figure with its interval where there is one, else the plain figure. */
export function figureOf(metric: Metric, cell: ScenarioResult): number | null {
	return cell.estimates[metric.metric]?.value ?? metric.value(cell) ?? null;
}
