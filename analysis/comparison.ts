/** Several results side by side: which rows a scenario's table has, and how each value stands to the best one. */
import type {
	BenchmarkResult,
	ComparisonFile,
	ComparisonRow,
	Pipeline,
	ScenarioComparison,
	ScenarioResult,
	StageName,
} from "../shared/types.ts";

interface Metric {
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
	...{ metric, label, section: unit === "mb" || unit === "kb" ? "memory" : "main", unit, better: "lower", value },
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
const shown = (section: Metric["section"], metric: string, label: string, unit: Metric["unit"], value: Value): Metric => ({
	...{ metric, label, section, unit, better: "none", value },
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

const METRICS: readonly Metric[] = [
	lower("message_latency_p50_ms", "Median latency", "ms", (cell) => cell.latency?.median_ms),
	lower("message_latency_avg_ms", "Avg latency", "ms", (cell) => cell.latency?.avg_ms),
	lower("message_latency_p95_ms", "P95 latency", "ms", (cell) => cell.latency?.p95_ms),
	lower("message_latency_p99_ms", "P99 latency", "ms", (cell) => cell.latency?.p99_ms),
	higher("messages_per_second", "Throughput (msg/s)", (cell) =>
		cell.throughput?.concurrent_messages_per_second === null ? cell.throughput.messages_per_second : null,
	),
	higher("concurrent_throughput", "Concurrent (msg/s)", (cell) => cell.throughput?.concurrent_messages_per_second),
	higher("actions_per_second", "Actions/s", (cell) => cell.throughput?.actions_per_second),
	...Object.entries(OPERATIONS).flatMap(([name, label]) => [
		higher(`${name}_ops_per_sec`, `${label}/s`, operation(name)),
		higher(`${name}_via_runtime_ops_per_sec`, "  through runtime", operation(`${name}_via_runtime`)),
	]),
	lower("cpu_per_message_ms", "CPU per message", "ms", (cell) => cell.cpu_per_message_ms),
	lower("process_to_ready_ms", "Process to ready", "ms", (cell) => cell.cold?.process_to_ready_ms),
	lower("import_ms", "Import", "ms", (cell) => cell.cold?.import_ms),
	lower("startup_time_ms", "Startup", "ms", (cell) => cell.cold?.startup_time_ms),
	lower("first_message_latency_ms", "First message", "ms", (cell) => cell.cold?.first_message_latency_ms),
	lower("memory_rss_peak_mb", "RSS peak (MB)", "mb", (cell) => cell.resources?.memory_rss_peak_mb),
	shown("memory", "memory_growth_kb_per_message", "Growth (KB/msg)", "kb", (cell) => cell.resources?.memory_growth_kb_per_message),
	shown("memory", "memory_heap_mb", "Own heap (MB)", "mb", (cell) => cell.resources?.memory_heap_mb),
	shown("memory", "gc_pauses_count", "GC pauses", "count", (cell) => cell.resources?.gc_pauses_count),
	shown("memory", "gc_pause_total_ms", "GC total", "ms", (cell) => cell.resources?.gc_pause_total_ms),
	shown("memory", "gc_pause_max_ms", "GC longest", "ms", (cell) => cell.resources?.gc_pause_max_ms),
	shown("memory", "allocations_per_message", "Allocations/msg", "count", (cell) => cell.resources?.allocations_per_message),
	shown("memory", "allocated_kb_per_message", "Allocated (KB/msg)", "kb", (cell) => cell.resources?.allocated_kb_per_message),
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
	shown("pipeline", "unattributed_share", "  unattributed", "share", (cell) => cell.pipeline.observed?.unattributed_share),
	shown("pipeline", "provider_overlap", "  provider overlap", "factor", (cell) => cell.pipeline.observed?.provider_overlap),
	shown("pipeline", "observer_cost", "  observer cost", "share", (cell) => cell.pipeline.observed?.observer_cost),
];

function operation(name: string): Value {
	return (cell) => cell.operations.find((row) => row.operation === name)?.operations_per_second;
}

/**
 * @param results one per target; they must come from one run, or at least have been measured alike.
 * @throws {RangeError} when there is none, or two results are of one target.
 */
export function compare(results: readonly BenchmarkResult[]): ComparisonFile {
	const first = results[0];
	if (!first) throw new RangeError("nothing to compare");
	if (new Set(results.map(({ target }) => target.id)).size < results.length) throw new RangeError("two results of one target");
	const { runtime_version: _, ...system } = first.system;
	const ids = [...new Set(results.flatMap(({ scenarios }) => Object.keys(scenarios)))];
	return {
		schemaVersion: first.schemaVersion,
		kind: "comparison",
		timestamp: first.timestamp,
		profile: first.profile,
		seed: first.seed,
		model_delay_ms: first.model_delay_ms,
		complete: results.every(({ complete }) => complete),
		system,
		targets: results.map(({ target, versions, size, runtime }) => ({ id: target.id, label: target.label, runtime, versions, size })),
		scenarios: ids.map((id) => compareScenario(id, results)),
	};
}

export function compareScenario(id: string, results: readonly BenchmarkResult[]): ScenarioComparison {
	const cells = results.flatMap(({ target, scenarios }): [string, ScenarioResult][] => {
		const cell = scenarios[id];
		return cell ? [[target.id, cell]] : [];
	});
	const first = cells[0]?.[1];
	if (!first) throw new RangeError(`no result has the scenario ${id}`);
	return {
		id,
		name: first.name,
		question: first.question,
		iterations: Math.max(...cells.map(([, cell]) => cell.iterations)),
		warmup: first.warmup,
		cells: Object.fromEntries(cells.map(([target, { status, reasons }]) => [target, { status, reasons }])),
		// A stage that nobody reached says nothing; a zero anywhere else is a figure.
		rows: METRICS.map((metric) => row(metric, cells)).filter(({ values, section }) =>
			Object.values(values).some((value) => value !== null && (section !== "pipeline" || value !== 0)),
		),
	};
}

function row({ value, stage: explained, ...metric }: Metric, cells: [string, ScenarioResult][]): ComparisonRow {
	const values = Object.fromEntries(cells.map(([target, cell]) => [target, value(cell) ?? null]));
	// Only comparable cells compete: a divergent one did other work.
	const competing = cells.flatMap(([target, { status }]): [string, number][] => {
		const figure = values[target] ?? null;
		return metric.better !== "none" && status === "comparable" && figure !== null && figure > 0 ? [[target, figure]] : [];
	});
	const figures = competing.map(([, figure]) => figure);
	const best = metric.better === "lower" ? Math.min(...figures) : Math.max(...figures);
	const ratios =
		competing.length < 2
			? []
			: competing.map(([target, figure]) => [target, metric.better === "lower" ? figure / best : best / figure] as const);
	const absent = Object.fromEntries(
		cells.flatMap(([target, { pipeline }]) =>
			explained && pipeline.observed && values[target] === null ? [[target, "not observable" as const]] : [],
		),
	);
	return {
		...metric,
		values,
		absent,
		ratios: { ...Object.fromEntries(cells.map(([target]) => [target, null])), ...Object.fromEntries(ratios) },
	};
}
