/** A PostgreSQL server, by the ecosystem's SQL plugin. */
import type { AgentRuntime, Plugin } from "@elizaos/core";
import type { IterationRecord } from "../../../shared/types.ts";
import { nsBetween } from "../clocks.ts";
import { InputError } from "../failure.ts";
import { requireAs, SQL } from "../frameworks/packages.ts";
import type { Id } from "../messages.ts";
import type { Adapter, Database, LastingDatabase, Mark, ServerMeter } from "./database.ts";
import { type Ask, askBy, clearTables, type Driver } from "./own-connection.ts";
import { type Pool, PoolWarmer } from "./pool.ts";
import { SavedRows } from "./saved-rows.ts";
import { startMeter } from "./server-cpu.ts";
import { waitUntilQuiet } from "./settle.ts";
import { connectionBelow, type SqlPlugin } from "./sql-plugin.ts";

/** The server's lists and logs show the harness's own connection by this name. */
const APPLICATION = "eliza-benchmark";

const OTHERS =
	"FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() " +
	"AND backend_type = 'client backend'";

/** The server notes when each connection has last begun or ended a statement. */
const WORK_OF_OTHERS =
	"SELECT count(*) FILTER (WHERE state IS DISTINCT FROM 'idle')::int AS busy, " +
	`(extract(epoch FROM clock_timestamp() - max(state_change)) * 1000)::float8 AS idle_ms ${OTHERS}`;

interface Client extends Driver {
	connect(): Promise<void>;
	on(event: "error", listener: () => void): void;
}

interface Clients {
	Client: new (options: { connectionString: string; application_name: string; keepAlive: boolean }) => Client;
}

export class Postgres implements Database, LastingDatabase {
	readonly plugins: readonly Plugin[];
	readonly lasting = this;
	readonly saved: SavedRows;
	readonly #plugin: SqlPlugin;
	readonly #url: string;
	readonly #ask: Ask;
	readonly #warmer = new PoolWarmer();
	#client: Client | null = null;
	#serverVersion = "unknown";
	/** The last one of this process: they all share one pool. */
	#adapter: Adapter | null = null;
	/** False while an agent lives, or has left the database without being waited for. */
	#settled = true;

	constructor(plugin: SqlPlugin, url: string) {
		this.#plugin = plugin;
		this.plugins = plugin.plugins;
		this.#url = url;
		this.#ask = askBy(async () => {
			if (!this.#client) throw new Error("the harness has not connected to the database");
			return this.#client;
		});
		this.saved = new SavedRows(this.#ask);
	}

	describe(): string {
		return `${this.#plugin.name} on PostgreSQL ${this.#serverVersion}`;
	}

	createAdapter(agentId: Id): Adapter {
		this.#settled = false;
		this.#adapter = this.#plugin.createAdapter({ postgresUrl: this.#url }, agentId);
		return this.#adapter;
	}

	initialize(runtime: AgentRuntime, adapter: Adapter): Promise<void> {
		return this.#plugin.initialize(runtime, adapter);
	}

	async open(): Promise<void> {
		const { Client } = requireAs(SQL)("pg") as Clients;
		const client = new Client({
			connectionString: this.#url,
			application_name: APPLICATION,
			keepAlive: true,
		});
		// Without a listener a lost connection would end the process. The next question fails in any case.
		client.on("error", () => {});
		try {
			await client.connect();
		} catch (error) {
			const words = error instanceof Error ? error.message || error.name : String(error);
			throw new InputError(`the database cannot be reached: ${words}`);
		}
		this.#client = client;
		const [row] = await this.#ask("SHOW server_version");
		// A distribution adds its own name to the number.
		this.#serverVersion = String(row?.server_version).split(" ")[0] ?? "unknown";
	}

	async clear(): Promise<void> {
		// An agent that has failed was not waited for, and its last work would meet the emptied tables.
		if (!this.#settled) await this.settle();
		await clearTables(this.#ask);
		await this.#warm();
	}

	async beforeSpan(): Promise<ServerMeter> {
		await this.#warm();
		const meter = await startMeter(async () =>
			(await this.#ask(`SELECT pid ${OTHERS}`)).map(({ pid }) => Number(pid)),
		);
		return {
			stop: async () => {
				const used = await meter.stop();
				this.#warmer.note(await this.#pool());
				return used;
			},
		};
	}

	async settle(): Promise<number> {
		const { lastWorkAt, startedAt } = await waitUntilQuiet(async () => {
			const [row] = await this.#ask(WORK_OF_OTHERS);
			return { busy: row?.busy !== 0, idleMs: row?.idle_ms == null ? null : Number(row.idle_ms) };
		});
		this.#settled = true;
		return nsBetween(startedAt, lastWorkAt);
	}

	record(cpuNs: number | null, settleNs: number): IterationRecord["databaseServer"] {
		return { cpuNs, settleNs };
	}

	async mark(name: Mark): Promise<void> {
		await this.#ask(`SELECT 'eliza-benchmark:${name}'`);
	}

	async #warm(): Promise<void> {
		if (this.#adapter) await this.#warmer.warm(await this.#pool());
	}

	async #pool(): Promise<Pool> {
		if (!this.#adapter) throw new Error("there is no adapter yet");
		return (await connectionBelow(this.#adapter)) as Pool;
	}
}
