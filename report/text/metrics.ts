/** These functions name metrics for readers. */
import { findMetric } from "../../analysis/metrics.ts";
import { plainText } from "../../shared/text.ts";

/**
 * Returns the label of a metric where its parent does not stand above it: `P95 latency, within a process`.
 */
export function metricLabel({ metric, label }: { metric: string; label: string }): string {
	const parent = findMetric(findMetric(metric)?.parent ?? "");
	return parent ? `${parent.label}, ${label}` : label;
}

/** Returns the label of a metric by its id alone. */
export function metricName(id: string): string {
	return metricLabel({ metric: id, label: findMetric(id)?.label ?? plainText(id, 60) });
}

/** Returns the row of the metric that decides a scenario. Undefined where it was not measured. */
export function decidingRow<Row extends { metric: string }>({
	rows,
	deciding_metric,
}: {
	rows: readonly Row[];
	deciding_metric: string | null;
}): Row | undefined {
	return rows.find(({ metric }) => metric === deciding_metric);
}
