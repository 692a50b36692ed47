/**
 * PGlite, which is PostgreSQL within the process, by the ecosystem's SQL plugin. It keeps its data in memory.
 * There is no server: what it costs, the process costs.
 */
import { parse } from "node:path";
import type { AgentRuntime, Plugin } from "@elizaos/core";
import type { IterationRecord } from "../../../shared/types.ts";
import { nsBetween } from "../clocks.ts";
import { findVersion, requireAs, SQL } from "../frameworks/packages.ts";
import type { Id } from "../messages.ts";
import type { Adapter, Database, LastingDatabase } from "./database.ts";
import { type Ask, askBy, clearTables, type Driver } from "./own-connection.ts";
import { SavedRows } from "./saved-rows.ts";
import { waitUntilQuiet } from "./settle.ts";
import { connectionBelow, type SqlPlugin } from "./sql-plugin.ts";

const PACKAGE = "@electric-sql/pglite";

/** The number of the next transaction that writes. It grows with everything that is written. */
const NEXT_WRITE = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS next";

export class Pglite implements Database, LastingDatabase {
	readonly plugins: readonly Plugin[];
	readonly lasting = this;
	readonly saved: SavedRows;
	readonly #plugin: SqlPlugin;
	readonly #ask: Ask;
	/** The last one of this process: they all share one PGlite. */
	#adapter: Adapter | null = null;

	constructor(plugin: SqlPlugin) {
		this.#plugin = plugin;
		this.plugins = plugin.plugins;
		this.#ask = askBy(async () => {
			if (!this.#adapter) throw new Error("there is no PGlite yet");
			return (await connectionBelow(this.#adapter)) as Driver;
		});
		this.saved = new SavedRows(this.#ask);
	}

	describe(): string {
		return `${this.#plugin.name} on PGlite ${findVersion(PACKAGE, requireAs(SQL))}`;
	}

	createAdapter(agentId: Id): Adapter {
		this.#adapter = this.#plugin.createAdapter({ dataDir: "memory://" }, agentId);
		return this.#adapter;
	}

	initialize(runtime: AgentRuntime, adapter: Adapter): Promise<void> {
		return this.#plugin.initialize(runtime, adapter);
	}

	/** The plugin would load the `.env` of this folder, or of one above it, into the process. */
	async open(): Promise<void> {
		process.chdir(parse(process.cwd()).root);
	}

	/** There is nothing to empty before the first agent has made it. */
	async clear(): Promise<void> {
		if (this.#adapter) await clearTables(this.#ask);
	}

	async beforeSpan(): Promise<null> {
		return null;
	}

	/** Work that only reads is not seen, and is not in the way of anything either. */
	async settle(): Promise<number> {
		// A live harness may be told to drop its agents before it has made one.
		if (!this.#adapter) return 0;
		let last: unknown;
		const { lastWorkAt, startedAt } = await waitUntilQuiet(async () => {
			const [row] = await this.#ask(NEXT_WRITE);
			const busy = last !== undefined && row?.next !== last;
			last = row?.next;
			return { busy, idleMs: null };
		});
		return nsBetween(startedAt, lastWorkAt);
	}

	record(_cpuNs: null, settleNs: number): IterationRecord["databaseServer"] {
		return settleNs > 0 ? { cpuNs: null, settleNs } : undefined;
	}

	/** Nobody reads along where there is no server. */
	async mark(): Promise<void> {}
}
