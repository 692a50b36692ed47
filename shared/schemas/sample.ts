/**
 * What a result keeps of each process, so that ratios, floors and trends can be computed again from the
 * result files alone.
 */
import { z } from "zod";
import { stageName } from "./measurement.ts";
import { count, figure, reading, signedFigure } from "./primitives.ts";
import { disturbance } from "./reasons.ts";

export const steadiness = z.enum(["flat", "warming", "slowing", "unsteady"]);
export type Steadiness = z.infer<typeof steadiness>;

export const processSample = z.strictObject({
	block: count,
	attempt: count,
	/** aa: the target's second process in the block, measured against its first. In no headline figure. */
	role: z.enum(["measure", "aa"]),
	/** What disturbed its turns, by the monitor; it counts all the same unless its block was repeated. */
	disturbed: z.array(disturbance),
	/** False for a disturbed block that was repeated. */
	counted: z.boolean(),
	/** Of its iterations' medians, in order; null when there are too few to judge. */
	steadiness: steadiness.nullable(),
	/**
	 * By metric, one value an iteration (or a message, where messages alternated): the i-th pairs with the
	 * i-th of every process of the block.
	 */
	series: z.record(z.string(), z.array(reading)),
	/** By metric, one value for the whole process; null: not measurable here. */
	values: z.record(z.string(), figure.nullable()),
	/**
	 * Plain messages: so many of the cell's `raw_ms` are this process's, in the order of the counted
	 * processes.
	 */
	messages: count,
	/** Self time per message of each stage, of its observed iterations; null without them. */
	stages_ms: z.partialRecord(stageName, figure).nullable(),
});
export type ProcessSample = z.infer<typeof processSample>;

/** A figure with its 95 % interval. */
export const estimate = z.strictObject({ value: signedFigure, low: z.number(), high: z.number() });
export type Estimated = z.infer<typeof estimate>;
