/** The packages of the framework, and what of them is installed. */
import { createRequire } from "node:module";

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
