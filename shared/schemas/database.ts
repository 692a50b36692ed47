/** A database server, and what goes to it and comes back, as the orchestrator sees them. */
import { z } from "zod";
import { bytes, count, ns } from "./primitives.ts";

/** The database server of a run. What it promises about a commit decides how long one takes. */
export const databaseServer = z.strictObject({
	/** PostgreSQL's version, as it says it itself. */
	version: z.string(),
	/** True for a server that the user has named; false for one that the run has started for itself. */
	given: z.boolean(),
	/** Whether a commit waits for the disk, and what it promises then: PostgreSQL's settings. */
	fsync: z.boolean(),
	synchronousCommit: z.string(),
	sharedBuffersBytes: bytes,
	/** The median time of an insert of one row with its commit, on a connection of the orchestrator's own. */
	commitNs: ns,
});
export type DatabaseServer = z.infer<typeof databaseServer>;

/** Counted on the connections of the framework, without the harness's own. */
export const trafficCounts = z.strictObject({
	/** Statements that the server has completed. */
	statements: count,
	/** Rows that it has returned. */
	rows: count,
	/** From the framework to the server. */
	bytesSent: bytes,
	bytesReceived: bytes,
	/** Statements by the first word of the server's answer: `SELECT`, `INSERT`, `BEGIN`, … */
	byKind: z.record(z.string().max(64), count),
});
export type TrafficCounts = z.infer<typeof trafficCounts>;

/** Null: the harness has not marked where the part begins or ends. */
export const databaseTraffic = z.strictObject({
	/** From just before the first message is sent until the last one has returned. */
	messages: trafficCounts.nullable(),
	/** From there until the runtime has stopped and the database has come to rest. */
	afterwards: trafficCounts.nullable(),
});
export type DatabaseTraffic = z.infer<typeof databaseTraffic>;
