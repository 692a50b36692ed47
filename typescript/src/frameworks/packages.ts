/** The packages of the framework, and what of them is installed. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

export const CORE = "@elizaos/core";
/** It has the same version as core. */
export const BOOTSTRAP = "@elizaos/plugin-bootstrap";
/** Under this name another version of core is installed, for its database alone. */
export const DATABASE = "eliza-in-memory-database";
/** Brings the databases that are not in memory. */
export const SQL = "@elizaos/plugin-sql";

const fromHarness = createRequire(import.meta.url);

export function isInstalled(name: string): boolean {
	try {
		return fromHarness.resolve(`${name}/package.json`) !== "";
	} catch {
		return false;
	}
}

export function readInstalledVersion(name: string): string {
	return (fromHarness(`${name}/package.json`) as { version: string }).version;
}

/** Loads and finds packages as another one does, which may have versions of its own of them. */
export function requireAs(name: string): NodeJS.Require {
	return createRequire(fromHarness.resolve(`${name}/package.json`));
}

/**
 * Finds the version of a package that does not show its manifest.
 * @param from finds the package as the one that uses it does
 */
export function findVersion(name: string, from: NodeJS.Require): string {
	for (let folder = dirname(from.resolve(name)); folder !== dirname(folder); folder = dirname(folder)) {
		const manifest = join(folder, "package.json");
		if (!existsSync(manifest)) continue;
		const found = JSON.parse(readFileSync(manifest, "utf8")) as { name?: string; version?: string };
		if (found.name === name && found.version !== undefined) return found.version;
	}
	return "unknown";
}
