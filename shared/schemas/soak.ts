/** The file of `./run.sh soak`: one agent that answers for a long time. */
import { z } from "zod";
import {
	allocationSites,
	growthEnd,
	isAscending,
	memoryReading,
	neighbours,
	quiescence,
	quiescenceRecord,
	replyCounts,
	valueInterval,
} from "./growth.ts";
import { monitorRecord } from "./monitor.ts";
import { bytes, count, identifier, ns, SCHEMA_VERSION } from "./primitives.ts";
import { machine } from "./run.ts";

export const soakPoint = z.strictObject({
	/** Messages that were sent so far. */
	messages: count,
	/** Since the first message. */
	atNs: ns,
	memory: memoryReading,
	/** Of the messages since the point before, without the model's time; null where there are none. */
	latency: z.strictObject({ messages: count, totalNs: ns, p50Ns: ns, p99Ns: ns, maxNs: ns }).nullable(),
});
export type SoakPoint = z.infer<typeof soakPoint>;

/** A store of the framework, and what the process occupied after it was emptied. */
export const emptiedStore = z.strictObject({
	name: z.string(),
	records: count.nullable(),
	memory: memoryReading,
});

/** What is kept of so many messages, by where it was allocated. */
export const tracedSites = z.strictObject({ messages: count, ...allocationSites.shape });
export type TracedSites = z.infer<typeof tracedSites>;

export const soakProcess = z.strictObject({
	/**
	 * `main` runs to the end. In its `second` the framework's stores are emptied after fewer messages. In the
	 * process of `sites` it is followed what is allocated, so that no latency counts there.
	 */
	role: z.enum(["main", "second", "sites"]),
	points: z
		.array(soakPoint)
		.refine((points) => isAscending(points.map(({ messages }) => messages)), "is not in order"),
	replies: replyCounts,
	quiescence: z.array(quiescenceRecord),
	/** In the order in which they were emptied. */
	emptied: z.array(emptiedStore),
	/** Null but in a process of `sites`. */
	sites: tracedSites.nullable(),
	end: growthEnd,
	/** What the machine did beside it; null: it is under way, or was lost before it began. */
	monitor: monitorRecord.nullable(),
});
export type SoakProcess = z.infer<typeof soakProcess>;

export const soakGrowth = z.strictObject({
	/** What grows: the heap after a collection where the runtime has one, else what the process occupies. */
	of: z.enum(["heap", "rss"]),
	/** Readings that the line is fitted to, from the third on. */
	points: count,
	/** Bytes a message, over all messages; null with too few readings. */
	perMessageBytes: valueInterval.nullable(),
	/** Bytes a message in each half of the messages; null with too few readings. */
	halves: z.strictObject({ first: valueInterval, second: valueInterval }).nullable(),
	/** Whether the halves differ significantly. If they do, the verdict is that of the second half. */
	shape: z.enum(["steady", "slows", "quickens", "unknown"]),
	verdict: z.enum(["bounded", "grows", "undecided"]),
	/** Messages until it has grown by 1 GB, at the rate of the verdict; null unless it grows. */
	messagesPerGb: valueInterval.nullable(),
	/** The same line through the readings of a second process. */
	secondPerMessageBytes: valueInterval.nullable(),
});
export type SoakGrowth = z.infer<typeof soakGrowth>;

export const soakLatency = z.strictObject({
	/** Medians of the first and the last quarter of the messages, from the third reading on. */
	firstNs: ns,
	lastNs: ns,
	/** Nanoseconds more for every message before it; null with too few readings. */
	perMessageNs: valueInterval.nullable(),
	verdict: z.enum(["flat", "rises", "falls", "undecided"]),
});
export type SoakLatency = z.infer<typeof soakLatency>;

export const soakFigures = z.strictObject({
	messages: count,
	/** Of the main process. */
	seconds: z.number().nonnegative(),
	growth: soakGrowth,
	latency: soakLatency.nullable(),
	replies: replyCounts,
	/**
	 * Where the memory of a second process's messages was, as far as emptying a store gave it back; null with
	 * too few messages.
	 */
	places: z
		.strictObject({
			messages: count,
			/** What it had grown by, beyond the base of the line through its readings. */
			grownBytes: z.number(),
			stores: z.array(
				z.strictObject({ name: z.string(), records: count.nullable(), freedBytes: z.number() }),
			),
			/** What no store gave back. */
			restBytes: z.number(),
		})
		.nullable(),
	/** In a process of its own; null: it was not looked for. */
	sites: tracedSites.nullable(),
	quiescence: z.array(quiescence),
	/** Beside the main process; null: it was left alone, or that is not known. */
	neighbours: neighbours.nullable(),
	/** Other ends than that all messages were sent. */
	ends: z.array(z.strictObject({ role: soakProcess.shape.role, messages: count, end: growthEnd })),
});
export type SoakFigures = z.infer<typeof soakFigures>;

/** What one more message costs a target more than another one of the same runtime. */
export const soakDifference = z.strictObject({
	base: identifier,
	head: identifier,
	/** Bytes a message that the head grows by beyond the base. */
	perMessageBytes: valueInterval,
	verdict: z.enum(["more", "less", "same"]),
});
export type SoakDifference = z.infer<typeof soakDifference>;

export const soakFile = z.strictObject({
	schemaVersion: z.literal(SCHEMA_VERSION),
	kind: z.literal("soak"),
	timestamp: z.string(),
	machine,
	settings: z.strictObject({
		/** Null: it ends after the time only. */
		messages: z.int().min(1).nullable(),
		/** Of messages to each target; null: it ends after the messages only. */
		seconds: z.number().positive().nullable(),
		users: z.int().min(1),
		/** A process that occupies more is ended. */
		memoryLimitBytes: bytes,
	}),
	/** What else it was begun with. A resumed soak takes it over. */
	asked: z.strictObject({
		/** As `--targets` takes it. */
		targets: z.string(),
		scenario: z.string(),
		modelDelayMs: count,
		targetFile: z.string().optional(),
		scenarioFile: z.string().optional(),
	}),
	/** Digests of everything that figures depend on besides the machine. */
	fingerprint: z.record(z.string(), z.string()),
	targets: z.array(
		z.strictObject({
			id: identifier,
			label: z.string(),
			framework: z.string(),
			processes: z.array(soakProcess),
			figures: soakFigures,
		}),
	),
	differences: z.array(soakDifference),
	interrupted: z.boolean(),
});
export type SoakFile = z.infer<typeof soakFile>;
