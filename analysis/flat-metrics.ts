/**
 * The plan's metrics that belong to one scenario each: which scenario gives which, under the plan's names.
 */
import type { BenchmarkResult, ScenarioResult } from "../shared/types.ts";

type Getter = (cell: ScenarioResult) => number | null | undefined;

const medianLatency: Getter = ({ latency }) => latency?.median_ms;
const operation =
	(name: string): Getter =>
	({ operations }) =>
		operations.find((row) => row.operation === name)?.operations_per_second;

const METRICS: Record<string, [scenario: string, value: Getter]> = {
	startup_time_ms: ["startup-cold", ({ cold }) => cold?.startup_time_ms],
	first_message_latency_ms: ["startup-cold", ({ cold }) => cold?.first_message_latency_ms],
	messages_per_second: ["burst-1000", ({ throughput }) => throughput?.messages_per_second],
	concurrent_throughput: ["concurrent-50", ({ throughput }) => throughput?.concurrent_messages_per_second],
	actions_per_second: ["with-actions", ({ throughput }) => throughput?.actions_per_second],
	provider_count: ["single-message", ({ pipeline }) => pipeline.provider_count],
	latency_at_10_providers: ["provider-scaling-10", medianLatency],
	latency_at_50_providers: ["provider-scaling-50", medianLatency],
	latency_at_100_providers: ["provider-scaling-100", medianLatency],
	latency_at_100_history: ["history-scaling-100", medianLatency],
	latency_at_1000_history: ["history-scaling-1000", medianLatency],
	latency_at_10000_history: ["history-scaling-10000", medianLatency],
	inmemdb_write_ops_per_sec: ["db-write-throughput", operation("write")],
	inmemdb_read_ops_per_sec: ["db-read-throughput", operation("read_by_id")],
};

/** Only comparable cells give a metric: a divergent one did other work. */
export function planMetrics(scenarios: BenchmarkResult["scenarios"]): BenchmarkResult["metrics"] {
	return Object.fromEntries(
		Object.entries(METRICS).map(([name, [id, value]]) => {
			const cell = scenarios[id];
			return [name, cell?.status === "comparable" ? (value(cell) ?? null) : null];
		}),
	);
}
