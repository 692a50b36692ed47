/** The plan's flat metrics name figures of single scenarios. */
import type { ScenarioResult } from "../../shared/types.ts";
import { figureOf, metricOf } from "../metrics.ts";

/** Each of the plan's flat metrics is one metric of one scenario. */
export const FLAT_METRICS: readonly { name: string; metric: string; scenario: string }[] = [
	{ name: "startup_time_ms", metric: "startup_time_ms", scenario: "startup-cold" },
	{ name: "first_message_latency_ms", metric: "first_message_latency_ms", scenario: "startup-cold" },
	{ name: "messages_per_second", metric: "messages_per_second", scenario: "burst-1000" },
	{ name: "concurrent_throughput", metric: "concurrent_throughput", scenario: "concurrent-50" },
	{ name: "actions_per_second", metric: "actions_per_second", scenario: "with-actions" },
	{ name: "provider_count", metric: "provider_count", scenario: "single-message" },
	...[10, 50, 100].map((size) => ({
		name: `latency_at_${size}_providers`,
		metric: "message_latency_p50_ms",
		scenario: `provider-scaling-${size}`,
	})),
	...[100, 1000, 10_000].map((size) => ({
		name: `latency_at_${size}_history`,
		metric: "message_latency_p50_ms",
		scenario: `history-scaling-${size}`,
	})),
	{ name: "inmemdb_write_ops_per_sec", metric: "write_ops_per_sec", scenario: "db-write-throughput" },
	{ name: "inmemdb_read_ops_per_sec", metric: "read_by_id_ops_per_sec", scenario: "db-read-throughput" },
];

/** Only comparable cells give a flat metric: a divergent one did other work. */
export function flatMetricsOf(
	scenarios: Readonly<Record<string, ScenarioResult>>,
): Record<string, number | null> {
	return Object.fromEntries(
		FLAT_METRICS.map(({ name, metric, scenario }) => {
			const cell = scenarios[scenario];
			return [name, cell?.status === "comparable" ? figureOf(metricOf(metric), cell) : null];
		}),
	);
}
