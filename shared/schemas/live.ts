/**
 * The live protocol: a harness holds agents alive and handles messages as they come. Like the worker's it has
 * one JSON object a line, commands on stdin, events on a descriptor of their own. Clock readings (`…AtNs`)
 * are of CLOCK_MONOTONIC, which all processes of a machine share.
 */
import { z } from "zod";
import { allocationSites } from "./growth.ts";
import { failure } from "./measurement.ts";
import { bytes, count, ns } from "./primitives.ts";
import { readyEvent } from "./worker.ts";

/**
 * After 104 days without a restart a reading has more digits than a number holds: it is then good to 2 ns.
 */
const instant = z.number().nonnegative();

export const liveCommand = z.discriminatedUnion("cmd", [
	/** Makes further agents, one after another. They are numbered on, from 0. */
	z.strictObject({ cmd: z.literal("agents"), count: z.int().min(1) }),
	/** An agent knows this many users, each in a room of their own, and this many older memories. */
	z.strictObject({
		cmd: z.literal("users"),
		agent: count,
		count: z.int().min(1),
		history: count,
	}),
	/** Begins to handle a message, and waits for nothing. */
	z.strictObject({ cmd: z.literal("message"), id: count, agent: count, user: count }),
	/** Counts what is stored of the messages that were sent. */
	z.strictObject({ cmd: z.literal("stored"), agent: count }),
	/** Reads memory and processor time, after a forced collection where `collect` asks for one. */
	z.strictObject({ cmd: z.literal("read"), collect: z.boolean() }),
	/** Names the stores of the framework that can be emptied, and what is in them. */
	z.strictObject({ cmd: z.literal("stores") }),
	z.strictObject({ cmd: z.literal("empty"), store: z.string() }),
	/** From now on it is followed what is allocated and kept, which costs time: no latency counts then. */
	z.strictObject({ cmd: z.literal("trace") }),
	/** Tells where that was allocated, or what it is. */
	z.strictObject({ cmd: z.literal("sites") }),
	/** Stops and drops every agent. The next one is number 0 again. */
	z.strictObject({ cmd: z.literal("drop") }),
	z.strictObject({ cmd: z.literal("finish") }),
]);
export type LiveCommand = z.infer<typeof liveCommand>;

export const liveEvent = z.discriminatedUnion("event", [
	readyEvent,
	/** Answers `users`, `empty`, `trace` and `drop`. */
	z.object({ event: z.literal("done"), cmd: z.string(), elapsedNs: ns }),
	z.object({
		event: z.literal("agents"),
		alive: count,
		/** One of each for every agent that was made. */
		constructNs: z.array(ns),
		initializeNs: z.array(ns),
		seedNs: z.array(ns),
	}),
	z.object({
		event: z.literal("reply"),
		id: count,
		/** The line of the message was read. */
		readAtNs: instant,
		/** The framework got the message. */
		sentAtNs: instant,
		/** The framework's entry point returned. */
		returnedAtNs: instant,
		/** Time in which a text model of this message was waited for, as the mock measured it. */
		modelNs: ns,
		/** The texts of the callbacks, without empty ones. */
		replies: z.array(z.string()),
	}),
	/** The framework raised while it handled this message. The others go on. */
	z.object({ event: z.literal("raised"), id: count, readAtNs: instant, returnedAtNs: instant, failure }),
	z.object({
		event: z.literal("stored"),
		agent: count,
		/** Per user: memories in their room that are no seeded history. */
		fromUser: z.array(count),
		fromAgent: z.array(count),
	}),
	z.object({
		event: z.literal("read"),
		rssBytes: bytes.nullable(),
		rssPeakBytes: bytes.nullable(),
		/** Of a runtime with a heap of its own; after a collection where one was asked for. */
		heapBytes: bytes.nullable(),
		/** User and system time of the process, all threads, since its start. */
		cpuNs: ns,
		/** Calls of text models by template, and of the embedding model, since the start. */
		modelCalls: z.record(z.string(), count),
		embeddings: count,
		/** Messages that have not returned. */
		open: count,
	}),
	z.object({
		event: z.literal("stores"),
		stores: z.array(z.object({ name: z.string(), records: count.nullable() })),
	}),
	z.object({ event: z.literal("sites"), ...allocationSites.shape }),
	/** Another command failed. Only `drop` and `finish` may follow. */
	z.object({ event: z.literal("failed"), cmd: z.string(), failure }),
	z.object({ event: z.literal("finished") }),
]);
export type LiveEvent = z.infer<typeof liveEvent>;
