/** Several results side by side: which rows a scenario's table has, and how each value stands to the best one. */
import type { BenchmarkResult, ComparisonFile, ComparisonRow, ScenarioComparison, ScenarioResult } from "../shared/types.ts";

interface Metric {
	metric: string;
	label: string;
	unit: ComparisonRow["unit"];
	better: ComparisonRow["better"];
	value: (cell: ScenarioResult) => number | null | undefined;
}

const lower = (metric: string, label: string, unit: "ms" | "mb", value: Metric["value"]): Metric => ({
	metric,
	label,
	unit,
	better: "lower",
	value,
});
const higher = (metric: string, label: string, value: Metric["value"]): Metric => ({
	metric,
	label,
	unit: "per_second",
	better: "higher",
	value,
});

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
	...(["write", "read_by_id", "read_by_room"] as const).map((operation) =>
		higher(
			`${operation}_ops_per_sec`,
			`${{ write: "Writes", read_by_id: "Reads by id", read_by_room: "Reads by room" }[operation]}/s`,
			(cell) => cell.operations.find((row) => row.operation === operation)?.operations_per_second,
		),
	),
	lower("cpu_per_message_ms", "CPU per message", "ms", (cell) => cell.cpu_per_message_ms),
	lower("memory_rss_peak_mb", "RSS peak (MB)", "mb", (cell) => cell.resources?.memory_rss_peak_mb),
	lower("process_to_ready_ms", "Process to ready", "ms", (cell) => cell.cold?.process_to_ready_ms),
	lower("import_ms", "Import", "ms", (cell) => cell.cold?.import_ms),
	lower("startup_time_ms", "Startup", "ms", (cell) => cell.cold?.startup_time_ms),
	lower("first_message_latency_ms", "First message", "ms", (cell) => cell.cold?.first_message_latency_ms),
];

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
		targets: results.map(({ target, versions, runtime }) => ({ id: target.id, label: target.label, runtime, versions })),
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
		rows: METRICS.map((metric) => row(metric, cells)).filter(({ values }) => Object.values(values).some((value) => value !== null)),
	};
}

function row({ value, ...metric }: Metric, cells: [string, ScenarioResult][]): ComparisonRow {
	const values = Object.fromEntries(cells.map(([target, cell]) => [target, value(cell) ?? null]));
	// Only comparable cells compete: a divergent one did other work.
	const competing = cells.flatMap(([target, { status }]): [string, number][] => {
		const figure = values[target] ?? null;
		return status === "comparable" && figure !== null && figure > 0 ? [[target, figure]] : [];
	});
	const figures = competing.map(([, figure]) => figure);
	const best = metric.better === "lower" ? Math.min(...figures) : Math.max(...figures);
	const ratios =
		competing.length < 2
			? []
			: competing.map(([target, figure]) => [target, metric.better === "lower" ? figure / best : best / figure] as const);
	return { ...metric, values, ratios: { ...Object.fromEntries(cells.map(([target]) => [target, null])), ...Object.fromEntries(ratios) } };
}
