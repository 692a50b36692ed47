/** Opens the databases of a run, if one of its targets needs a server. */
import { plainText } from "../../shared/text.ts";
import { type LeftOutTarget, needsServer, type Target } from "../../shared/types.ts";
import { UserError } from "../errors.ts";
import type { Say } from "../runtimes/runtime.ts";
import { MOST_TARGETS } from "../targets/specification.ts";
import { Databases, type DatabasesOptions } from "./databases.ts";
import { examineServer, parseDatabaseUrl } from "./given.ts";
import { connectionsFor } from "./server.ts";

const LONGEST_REASON = 600;

/**
 * Called before anything is set up, which may take minutes.
 * @throws {UserError} for a server of the user's that cannot be used, or that no target needs
 */
export async function refuseGivenServer(
	targets: readonly Target[],
	url: string | undefined,
	say: Say,
): Promise<void> {
	if (url === undefined) return;
	const address = parseDatabaseUrl(url);
	const served = targets.filter(needsServer).length;
	if (served === 0)
		throw new UserError(
			"--database-url names a server that no target needs: name a target on PostgreSQL with --targets",
		);
	const connections = await examineServer(address);
	const wanted = connectionsFor(Math.min(served, MOST_TARGETS));
	if (connections < wanted)
		say(
			`The server of --database-url takes ${connections} connections, this run may need ${wanted}: ` +
				"without one a framework raises an error of its own (raise max_connections there)",
		);
}

export interface OpenedDatabases {
	/** Null: no target needs a server, or none could be started. */
	databases: Databases | null;
	/** The targets that can be measured, in order. */
	targets: Target[];
	leftOut: LeftOutTarget[];
}

/**
 * Starts a server. Where that fails, the targets that need one are left out and reported.
 * @throws {UserError} when the user's own server cannot be used, and when no target is left
 */
export async function openDatabases(
	targets: readonly Target[],
	options: DatabasesOptions,
): Promise<OpenedDatabases> {
	if (!targets.some(needsServer)) return { databases: null, targets: [...targets], leftOut: [] };
	try {
		return { databases: await Databases.open(options), targets: [...targets], leftOut: [] };
	} catch (error) {
		const left = targets.filter((target) => !needsServer(target));
		if (!(error instanceof UserError) || options.url !== undefined || left.length === 0) throw error;
		const leftOut = targets.filter(needsServer);
		const ids = leftOut.map(({ id }) => id).join(", ");
		options.say(`error: ${error.message}\nLeft out of this run: ${ids}`);
		const reason = plainText(error.message, LONGEST_REASON);
		return {
			databases: null,
			targets: left,
			leftOut: leftOut.map(({ id, label }) => ({ id, label, reason })),
		};
	}
}
