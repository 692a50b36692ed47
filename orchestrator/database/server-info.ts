/** Asks a server what it is, and measures what a commit costs there. */
import type pg from "pg";
import { median } from "../../analysis/stats/statistics.ts";
import type { DatabaseServer } from "../../shared/types.ts";
import { withConnection } from "./connection.ts";
import type { ManagedServer } from "./managed-server.ts";

const SETTINGS = `
	SELECT
		current_setting('server_version') AS version,
		current_setting('fsync') = 'on' AS fsync,
		current_setting('synchronous_commit') AS "synchronousCommit",
		pg_size_bytes(current_setting('shared_buffers'))::text AS "sharedBuffers"`;

interface Settings {
	version: string;
	fsync: boolean;
	synchronousCommit: string;
	sharedBuffers: string;
}

const COMMITS = 200;
/** The first ones make the table grow, and the client's code fast. */
const WARMUP = 20;

/** @throws the driver's error */
export async function describeServer(server: ManagedServer): Promise<DatabaseServer> {
	const name = await server.create("template0");
	try {
		return await withConnection(server.address, name, async (client) => {
			const { rows } = await client.query<Settings>(SETTINGS);
			const [settings] = rows;
			if (settings === undefined) throw new Error("the database server does not tell its settings");
			const { version, fsync, synchronousCommit, sharedBuffers } = settings;
			// A framework that needs it would fail later, for a reason that is not its own.
			await client.query("CREATE EXTENSION vector");
			return {
				version,
				given: server.own === null,
				fsync,
				synchronousCommit,
				sharedBuffersBytes: Number(sharedBuffers),
				commitNs: await measureCommit(client),
			};
		});
	} finally {
		await server.drop(name);
	}
}

/** Returns the median time of an insert of one row with its commit, in ns. */
async function measureCommit(client: pg.Client): Promise<number> {
	await client.query("CREATE TABLE commits (number integer, text text)");
	const times: number[] = [];
	for (let number = 0; number < WARMUP + COMMITS; number++) {
		const from = process.hrtime.bigint();
		await client.query("INSERT INTO commits VALUES (1, 'a row of a message')");
		times.push(Number(process.hrtime.bigint() - from));
	}
	return Math.round(median(times.slice(WARMUP)));
}
