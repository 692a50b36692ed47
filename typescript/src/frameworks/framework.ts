/**
 * The framework under measurement consists of core, of its bootstrap, which some versions publish as a
 * package of its own, and of a database. What a version consists of is found by what its core offers, never
 * by its number.
 */
import type { InMemoryDatabaseAdapter, Plugin } from "@elizaos/core";
import type { MeasurementFile } from "../../../shared/types.ts";
import type { LoadedAgent } from "../agents/load.ts";
import { chooseLasting } from "../databases/choose.ts";
import type { Database, DatabaseAddress } from "../databases/database.ts";
import { InMemory } from "../databases/in-memory.ts";
import { BOOTSTRAP } from "./packages.ts";

export type Core = typeof import("@elizaos/core");

export interface Framework {
	core: Core;
	/** Null where core registers a bootstrap of its own. */
	bootstrap: { plugin: Plugin; exports: Record<string, unknown> } | null;
	/** A user's own agent; null: the benchmark's. */
	agent: LoadedAgent | null;
	/** True for a variant whose evaluators are taken out. */
	withoutEvaluators: boolean;
	/** The class of the database in memory. Null until `importDatabase`, where core has no such class. */
	Database: (new () => InMemoryDatabaseAdapter) | null;
	/** Null where the database is a class of core, or not in memory. */
	databaseImport: NonNullable<MeasurementFile["databaseImport"]> | null;
	/** The database of every agent. */
	database: Database;
}

/** What a target changes in a framework as published. */
export interface FrameworkOptions {
	withoutEvaluators?: boolean;
	/** Default: in memory. */
	address?: DatabaseAddress;
}

/** Says what a core lacks that the benchmark needs: these packages are installed beside it. */
export function missingPackages(core: Partial<Record<string, unknown>>): {
	bootstrap: boolean;
	database: boolean;
} {
	const makesBootstrap = ["createBootstrapPlugin", "createBasicCapabilitiesPlugin"].some(
		(name) => name in core,
	);
	return { bootstrap: !makesBootstrap, database: !("InMemoryDatabaseAdapter" in core) };
}

/**
 * Adds to core what it lacks. Whatever an import raises is the framework's own error.
 * @throws {InputError} if the package of the database is not installed
 */
export async function completeFramework(
	core: Core,
	{ withoutEvaluators = false, address = { kind: "in-memory" } }: FrameworkOptions = {},
): Promise<Framework> {
	const bootstrap = missingPackages(core).bootstrap ? await importBootstrap() : null;
	const inMemory: Pick<Framework, "Database" | "databaseImport"> = {
		Database: core.InMemoryDatabaseAdapter ?? null,
		databaseImport: null,
	};
	// The import of another version's database puts its class in here later.
	const framework: Omit<Framework, "database"> = {
		core,
		bootstrap,
		agent: null,
		withoutEvaluators,
		...inMemory,
	};
	const database =
		address.kind === "in-memory"
			? new InMemory(framework)
			: await chooseLasting(address, framework.bootstrap !== null);
	return Object.assign(framework, { database });
}

async function importBootstrap(): Promise<NonNullable<Framework["bootstrap"]>> {
	// A variable, because a bundler would look for the package in versions that do without it.
	const name: string = BOOTSTRAP;
	const exports = (await import(name)) as Record<string, unknown>;
	return { plugin: (exports.bootstrapPlugin ?? exports.default) as Plugin, exports };
}
