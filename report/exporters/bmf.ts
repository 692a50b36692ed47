/**
 * This exporter writes the Bencher Metric Format: benchmark, measure, metric
 * (https://bencher.dev/docs/reference/bencher-metric-format).
 */
import { plainText } from "../../shared/text.ts";
import type { ComparisonFile, ComparisonRow } from "../../shared/types.ts";
import { NS_PER_MS } from "../../shared/units.ts";

interface Metric {
	value: number;
	lower_value?: number;
	upper_value?: number;
}

/**
 * Bencher's built-in measures have units of their own: latency is in nanoseconds, throughput in operations
 * per second (its "Track Custom Benchmarks").
 */
const BUILT_IN: Record<string, string> = {
	message_latency_p50_ms: "latency",
	messages_per_second: "throughput",
	concurrent_throughput: "throughput",
};

/** Writes the comparable cells in the metrics that they compete in. */
export function bencherMetricFormat({ scenarios, targets }: ComparisonFile): string {
	const benchmarks = new Map<string, Record<string, Metric>>();
	for (const { id: scenario, cells, rows } of scenarios) {
		for (const { id: target } of targets) {
			if (cells[target]?.status !== "comparable") continue;
			const measures = rows.flatMap((row): [string, Metric][] => {
				const metric = row.better === "none" ? null : metricOf(row, target);
				return metric === null ? [] : [[BUILT_IN[row.metric] ?? slugOf(row.metric), metric]];
			});
			if (measures.length > 0)
				benchmarks.set(`${plainText(scenario)}/${plainText(target)}`, Object.fromEntries(measures));
		}
	}
	return `${JSON.stringify(Object.fromEntries(benchmarks), null, 2)}\n`;
}

function metricOf(row: ComparisonRow, target: string): Metric | null {
	const value = row.values[target] ?? null;
	if (value === null) return null;
	const scale = BUILT_IN[row.metric] === "latency" ? NS_PER_MS : 1;
	const interval = row.intervals[target];
	return {
		value: value * scale,
		...(interval ? { lower_value: interval.low * scale, upper_value: interval.high * scale } : {}),
	};
}

function slugOf(metric: string): string {
	return metric.replaceAll("_", "-");
}
