/**
 * This exporter writes the custom JSON of github-action-benchmark (its README, "Custom benchmark"). There is
 * one file per direction, because the action takes one direction per file.
 */
import { plainText } from "../../shared/text.ts";
import type { ComparisonFile, ComparisonRow } from "../../shared/types.ts";
import { metricLabel } from "../text/metrics.ts";

interface Entry {
	name: string;
	unit: string;
	value: number;
	range?: string;
	extra: string;
}

const UNITS: Record<ComparisonRow["unit"], string> = {
	ms: "ms",
	per_second: "1/s",
	mb: "MB",
	kb: "KB",
	count: "count",
	share: "share",
	factor: "factor",
};

/** Writes the file for the tool customSmallerIsBetter. */
export const smallerIsBetter = (comparison: ComparisonFile): string => entries(comparison, "lower");

/** Writes the file for the tool customBiggerIsBetter. */
export const biggerIsBetter = (comparison: ComparisonFile): string => entries(comparison, "higher");

/**
 * Returns the deciding metric and the peak memory of every comparable cell. A chart of the action cannot hold
 * more.
 */
function entries({ scenarios, targets }: ComparisonFile, better: "lower" | "higher"): string {
	const found = scenarios.flatMap(({ id: scenario, cells, rows, deciding_metric }) =>
		rows
			.filter(
				(row) =>
					row.better === better && (row.metric === deciding_metric || row.metric === "memory_rss_peak_mb"),
			)
			.flatMap((row) =>
				targets.flatMap(({ id, versions }): Entry[] => {
					const value = row.values[id] ?? null;
					if (value === null || cells[id]?.status !== "comparable") return [];
					const interval = row.intervals[id];
					return [
						{
							name: `${plainText(scenario)}/${plainText(id)} ${metricLabel(row)}`,
							unit: UNITS[row.unit],
							value,
							...(interval ? { range: `± ${String((interval.high - interval.low) / 2)}` } : {}),
							extra: plainText(
								`framework ${versions?.framework ?? "unknown"}, ${cells[id]?.processes ?? 0} processes`,
							),
						},
					];
				}),
			),
	);
	return `${JSON.stringify(found, null, 2)}\n`;
}
