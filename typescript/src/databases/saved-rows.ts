/**
 * Memories that are there before the first message are stored one by one, by the framework's own adapter.
 * That takes half a millisecond each, so it is done once for each database. The harness keeps a copy of the
 * rows in a schema of its own, which is also in every copy of the database, and puts them back from there.
 */
import { type Ask, quote } from "./own-connection.ts";

/** The harness's own schema: it is never emptied. */
const SCHEMA = "eliza_benchmark";

/** Memories whose ids have one prefix. */
export interface SeededRows {
	/** Tells it from others: what it holds, and how much of it. */
	name: string;
	idPrefix: string;
	count: number;
	/** The newest one is so much older than the moment at which they are stored. */
	ageOfNewestMs: number;
}

export class SavedRows {
	readonly #ask: Ask;

	constructor(ask: Ask) {
		this.#ask = ask;
	}

	/**
	 * Puts back what was saved, as old as if it were stored now: a framework tells its model how old a
	 * message is.
	 * @returns false if nothing is saved, or not all of it
	 */
	async restore({ name, count, ageOfNewestMs }: SeededRows): Promise<boolean> {
		const saved = savedTable(name);
		if (!(await this.#has(saved, count))) return false;
		const columns = await this.#listColumns();
		const shifted = columns.map((column) =>
			CREATED_AT.test(column)
				? `${column} + ($1::float8 - ${newestIn(saved, column)}) * interval '1 millisecond'`
				: column,
		);
		await this.#ask(
			`INSERT INTO public.memories (${columns.join(", ")}) SELECT ${shifted.join(", ")} FROM ${saved}`,
			[Date.now() - ageOfNewestMs],
		);
		return true;
	}

	/** Saves what has been stored. */
	async save({ name, idPrefix }: SeededRows): Promise<void> {
		const saved = savedTable(name);
		await this.#ask(`CREATE SCHEMA IF NOT EXISTS ${SCHEMA}`);
		await this.#ask(`DROP TABLE IF EXISTS ${saved}`);
		// A parameter is no part of a definition, so the prefix is written into it. It is a UUID's.
		if (!/^[0-9a-f-]+$/i.test(idPrefix)) throw new RangeError(`'${idPrefix}' is no prefix of ids`);
		await this.#ask(
			`CREATE TABLE ${saved} AS SELECT * FROM public.memories WHERE id::text LIKE '${idPrefix}%'`,
		);
	}

	async #has(saved: string, count: number): Promise<boolean> {
		const [table] = await this.#ask("SELECT to_regclass($1) IS NOT NULL AS known", [saved]);
		if (table?.known !== true) return false;
		const [rows] = await this.#ask(`SELECT count(*)::int AS rows FROM ${saved}`);
		return rows?.rows === count;
	}

	async #listColumns(): Promise<string[]> {
		const rows = await this.#ask(
			"SELECT column_name FROM information_schema.columns " +
				"WHERE table_schema = 'public' AND table_name = 'memories' ORDER BY ordinal_position",
		);
		return rows.map(({ column_name }) => quote(String(column_name)));
	}
}

/** Its name differs between versions. */
const CREATED_AT = /^"created_?at"$/i;

const savedTable = (name: string) => `${SCHEMA}.${quote(name)}`;

/** When the newest row was created, in milliseconds since 1970. */
const newestIn = (saved: string, createdAt: string) =>
	`(SELECT extract(epoch FROM max(${createdAt})) * 1000 FROM ${saved})`;
