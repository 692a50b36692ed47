/** What the harness needs of a database, wherever the framework keeps its data. */
import type { AgentRuntime, InMemoryDatabaseAdapter, Plugin } from "@elizaos/core";
import type { IterationRecord } from "../../../shared/types.ts";
import type { Id } from "../messages.ts";
import type { SavedRows } from "./saved-rows.ts";

export const DATABASE_KINDS = ["in-memory", "postgres", "pglite"] as const;
export type DatabaseKind = (typeof DATABASE_KINDS)[number];

export type DatabaseAddress =
	| { kind: "in-memory" }
	| { kind: "pglite" }
	/** The URL holds a password. It is in no error and in no file. */
	| { kind: "postgres"; url: string };

/** Every adapter has the methods of the one in memory. */
export type Adapter = InMemoryDatabaseAdapter;

export interface Database {
	/** Plugins that a runtime needs for this database. */
	readonly plugins: readonly Plugin[];
	/** What it is, with its version, for `versions.database`. */
	describe(): string;
	/** Is called within the clock of construction. */
	createAdapter(agentId: Id): Adapter;
	/** Makes a runtime ready to answer, within the clock of initialization. */
	initialize(runtime: AgentRuntime, adapter: Adapter): Promise<void>;
	/** Null where the data are gone with the adapter. */
	readonly lasting: LastingDatabase | null;
}

/** Messages lie between the first two, what the framework does after them before the third. */
export type Mark = "messages" | "returned" | "settled";

/**
 * A database that outlives the agent: the next one would find what the last one left. All of this happens on
 * a connection of the harness's own, and off every clock but for the copies of saved rows. What goes wrong is
 * the database's own error, a `FrameworkError`.
 */
export interface LastingDatabase {
	/**
	 * Connects to the server, where there is one.
	 * @throws {InputError} if nothing can be reached there
	 */
	open(): Promise<void>;
	/** Empties all tables of the framework. */
	clear(): Promise<void>;
	/** Memories that were stored once and are copied from then on. */
	readonly saved: SavedRows;
	/** Makes ready for a span under measurement: what only a waiting process has to pay is paid here. */
	beforeSpan(): Promise<ServerMeter | null>;
	/**
	 * Waits for what the framework does after it has stopped.
	 * @returns nanoseconds until it was done, 0 if it did nothing
	 */
	settle(): Promise<number>;
	/** What an iteration's record says of a server, if there is anything to say. */
	record(cpuNs: number | null, settleNs: number): IterationRecord["databaseServer"];
	/** Leaves a mark among the statements that a server gets. */
	mark(name: Mark): Promise<void>;
}

/** Measures what a server does beside the process. */
export interface ServerMeter {
	/** @returns the processor time since it was started, in nanoseconds; null where it cannot be read */
	stop(): Promise<number | null>;
}
