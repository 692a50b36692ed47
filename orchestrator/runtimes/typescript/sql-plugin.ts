/** Which version of the SQL plugin goes with which version of the framework. */
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Target } from "../../../shared/types.ts";

const PACKAGE = "@elizaos/plugin-sql";

/** With the locked version of the framework, from a lock file of its own. */
export const SQL_PLUGIN: Target["database"] = { package: PACKAGE, version: "2.0.0-alpha.11" };

/** Where that lock file is, below the root. */
export const LOCKED_WITH_SQL = "typescript/with-sql";

/** The newest one, which runs with every later version of the framework. */
const NEWEST = "2.0.0-alpha.20";

/** Puts the packages of the locked version in place of those in memory. */
export function lockWithSql(root: string): void {
	for (const name of ["package.json", "package-lock.json"])
		copyFileSync(join(root, LOCKED_WITH_SQL, name), join(root, "typescript", name));
}

/**
 * Says what npm is to install where the lock file does not. A copy of the locked version gets the plugin of
 * the locked one, so that the two can be compared.
 * @param inStep true for versions of which all packages are published together, with one number
 */
export function sqlPluginFor(framework: string, locked: string, inStep: boolean): string {
	if (framework === locked) return `${PACKAGE}@${SQL_PLUGIN.version}`;
	return `${PACKAGE}@${inStep ? framework : NEWEST}`;
}

/** A plugin may ask for another framework, which would be a second one beside the one that is measured. */
export function keepOneFramework(folder: string, framework: string): void {
	const path = join(folder, "package.json");
	const manifest = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
	const overrides = { [framework]: `$${framework}` };
	writeFileSync(path, `${JSON.stringify({ ...manifest, overrides }, null, "\t")}\n`);
}
