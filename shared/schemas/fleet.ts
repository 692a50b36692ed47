/**
 * `fleet.json` says what a fleet measures, and which jobs were given to the queue for it.
 * `tasks/shard-I.json` says what became of the last task of a shard.
 */
import { z } from "zod";
import { count, SCHEMA_VERSION } from "./primitives.ts";
import { MOST_SHARDS, shardWay } from "./run.ts";

/** A text that stays on one line of a script. */
const line = z.string().regex(/^[^\p{Cc}]*$/u, "must be one line");
const word = z.string().regex(/^[^\s\p{Cc}]+$/u, "must be one word");
const shardNumber = z.int().min(1).max(MOST_SHARDS);

/** A job of the queue: an array with a task for each of these shards, or the merge that waits for it. */
export const fleetJob = z.strictObject({
	/** The queue's own name of the job. */
	id: z.string().regex(/^\d{1,18}$/, "must be the number of a job"),
	work: z.enum(["shards", "merge"]),
	/** Of a merge: none. */
	shards: z.array(shardNumber),
	submittedAt: z.string(),
});
export type FleetJob = z.infer<typeof fleetJob>;

/** What the jobs ask of the queue. */
export const fleetRequest = z.strictObject({
	partition: word.nullable(),
	/** A limit of the queue for each task, in its own form; null: that of the partition. */
	time: word.nullable(),
	/** Tasks that may run at once; null: as many as there are nodes. */
	atOnce: z.int().min(1).nullable(),
	/** More lines of the user's own for the queue. */
	headers: z.array(line),
});
export type FleetRequest = z.infer<typeof fleetRequest>;

export const fleetFile = z.strictObject({
	schemaVersion: z.literal(SCHEMA_VERSION),
	kind: z.literal("fleet"),
	createdAt: z.string(),
	/** The number of shards. */
	of: shardNumber,
	by: shardWay,
	/** The words of the run, behind `./run.sh`, without those that say which share and where it is stored. */
	words: z.array(z.string()),
	request: fleetRequest,
	/** Where tasks find the program. */
	program: z.discriminatedUnion("kind", [
		/** Each node copies it from the fleet's folder into this one. The digest is over its content. */
		z.strictObject({
			kind: z.literal("copied"),
			digest: z.string().regex(/^[0-9a-f]{16}$/),
			local: line,
		}),
		/** All run it where it lies. */
		z.strictObject({ kind: z.literal("in-place"), root: line }),
	]),
	jobs: z.array(fleetJob),
});
export type FleetFile = z.infer<typeof fleetFile>;

/** What a task says of itself. */
export const fleetTask = z.strictObject({
	schemaVersion: z.literal(SCHEMA_VERSION),
	kind: z.literal("fleet-task"),
	shard: shardNumber,
	node: z.string(),
	/** How often the queue has begun this task anew. */
	restarts: count,
	startedAt: z.string(),
	/** Null: it is under way, or was killed. */
	endedAt: z.string().nullable(),
	/** Why it has no whole shard, in one line; null: it has one, or is under way, or was killed. */
	problem: z.string().nullable(),
});
export type FleetTask = z.infer<typeof fleetTask>;

/**
 * "waiting": it is in the queue. "running": it has a node. "complete": its run is whole. "lacking": its run
 * is whole, without a target that could not be set up. "stopped": its run was begun, and can be resumed.
 * "failed": there is nothing that could be resumed.
 */
export const fleetShardState = z.enum(["waiting", "running", "complete", "lacking", "stopped", "failed"]);
export type FleetShardState = z.infer<typeof fleetShardState>;

/** How far a run is: so many of so many blocks where their number is known, else seconds of a budget. */
export const fleetProgress = z.strictObject({
	done: z.number().nonnegative(),
	of: z.number().nonnegative(),
	unit: z.enum(["blocks", "seconds"]),
});
export type FleetProgress = z.infer<typeof fleetProgress>;

export const fleetShardStatus = z.strictObject({
	shard: shardNumber,
	state: fleetShardState,
	node: z.string().nullable(),
	restarts: count,
	/** Null: it has measured nothing yet. */
	progress: fleetProgress.nullable(),
	/** Why it waits, failed or was stopped, in one line; null: there is nothing to say. */
	why: z.string().nullable(),
});
export type FleetShardStatus = z.infer<typeof fleetShardStatus>;

/** "none": no merge is in the queue, and none has ended. */
export const fleetMergeState = z.enum(["none", "waiting", "running", "merged", "partial", "failed"]);

/** How far a fleet is. */
export const fleetStatus = z.strictObject({
	schemaVersion: z.literal(SCHEMA_VERSION),
	kind: z.literal("fleet-status"),
	folder: z.string(),
	of: shardNumber,
	by: shardWay,
	jobs: z.array(fleetJob),
	shards: z.array(fleetShardStatus),
	/** "partial": the merged run lacks shards. */
	merge: z.strictObject({
		state: fleetMergeState,
		folder: z.string().nullable(),
		why: z.string().nullable(),
	}),
	/** Why the queue could not be asked; null: it was. */
	queueProblem: z.string().nullable(),
});
export type FleetStatus = z.infer<typeof fleetStatus>;
