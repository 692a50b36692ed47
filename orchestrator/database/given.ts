/** Reads and examines `--database-url`: a server of the user's own. */
import { EXIT, messageOf, UserError } from "../errors.ts";
import { type Address, withConnection } from "./connection.ts";

const OPTION = "--database-url";
const FORM = "postgres://USER:PASSWORD@HOST:PORT/DATABASE";
/** Harnesses keep seeded rows in it. The tables of a user of that name would be made in it too. */
const SCHEMA = "eliza_benchmark";
const DEFAULT_PORT = 5432;

/** @throws {UserError} for a text that is no such URL; it is not repeated, because it may hold a password */
export function parseDatabaseUrl(text: string): Address {
	const address = parse(text);
	if (address !== null && address.host !== "" && address.user !== "") return address;
	throw new UserError(`${OPTION} takes the URL of a PostgreSQL server: ${FORM}`);
}

function parse(text: string): Address | null {
	try {
		const url = new URL(text);
		if (!/^postgres(ql)?:$/.test(url.protocol)) return null;
		const user = decodeURIComponent(url.username);
		return {
			host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
			port: url.port === "" ? DEFAULT_PORT : Number(url.port),
			user,
			// As PostgreSQL's own programs do.
			password: decodeURIComponent(url.password) || (process.env.PGPASSWORD ?? null),
			database: decodeURIComponent(url.pathname.slice(1)) || user,
		};
	} catch {
		return null;
	}
}

/** The URL without its password, for a record of the run: `PGPASSWORD` may hold it too. */
export function withoutPassword(text: string): string {
	const url = new URL(text);
	url.password = "";
	// A password may stand among the parameters too, and none of them is used.
	url.search = "";
	url.hash = "";
	return url.href;
}

/** What is asked of a server before anything is made there. */
const EXAMINATION = `
	SELECT
		(SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user) AS may_create,
		EXISTS (SELECT FROM pg_available_extensions WHERE name = 'vector') AS has_vector,
		(
			SELECT count(*)::int FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
			WHERE relkind IN ('r', 'p', 'f') AND nspname <> 'information_schema' AND nspname !~ '^pg_'
		) AS tables,
		current_setting('max_connections')::int AS connections`;

/**
 * @returns the number of connections that it allows
 * @throws {UserError} for a server that the benchmark cannot use, or a database that is in use
 */
export async function examineServer(address: Address): Promise<number> {
	const { host, port, user, database } = address;
	const server = `the server ${host}:${port}, which ${OPTION} names,`;
	const { may_create, has_vector, tables, connections } = await ask(address, server);
	if (tables > 0)
		throw new UserError(
			`the database ${database}, which ${OPTION} names, has ${tables} tables: name an empty one, so that ` +
				"nothing of yours is in reach (databases of the benchmark's own are made beside it)",
		);
	if (user === SCHEMA)
		throw new UserError(
			`${server} knows you as ${user}, a name that the benchmark uses for a schema: give another user`,
		);
	if (!may_create)
		throw new UserError(`${server} does not let ${user} create databases: ALTER ROLE ${user} CREATEDB`);
	if (!has_vector)
		throw new UserError(
			`${server} has no pgvector, which the TypeScript and Rust frameworks need: install it there ` +
				`(https://github.com/pgvector/pgvector), or leave ${OPTION} out`,
		);
	return connections;
}

interface Answer {
	may_create: boolean;
	has_vector: boolean;
	tables: number;
	connections: number;
}

async function ask(address: Address, server: string): Promise<Answer> {
	try {
		return await withConnection(address, address.database, async (client) => {
			const { rows } = await client.query<Answer>(EXAMINATION);
			const [answer] = rows;
			if (answer === undefined) throw new Error("it has answered nothing");
			return answer;
		});
	} catch (error) {
		throw new UserError(`${server} cannot be used: ${reasonOf(error)}`, EXIT.wrongInput);
	}
}

/** A host with several addresses fails with an error for each. */
export function reasonOf(error: unknown): string {
	const [first] = error instanceof AggregateError ? error.errors : [];
	return messageOf(first ?? error);
}
