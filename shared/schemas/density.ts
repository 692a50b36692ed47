/** The file of `./run.sh density`: agents held alive in one process. */
import { z } from "zod";
import { growthEnd, memoryReading, neighbours, replyCounts, valueInterval } from "./growth.ts";
import { monitorRecord } from "./monitor.ts";
import { bytes, count, identifier, ns, SCHEMA_VERSION } from "./primitives.ts";
import { machine } from "./run.ts";

/** So many agents are alive, and each has answered. */
export const densityPoint = z.strictObject({
	agents: z.int().min(1),
	memory: memoryReading,
	/** Of each agent since the size before: constructed, initialized, seeded. */
	createNs: z.array(ns),
	/** Of the first message of each of these agents. */
	messageNs: z.array(ns),
	replies: replyCounts,
	/** Processor time while nothing was asked of them; null: it was not measured at this size. */
	idle: z.strictObject({ wallNs: ns, cpuNs: ns }).nullable(),
});
export type DensityPoint = z.infer<typeof densityPoint>;

export const densityProcess = z.strictObject({
	/** In the order of sizes. */
	points: z.array(densityPoint),
	/** A message to every agent at once, at the largest size. */
	allAtOnce: z
		.strictObject({
			agents: count,
			wallNs: ns,
			rssPeakBytes: bytes.nullable(),
			replies: replyCounts,
			/** Agents that store other numbers of memories than most do. */
			storedOtherwise: z.array(z.string()),
		})
		.nullable(),
	/** After every agent was stopped and dropped. */
	dropped: z.strictObject({ elapsedNs: ns, memory: memoryReading }).nullable(),
	end: growthEnd,
	/** What the machine did beside it; null: it was lost before it began. */
	monitor: monitorRecord.nullable(),
});
export type DensityProcess = z.infer<typeof densityProcess>;

export const densityFigures = z.strictObject({
	/** Fresh processes that have at least three sizes. */
	processes: count,
	/** Memory for each further agent, from the second size on; null with fewer than two processes. */
	perAgentBytes: valueInterval.nullable(),
	perAgentHeapBytes: valueInterval.nullable(),
	/** Of every further agent between two neighbouring sizes, as the mean over processes. */
	steps: z.array(z.strictObject({ from: count, to: count, perAgentBytes: z.number() })),
	/** RSS at each size, as the mean over processes. */
	levels: z.array(z.strictObject({ agents: count, rssBytes: z.number().nonnegative() })),
	/** How many agents have room in a process of 1 GB; null where the slope may be 0. */
	agentsPerGb: valueInterval.nullable(),
	/** Medians over processes: the first agent, and the later ones at the largest size. */
	createFirstNs: ns.nullable(),
	createLaterNs: ns.nullable(),
	/** Processor time of idle agents by their number, as a share of one processor. */
	idle: z.array(z.strictObject({ agents: count, share: z.number().nonnegative() })),
	/** Of all messages of all processes. */
	replies: replyCounts,
	/** A message to every agent at once. */
	allAtOnce: z.strictObject({ agents: count, wallNs: ns, replies: replyCounts }).nullable(),
	storedOtherwise: z.array(z.string()),
	/** What stays of each agent after all were dropped; null where no process got so far. */
	staysPerAgentBytes: z.number().nullable(),
	/** The largest number of agents that were held alive. */
	most: count,
	/** Beside any of the processes, the most; null: they were left alone, or it is not known. */
	neighbours: neighbours.nullable(),
	/** Other ends of processes than that all was done. */
	ends: z.array(growthEnd),
});
export type DensityFigures = z.infer<typeof densityFigures>;

export const densityFile = z.strictObject({
	schemaVersion: z.literal(SCHEMA_VERSION),
	kind: z.literal("density"),
	timestamp: z.string(),
	machine,
	settings: z.strictObject({
		sizes: z.array(z.int().min(1)).min(2),
		processes: z.int().min(1),
		idleSeconds: z.number().nonnegative(),
		scenario: z.string(),
		/** A process that occupies more is ended. */
		memoryLimitBytes: bytes,
	}),
	targets: z.array(
		z.strictObject({
			id: identifier,
			label: z.string(),
			framework: z.string(),
			processes: z.array(densityProcess),
			figures: densityFigures,
		}),
	),
	/** True when the user ended it. */
	interrupted: z.boolean(),
});
export type DensityFile = z.infer<typeof densityFile>;
