/**
 * Imports the database of another version of core, where core has none of its own. Nobody who uses this
 * version pays for that import, so it happens after the start-up, is timed and weighed, and is part of no
 * figure.
 */
import { now, nsSince, readRssBytes } from "../clocks.ts";
import { giveBackMemory } from "../collector.ts";
import { InputError } from "../failure.ts";
import type { Core, Framework } from "./framework.ts";
import { CORE, DATABASE, isInstalled } from "./packages.ts";

/** @throws {InputError} if core has no database, and no other one is installed */
export async function importDatabase(framework: Framework): Promise<void> {
	if (framework.Database || framework.database.lasting) return;
	if (!isInstalled(DATABASE))
		throw new InputError(
			`${CORE} has no database in this version, and the package ${DATABASE} is not installed`,
		);
	const before = weigh();
	const started = now();
	const name: string = DATABASE;
	const { InMemoryDatabaseAdapter } = (await import(name)) as Core;
	const importNs = nsSince(started);
	// An import passes through more memory than it leaves behind, and the target would use the difference
	// again. A collection before it too would count against it what the target uses again in any case.
	await giveBackMemory();
	const after = weigh();
	framework.Database = InMemoryDatabaseAdapter;
	framework.databaseImport = {
		importNs,
		rssBytes: before.rss === null || after.rss === null ? null : Math.max(0, after.rss - before.rss),
		heapBytes: Math.max(0, after.heap - before.heap),
	};
}

function weigh(): { rss: number | null; heap: number } {
	return { rss: readRssBytes(), heap: process.memoryUsage().heapUsed };
}

/** Takes off a size of the process what the import of another version's database weighs. */
export function weighTarget(
	{ databaseImport }: Pick<Framework, "databaseImport">,
	measure: "rssBytes" | "heapBytes",
	bytes: number | null,
): number | null {
	if (bytes === null || databaseImport === null) return bytes;
	const imported = databaseImport[measure];
	return imported === null ? null : Math.max(0, bytes - imported);
}
