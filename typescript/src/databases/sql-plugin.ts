/**
 * The ecosystem's SQL plugin, as it is published. It brings an adapter for PostgreSQL and one for PGlite, and
 * keeps one connection of each kind for the whole process: a second address would be ignored, and nothing
 * works any more after a close. So a process has one database, and nothing of the plugin is ever closed.
 */
import type { AgentRuntime, Plugin } from "@elizaos/core";
import { readInstalledVersion, SQL } from "../frameworks/packages.ts";
import type { Id } from "../messages.ts";
import type { Adapter } from "./database.ts";

interface Exports {
	plugin: Plugin;
	createDatabaseAdapter(address: { postgresUrl?: string; dataDir?: string }, agentId: Id): Adapter;
	DatabaseMigrationService: new () => {
		initializeWithDatabase(database: unknown): Promise<void>;
		discoverAndRegisterPluginSchemas(plugins: Plugin[]): void;
		runAllPluginMigrations(): Promise<void>;
	};
}

/** What a version's adapter offers beyond that of the database in memory. */
interface SqlAdapter {
	init(): Promise<void>;
	db: unknown;
	getDatabase?(): unknown;
	createAgent(agent: object): Promise<unknown>;
	getConnection(): Promise<unknown>;
	getRawConnection?(): unknown;
}

export interface SqlPlugin {
	/** Registered with the runtime where the runtime makes the tables. */
	readonly plugins: readonly Plugin[];
	/** The package with its version. */
	readonly name: string;
	createAdapter: Exports["createDatabaseAdapter"];
	initialize(runtime: AgentRuntime, adapter: Adapter): Promise<void>;
}

/** @param servedFromOutside true for versions whose bootstrap is a package of its own */
export async function importSqlPlugin(servedFromOutside: boolean): Promise<SqlPlugin> {
	// A variable, because a bundler would look for the package where it is not installed.
	const name: string = SQL;
	const exports = (await import(name)) as Exports;
	return {
		plugins: servedFromOutside ? [] : [exports.plugin],
		name: `${SQL} ${readInstalledVersion(SQL)}`,
		createAdapter: exports.createDatabaseAdapter,
		initialize: servedFromOutside
			? (runtime, adapter) => initializeAsServer(exports, runtime, adapter)
			: (runtime) => runtime.initialize(),
	};
}

/**
 * The runtime of such a version looks for its agent before it has made the tables. The server that is
 * published with it makes both beforehand, and so does this.
 */
export async function initializeAsServer(
	{ plugin, DatabaseMigrationService }: Pick<Exports, "plugin" | "DatabaseMigrationService">,
	runtime: AgentRuntime,
	adapter: Adapter,
): Promise<void> {
	const { agentId, character } = runtime;
	const sql = adapter as unknown as SqlAdapter;
	await sql.init();
	const migrations = new DatabaseMigrationService();
	await migrations.initializeWithDatabase(sql.getDatabase?.() ?? sql.db);
	migrations.discoverAndRegisterPluginSchemas([plugin]);
	await migrations.runAllPluginMigrations();
	const { name, bio, settings } = character;
	const [createdAt, enabled] = [Date.now(), true];
	await sql.createAgent({ id: agentId, name, bio, settings, enabled, createdAt, updatedAt: createdAt });
	await runtime.initialize({ skipMigrations: true });
}

/** @returns the pool of PostgreSQL's connections, or the PGlite, below an adapter */
export async function connectionBelow(adapter: Adapter): Promise<unknown> {
	const { getRawConnection, getConnection } = adapter as unknown as SqlAdapter;
	// Where there are both, the second one gives the query builder on top of it.
	return getRawConnection ? getRawConnection.call(adapter) : await getConnection.call(adapter);
}
