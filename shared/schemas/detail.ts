/**
 * The detail of a cell is what a report shows beyond its table: distributions, series, stages, work.
 * Everything in it is derived from the result files alone.
 */
import { z } from "zod";
import { stageName } from "./measurement.ts";
import { count } from "./primitives.ts";
import { scenarioResult } from "./result.ts";

const figure = z.number().nonnegative();

/** One figure of the work ledger. It is per message unless its name says otherwise. */
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
		"messages_in_prompt",
		"bookkeeping_memories",
		"database_calls",
		"statements",
		"statements_of_kind",
		"rows_read",
		"statements_after_last_message",
		"callbacks",
		"chunks",
		"repeated_chunks",
		"embeddings",
		"work_after_last_message_ms",
		"cpu_after_last_message_ms",
		"still_at_work",
		"history_returned",
		"operations_right",
		"operations_alike",
	]),
	/** The prompt of the model calls, the database operation, or the kind of statement; null elsewhere. */
	of: z.string().nullable(),
	value: figure,
	/** The number of operations that were done; null elsewhere. */
	done: count.nullable(),
	/**
	 * True if the newest messages of the history came back, false if the oldest did; null where it cannot be
	 * told, and elsewhere.
	 */
	newest: z.boolean().nullable(),
});
export type WorkItem = z.infer<typeof workItem>;

export const cellDetail = z.strictObject({
	/**
	 * Quantiles of the plain messages at 0, 1/40, 2/40 … 1, for each process that counts. Empty where no
	 * messages are sent.
	 */
	distributions: z.array(z.strictObject({ block: count, messages: count, quantiles_ms: z.array(figure) })),
	/**
	 * The plain messages of each process that counts, in order, as medians of at most 100 neighbouring
	 * groups. `message` is the middle of a group, from 1.
	 */
	timeline: z.array(
		z.strictObject({
			block: count,
			points: z.array(z.strictObject({ message: z.number(), median_ms: figure })),
		}),
	),
	/**
	 * Medians by the message's place in its iteration, over all iterations: they show how a conversation
	 * grows. Null with one message an iteration.
	 */
	by_position: z.array(z.strictObject({ message: z.number(), median_ms: figure })).nullable(),
	phases: scenarioResult.shape.phases,
	/** Times per message, from observed iterations; null without them. */
	pipeline: z
		.strictObject({
			message_avg_ms: figure,
			observer_cost: z.number().nullable(),
			/** 95 %, over processes; null with fewer than two observed processes. */
			observer_cost_interval: z.strictObject({ low: z.number(), high: z.number() }).nullable(),
			provider_overlap: figure.nullable(),
			/** Self times, largest first. `message` is the unattributed part. */
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
			 * Stages that cannot be reached from outside this framework. Their time is in the stage around
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
	/** The command that measures this cell again, argument by argument. */
	command: z.array(z.string()),
	/**
	 * A whole turn with a model that takes this long per call, and the framework's share of it, from the
	 * median latency and the model calls a message. They are derived, not measured. Empty where nothing calls
	 * a model.
	 */
	model_shares: z.array(z.strictObject({ model_latency_ms: figure, share: figure, turn_ms: figure })),
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

/** A finding says how the architectures differ, as measured in this run. */
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
	/** Null where it is not measurable. A yes is 1, a no is 0. */
	values: z.record(z.string(), z.number().nullable()),
	/**
	 * The reading of each target's figure. A target is missing where the figure says nothing more than its
	 * size.
	 */
	readings: z.record(z.string(), findingReading),
});
export type Finding = z.infer<typeof finding>;
