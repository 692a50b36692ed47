/**
 * A history follows a metric over many runs, or over versions of one framework in one run, and names the
 * points where its level changes.
 */
import { z } from "zod";
import { change } from "./change.ts";
import { comparisonRow } from "./comparison.ts";
import { stageName } from "./measurement.ts";
import { count, SCHEMA_VERSION } from "./primitives.ts";
import { cellStatus } from "./result.ts";

const interval = z.strictObject({ low: z.number(), high: z.number() });

export const historySeries = z.strictObject({
	target: z.string(),
	label: z.string(),
	scenario: z.string(),
	metric: z.string(),
	metric_label: z.string(),
	unit: comparisonRow.shape.unit,
	better: z.enum(["lower", "higher"]),
	/** Runs of another machine, scenario definition or setting are in another series. */
	machine: z.string(),
	points: z.array(
		z.strictObject({
			timestamp: z.string(),
			version: z.string(),
			/** Null: the cell was not comparable in that run. */
			value: z.number().nullable(),
			interval: interval.nullable(),
			status: cellStatus,
		}),
	),
	/** Each level begins at `from` (an index of `points`) and ends where the next one begins. */
	levels: z.array(z.strictObject({ from: count, value: z.number() })),
	changes: z.array(
		z.strictObject({
			/** Index of the first point of the new level. */
			index: count,
			timestamp: z.string(),
			version_before: z.string(),
			version: z.string(),
			/** The new level is this many times worse. */
			ratio: z.number().positive(),
			interval: interval.nullable(),
			change: z.enum(["slower", "faster"]),
			/**
			 * The stage of the pipeline in which versions differ; null where no stage stands out, and in a
			 * history of runs.
			 */
			stage: stageName.nullable(),
		}),
	),
	/**
	 * The last version against the first. Null with fewer than two versions, and in a history of runs, which
	 * are judged by their levels.
	 */
	ends: z.strictObject({ ratio: z.number().positive(), interval: interval.nullable(), change }).nullable(),
});
export type HistorySeries = z.infer<typeof historySeries>;

export const historyFile = z.strictObject({
	schema_version: z.literal(SCHEMA_VERSION),
	kind: z.literal("history"),
	/** The points of a series are runs or versions. */
	over: z.enum(["runs", "versions"]),
	/** The number of runs, or of versions. */
	runs: count,
	series: z.array(historySeries),
});
export type HistoryFile = z.infer<typeof historyFile>;
