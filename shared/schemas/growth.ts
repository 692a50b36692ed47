/** What `density` and `soak` share: both follow what a live process keeps. */
import { z } from "zod";
import { bytes, count, ns } from "./primitives.ts";

/** A 95 % interval around a value, all in the same unit. A growth may be negative. */
export const valueInterval = z.strictObject({ value: z.number(), low: z.number(), high: z.number() });

/** What became of messages. They add up to what was sent. */
export const replyCounts = z.strictObject({
	/** Exactly the replies that the scenario expects. */
	right: count,
	/** Other replies. */
	wrong: count,
	/** The framework returned without a reply. */
	missing: count,
	raised: count,
	/** The process ended, or gave no answer in time. */
	unanswered: count,
});
export type ReplyCounts = z.infer<typeof replyCounts>;

/** What a process occupies, after a forced collection where its runtime has a collector. */
export const memoryReading = z.strictObject({
	rssBytes: bytes.nullable(),
	/** Null in a runtime without a heap of its own. */
	heapBytes: bytes.nullable(),
});
export type MemoryReading = z.infer<typeof memoryReading>;

/** What is kept of all that was allocated since a moment, the largest places first. */
export const allocationSites = z.strictObject({
	/**
	 * What a place is. `allocated-at`: the line of the framework that allocated it. `sampled-at`: the same,
	 * of a sample, so that bytes are estimates. `held-by`: what it is, and what holds it. Null: this harness
	 * cannot see it.
	 */
	how: z.enum(["allocated-at", "sampled-at", "held-by"]).nullable(),
	/** All of it, in whatever place. */
	keptBytes: bytes,
	sites: z.array(
		z.strictObject({
			name: z.string(),
			bytes,
			/** Null: a sample does not tell. */
			objects: count.nullable(),
		}),
	),
});
export type AllocationSites = z.infer<typeof allocationSites>;

/** Why a process of `density` or `soak` was ended where it was. */
export const growthEnd = z.strictObject({
	kind: z.enum(["done", "time", "memory", "raised", "lost", "interrupted"]),
	/** The framework's error, or what the process did; null where there is nothing to say. */
	words: z.string().nullable(),
});
export type GrowthEnd = z.infer<typeof growthEnd>;

/** Processors that others used beside a process, on average, where that was more than an eighth of them. */
export const neighbours = z.strictObject({ used: z.number().nonnegative(), of: z.int().min(1) });
export type Neighbours = z.infer<typeof neighbours>;

/** Processor time of a process so far, read from outside. */
export const cpuSample = z.strictObject({ atNs: ns, cpuNs: ns });
export type CpuSample = z.infer<typeof cpuSample>;

/** Says whether values rise: a line through others, or a rate between them, would be none. */
export function isAscending(values: readonly number[]): boolean {
	return values.every((value, index) => index === 0 || value > (values[index - 1] as number));
}

const cpuSamples = (least: number) =>
	z
		.array(cpuSample)
		.min(least)
		.refine((samples) => isAscending(samples.map(({ atNs }) => atNs)), "is not in the order of time");

/** What a live process did after its last reply. Times count from the last reply. */
export const quiescenceRecord = z.strictObject({
	/** Messages one after another, right before. */
	messages: count,
	/** The process at rest, before these messages. */
	idle: cpuSamples(3),
	samples: cpuSamples(2),
	/** Embeddings for messages that were sent alone, each worked off before the next. */
	alone: z.strictObject({ messages: count, embeddings: count }),
	/** Embeddings for the messages, up to the last sample. */
	embeddings: count,
});
export type QuiescenceRecord = z.infer<typeof quiescenceRecord>;

export const quiescence = z.strictObject({
	messages: count,
	/** From the last reply until only the work of an idle process was left; null: it was still at work. */
	settledNs: ns.nullable(),
	/** It was watched for so long. */
	watchedNs: ns,
	/** Processor time up to then, beyond that of an idle process. */
	cpuNs: ns,
	/** Processor time of the idle process, as a share of one processor. */
	idleShare: z.number().nonnegative(),
	/** What the messages would have had alone. */
	embeddingsAsked: count,
	embeddingsDone: count,
});
export type Quiescence = z.infer<typeof quiescence>;
