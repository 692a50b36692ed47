/** Connects to a database server as the benchmark itself, and says how a harness reaches it. */
import type pg from "pg";
import { MS_PER_S } from "../../shared/units.ts";

export interface Address {
	host: string;
	port: number;
	user: string;
	/** Null: the server asks for none. */
	password: string | null;
	/** The database that exists already. */
	database: string;
}

/** The name of the orchestrator's connections. They are never in a database of a harness. */
const NAME = "eliza-benchmark-orchestrator";
const CONNECT_MS = 10 * MS_PER_S;
/** A copy of a large database on a slow disk takes seconds. What gives no answer for so long hangs. */
const ANSWER_MS = 120 * MS_PER_S;

/** @throws the driver's error when the server cannot be reached, or refuses */
export async function connect(address: Address, database = address.database): Promise<pg.Client> {
	const { host, port, user, password } = address;
	// Most runs need no driver. Loading it takes longer than many a command.
	const { Client } = (await import("pg")).default;
	const client = new Client({
		host,
		port,
		user,
		database,
		// The driver takes it from PGPASSWORD where there is none.
		...(password === null ? {} : { password }),
		ssl: false,
		application_name: NAME,
		connectionTimeoutMillis: CONNECT_MS,
		query_timeout: ANSWER_MS,
	});
	// A lost connection shows in the next query. Without a listener it would end this process.
	client.on("error", () => {});
	try {
		await client.connect();
	} catch (error) {
		// The driver leaves a connection open on which it could not log in.
		client.end().catch(() => {});
		throw error;
	}
	return client;
}

/** Connects, works and disconnects. */
export async function withConnection<T>(
	address: Address,
	database: string,
	work: (client: pg.Client) => Promise<T>,
): Promise<T> {
	const client = await connect(address, database);
	try {
		return await work(client);
	} finally {
		await client.end().catch(() => {});
	}
}

/** The URL of a database, as a harness gets it. It holds the password. */
export function urlOf({ host, port, user, password }: Address, database: string): string {
	const secret = password === null ? "" : `:${encodeURIComponent(password)}`;
	const place = host.includes(":") ? `[${host}]` : host;
	return `postgres://${encodeURIComponent(user)}${secret}@${place}:${port}/${database}?sslmode=disable`;
}
