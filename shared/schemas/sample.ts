/**
 * A sample is what a result keeps of each process, so that ratios, floors and trends can be computed again
 * from the result files alone.
 */
import { z } from "zod";
import { stageName } from "./measurement.ts";
import { count, figure, reading, signedFigure } from "./primitives.ts";
import { disturbance } from "./reasons.ts";

export const steadiness = z.enum(["flat", "warming", "slowing", "unsteady"]);
export type Steadiness = z.infer<typeof steadiness>;

export const processSample = z.strictObject({
	block: count,
	/** Its machine, as a place in the result's `machines`. Absent: the first, or there is one machine. */
	machine: count.optional(),
	attempt: count,
	/**
	 * "aa": the target's A/A process in the block, measured against its own process. No figure of the cell
	 * includes it.
	 */
	role: z.enum(["measure", "aa"]),
	/**
	 * The disturbances of its turns, by the monitor. The process counts all the same unless its block was
	 * repeated.
	 */
	disturbed: z.array(disturbance),
	/** False for a disturbed block that was repeated. */
	counted: z.boolean(),
	/** The steadiness of its iterations' medians, in order; null where there are too few to judge. */
	steadiness: steadiness.nullable(),
	/**
	 * By metric, one value an iteration (or a message, where messages alternated). The i-th value pairs with
	 * the i-th of every process of the block.
	 */
	series: z.record(z.string(), z.array(reading)),
	/** By metric, one value for the whole process; null where not measurable. Slopes may be negative. */
	values: z.record(z.string(), signedFigure.nullable()),
	/**
	 * The number of its plain messages. So many of the cell's `raw_ms` are this process's, in the order of
	 * the counted processes.
	 */
	messages: count,
	/** The self time of each stage in its observed iterations, per message; null without them. */
	stages_ms: z.partialRecord(stageName, figure).nullable(),
	/**
	 * The same for each of its observed iterations. The i-th pairs with the i-th of every process of the
	 * block. Results of earlier versions do not have it.
	 */
	stage_series_ms: z.partialRecord(stageName, z.array(figure)).nullable().optional(),
});
export type ProcessSample = z.infer<typeof processSample>;

/** A figure with its 95 % interval. */
export const estimate = z.strictObject({ value: signedFigure, low: z.number(), high: z.number() });
export type Estimated = z.infer<typeof estimate>;
