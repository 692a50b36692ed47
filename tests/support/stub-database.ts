/**
 * What the stub harness does with a database server, as docs/harness-contract.md asks for it: tables made once,
 * history stored once and copied afterwards, markers, and a "framework" with a connection of its own.
 */
import pg from "pg";
import type { Scenario } from "../../shared/types.ts";

export class StubDatabase {
	readonly #own: pg.Client;
	readonly #framework: pg.Client;
	readonly #history: number;
	readonly #fault: string | undefined;

	private constructor(own: pg.Client, framework: pg.Client, { config }: Scenario, fault: string | undefined) {
		this.#own = own;
		this.#framework = framework;
		this.#history = config.history;
		this.#fault = fault;
	}

	/** @param fault `raises`: the framework cannot make its tables */
	static async open(
		url: string | undefined,
		scenario: Scenario,
		fault: string | undefined,
	): Promise<StubDatabase> {
		const connect = async (name: string) => {
			const client = new pg.Client({ connectionString: url, application_name: name });
			client.on("error", () => {});
			await client.connect();
			return client;
		};
		const own = await connect("eliza-benchmark");
		return new StubDatabase(own, await connect("a framework"), scenario, fault);
	}

	/** Gives the framework an empty table and its history. Says on its log whether it made or copied them. */
	async begin(): Promise<void> {
		if (this.#fault === "raises") throw new Error("no such table as the framework wants");
		const tables = await this.#own.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
		if (tables.rows.length > 0) await this.#own.query("TRUNCATE memories CASCADE");
		else await this.#framework.query("CREATE TABLE memories (id serial PRIMARY KEY, text text)");
		await this.#own.query("CREATE SCHEMA IF NOT EXISTS eliza_benchmark");
		const name = `eliza_benchmark.history_${this.#history}`;
		const { rows } = await this.#own.query("SELECT to_regclass($1) AS found", [name]);
		if (rows[0].found !== null) {
			await this.#own.query(`INSERT INTO memories SELECT * FROM ${name}`);
			console.error(`tables ${tables.rows.length > 0 ? "found" : "made"}, history copied`);
			return;
		}
		for (let number = 0; number < this.#history; number++)
			await this.#framework.query("INSERT INTO memories (text) VALUES ($1)", [`history ${number}`]);
		await this.#own.query(`CREATE TABLE ${name} AS SELECT * FROM memories`);
		console.error(`tables ${tables.rows.length > 0 ? "found" : "made"}, history stored one by one`);
	}

	/** Four statements, one of which returns a row. */
	async message(): Promise<void> {
		await this.#framework.query("BEGIN");
		await this.#framework.query("INSERT INTO memories (text) VALUES ('a message')");
		const { rows } = await this.#framework.query("SELECT count(*)::int AS count FROM memories");
		await this.#framework.query("COMMIT");
		if (rows[0].count < this.#history)
			throw new Error(`${rows[0].count} memories, ${this.#history} expected`);
	}

	/** Goes on working after the last message has returned. */
	async afterwards(): Promise<void> {
		await this.#framework.query("UPDATE memories SET text = 'seen'");
	}

	async mark(moment: "messages" | "returned" | "settled"): Promise<void> {
		await this.#own.query(`SELECT 'eliza-benchmark:${moment}'`);
	}
}
