/**
 * What a report shows of a cell beyond its table: distributions, series, stages, work. Everything derived
 * from the result files alone.
 */
import { z } from "zod";
import { stageName } from "./measurement.ts";
import { count } from "./primitives.ts";
import { scenarioResult } from "./result.ts";

const figure = z.number().nonnegative();

/** One figure of the work ledger; per message unless its name says otherwise. */
export const workItem = z.strictObject({
	item: z.enum([
		"model_calls",
		"prompt_characters",
		"provider_runs",
		"providers_that_ran",
		"action_runs",
		"evaluator_runs",
		"memories_read",
		"memories_written",
		"database_calls",
		"callbacks",
		"history_returned",
		"operations_right",
	]),
	/** Which prompt of the model calls, which database operation; null elsewhere. */
	of: z.string().nullable(),
	value: figure,
	/** Of operations: how many were done. */
	done: count.nullable(),
	/** Of history: whether the newest messages came back, or the oldest; null where it cannot be told. */
	newest: z.boolean().nullable(),
});
export type WorkItem = z.infer<typeof workItem>;

export const cellDetail = z.strictObject({
	/**
	 * Per process that counts: quantiles of its plain messages at 0, 1/40, 2/40 … 1. Empty where no messages
	 * are sent.
	 */
	distributions: z.array(z.strictObject({ block: count, messages: count, quantiles_ms: z.array(figure) })),
	/**
	 * Per process that counts, its plain messages in order, as medians of at most 100 neighbouring groups;
	 * `message` is the middle of a group, from 1.
	 */
	timeline: z.array(
		z.strictObject({
			block: count,
			points: z.array(z.strictObject({ message: z.number(), median_ms: figure })),
		}),
	),
	/**
	 * By the message's place in its iteration, over all iterations: how a conversation grows. Null with one
	 * message an iteration.
	 */
	by_position: z.array(z.strictObject({ message: z.number(), median_ms: figure })).nullable(),
	phases: scenarioResult.shape.phases,
	/** Per message, from observed iterations; null without them. */
	pipeline: z
		.strictObject({
			message_avg_ms: figure,
			observer_cost: z.number().nullable(),
			provider_overlap: figure.nullable(),
			/** Self times, largest first; `message` is what no stage accounts for. */
			stages: z.array(
				z.strictObject({
					stage: stageName,
					calls: figure,
					inclusive_ms: figure,
					self_ms: figure,
					share: figure,
				}),
			),
			/**
			 * Stages that cannot be reached from outside this framework: their time is in the stage around
			 * them.
			 */
			not_observable: z.array(stageName),
			/** The slowest providers, actions and evaluators by name, at most ten. */
			named: z.array(
				z.strictObject({ stage: stageName, name: z.string(), calls: figure, inclusive_ms: figure }),
			),
		})
		.nullable(),
	resources: scenarioResult.shape.resources,
	/** The work ledger, per message; null without one. */
	work: z.array(workItem).nullable(),
	/** What measures this cell again, argument by argument. */
	command: z.array(z.string()),
	/**
	 * Of a whole turn with a model that takes this long per call: the framework's share, from the median
	 * latency. Derived, not measured. Empty where nothing calls a model.
	 */
	turn_shares: z.array(z.strictObject({ model_latency_ms: figure, share: figure })),
});
export type CellDetail = z.infer<typeof cellDetail>;

export const findingReading = z.enum([
	"providers-in-parallel",
	"providers-in-sequence",
	"state-reused",
	"state-not-cached",
	"read-copies",
	"read-shares",
	"concurrency-gains",
	"concurrency-loses",
	"concurrency-neutral",
]);
export type FindingReading = z.infer<typeof findingReading>;

/** How the architectures differ, as measured in this run. */
export const finding = z.strictObject({
	finding: z.enum([
		"provider_overlap",
		"state_reuse",
		"copies_on_read",
		"prompt_characters",
		"model_calls",
		"concurrency_gain",
		"collections",
		"memory_growth",
	]),
	scenario: z.string(),
	unit: z.enum(["factor", "share", "count", "kb", "yes_or_no"]),
	/** Null: not measurable there; of a yes or no 1 and 0. */
	values: z.record(z.string(), z.number().nullable()),
	/** What the figure says of each target; targets of which it says nothing more than its size are not named. */
	readings: z.record(z.string(), findingReading),
});
export type Finding = z.infer<typeof finding>;
