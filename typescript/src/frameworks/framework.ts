/**
 * The framework under measurement consists of core, of its bootstrap, which some versions publish as a
 * package of its own, and of the in-memory database, which is a class of core or comes from another version
 * of it. What a version consists of is found by what its core offers, never by its number.
 */
import { createRequire } from "node:module";
import type { InMemoryDatabaseAdapter, Plugin } from "@elizaos/core";
import type { MeasurementFile } from "../../../shared/types.ts";

export type Core = typeof import("@elizaos/core");

export const CORE = "@elizaos/core";
/** It has the same version as core. */
export const BOOTSTRAP = "@elizaos/plugin-bootstrap";
/** Under this name another version of core is installed, for its database alone. */
export const DATABASE = "eliza-in-memory-database";

const resolvePackage = createRequire(import.meta.url);

export interface Framework {
	core: Core;
	/** Null where core registers a bootstrap of its own. */
	bootstrap: { plugin: Plugin; exports: Record<string, unknown> } | null;
	/** True for a variant whose evaluators are taken out. */
	withoutEvaluators: boolean;
	/** Null until `importDatabase`, where core has no such class. */
	Database: (new () => InMemoryDatabaseAdapter) | null;
	/** Null where the database is a class of core. */
	databaseImport: NonNullable<MeasurementFile["databaseImport"]> | null;
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

/** Adds to core what it lacks. Whatever an import raises is the framework's own error. */
export async function completeFramework(core: Core, withoutEvaluators = false): Promise<Framework> {
	return {
		core,
		bootstrap: missingPackages(core).bootstrap ? await importBootstrap() : null,
		withoutEvaluators,
		Database: core.InMemoryDatabaseAdapter ?? null,
		databaseImport: null,
	};
}

async function importBootstrap(): Promise<NonNullable<Framework["bootstrap"]>> {
	// A variable, because a bundler would look for the package in versions that do without it.
	const name: string = BOOTSTRAP;
	const exports = (await import(name)) as Record<string, unknown>;
	return { plugin: (exports.bootstrapPlugin ?? exports.default) as Plugin, exports };
}

export function isInstalled(name: string): boolean {
	try {
		return resolvePackage.resolve(`${name}/package.json`) !== "";
	} catch {
		return false;
	}
}

export function readInstalledVersion(name: string): string {
	return (resolvePackage(`${name}/package.json`) as { version: string }).version;
}
