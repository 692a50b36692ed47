/** Reads where the database of the process is. */
import { InputError } from "../failure.ts";
import type { DatabaseAddress, DatabaseKind } from "./database.ts";

const VARIABLE = "ELIZA_BENCHMARK_DATABASE_URL";

/**
 * Takes the URL out of the environment, which some frameworks copy into their settings as a whole.
 * @throws {InputError} if there is no URL where one is needed
 */
export function readAddress(kind: DatabaseKind, environment = process.env): DatabaseAddress {
	const url = environment[VARIABLE];
	delete environment[VARIABLE];
	if (kind !== "postgres") return { kind };
	if (!url) throw new InputError(`--database postgres needs the URL of a database in ${VARIABLE}`);
	return { kind, url };
}
