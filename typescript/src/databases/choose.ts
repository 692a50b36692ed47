/** Chooses a database that is not in memory. Its package is imported only where it is used. */
import { InputError } from "../failure.ts";
import { isInstalled, SQL } from "../frameworks/packages.ts";
import type { Database, DatabaseAddress } from "./database.ts";
import { Pglite } from "./pglite.ts";
import { Postgres } from "./postgres.ts";
import { importSqlPlugin } from "./sql-plugin.ts";

/**
 * @param servedFromOutside true for versions whose bootstrap is a package of its own
 * @throws {InputError} if the package is not installed
 */
export async function chooseLasting(
	address: Exclude<DatabaseAddress, { kind: "in-memory" }>,
	servedFromOutside: boolean,
): Promise<Database> {
	if (!isInstalled(SQL))
		throw new InputError(`--database ${address.kind} needs the package ${SQL}, which is not installed here`);
	const plugin = await importSqlPlugin(servedFromOutside);
	return address.kind === "pglite" ? new Pglite(plugin) : new Postgres(plugin, address.url);
}
