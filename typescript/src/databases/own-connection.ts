/** The harness's own connection to a database that outlives the agent. */
import { FrameworkError } from "../failure.ts";

export type Row = Record<string, unknown>;

/** Both drivers have this method. */
export interface Driver {
	query(text: string, values?: unknown[]): Promise<{ rows: Row[] }>;
}

/** @throws {FrameworkError} with the database's own words */
export type Ask = (text: string, values?: unknown[]) => Promise<Row[]>;

/** @param connect gives the driver, for every question anew */
export function askBy(connect: () => Promise<Driver>): Ask {
	return async (text, values) => {
		try {
			return (await (await connect()).query(text, values)).rows;
		} catch (error) {
			throw new FrameworkError(error);
		}
	};
}

/** The framework's tables. The notes on its migrations are in another schema, so it makes tables once. */
const TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename";

/** Empties all tables of the framework; there may be none yet. */
export async function clearTables(ask: Ask): Promise<void> {
	const names = (await ask(TABLES)).map(({ tablename }) => quote(String(tablename)));
	if (names.length > 0) await ask(`TRUNCATE ${names.map((name) => `public.${name}`).join(", ")} CASCADE`);
}

/** Quotes the name of a table or a column. */
export function quote(name: string): string {
	return `"${name.replaceAll('"', '""')}"`;
}
