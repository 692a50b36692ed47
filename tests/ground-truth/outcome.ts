/** What `ab` said of an edit, beside what is true of it. */
import { z } from "zod";
import { stageName } from "../../shared/schemas/measurement.ts";
import { change, machine, runtimeName } from "../../shared/types.ts";

const interval = z.strictObject({ low: z.number().positive(), high: z.number().positive() });

export const outcome = z.strictObject({
	edit: z.string(),
	runtime: runtimeName,
	about: z.string(),
	scenario: z.string(),
	/** Null: nothing may change. */
	expected: z
		.strictObject({ change: z.enum(["faster", "slower"]), stage: stageName.nullable(), metric: z.string() })
		.nullable(),
	command: z.string(),
	startedAt: z.iso.datetime(),
	machine,
	/** Processes that ran or waited for a processor when `ab` began, over the last minute. */
	loadAverage: z.number().nonnegative(),
	versions: z.strictObject({ framework: z.string(), engine: z.string() }),
	/** Seconds until both copies were set up and verified: what the first `ab` of a copy takes longer. */
	setUpSeconds: z.number().nonnegative(),
	/** Seconds that `ab` took after that. */
	seconds: z.number().positive(),
	/** Of the metric that is expected to change; of an empty edit, that which decides the scenario. */
	found: z.strictObject({
		change,
		/** The head takes so many times as long, or as much. */
		ratio: z.number().positive().nullable(),
		interval: interval.nullable(),
		stage: stageName.nullable(),
		/** Ids of the other metrics that it called better or worse. */
		others: z.array(z.string()),
		/** Whether its gate failed. */
		regression: z.boolean(),
	}),
	/** How many times as long, or as much, the head truly takes. */
	truth: z.strictObject({
		by: z.enum(["nothing", "wait", "script", "probe"]),
		ratio: z.number().positive(),
		/** 95 %; null where the length of a wait or of a function is set against the base's message. */
		interval: interval.nullable(),
	}),
});
export type Outcome = z.infer<typeof outcome>;

export interface Judgement {
	/** It said what it should have: the direction of a real edit, and of an empty one that nothing changed. */
	right: boolean;
	/** Null for an empty edit, and where stages say nothing of the metric. */
	stageRight: boolean | null;
	/** How far the ratio is from the true one: 0.01 is 1 % too long. Null for an empty edit. */
	sizeError: number | null;
	/** Whether its interval and that of the truth have a value in common. Null for an empty edit. */
	covered: boolean | null;
}

export function judge({ expected, found, truth }: Outcome): Judgement {
	const moved = found.change === "faster" || found.change === "slower";
	if (expected === null)
		return {
			right: !moved && !found.regression && found.change !== "not comparable",
			stageRight: null,
			sizeError: null,
			covered: null,
		};
	const { low, high } = truth.interval ?? { low: truth.ratio, high: truth.ratio };
	return {
		right: found.change === expected.change,
		stageRight: expected.stage === null ? null : found.stage === expected.stage,
		sizeError: found.ratio === null ? null : found.ratio / truth.ratio - 1,
		covered: found.interval === null ? null : found.interval.low <= high && low <= found.interval.high,
	};
}
