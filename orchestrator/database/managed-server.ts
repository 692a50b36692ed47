/** A server on which the benchmark makes and drops databases of its own, and no others. */
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { plainText } from "../../shared/text.ts";
import { ServerProcesses } from "./backends.ts";
import { type Address, connect, urlOf, withConnection } from "./connection.ts";
import { reasonOf } from "./given.ts";
import type { OwnServer } from "./server.ts";

/** The server, or something on it, is not as a process needs it. No framework is at fault. */
export class ServerProblem extends Error {
	override readonly name = "ServerProblem";
}

/** A backend that crashed takes all connections down with it, some milliseconds later. */
const SECOND_LOOK_MS = 50;
const END_LOOKS = 25;
const END_LOOK_MS = 20;
const LONGEST_TAIL = 1000;
/** The start of a name tells our databases from all others. */
const PREFIX = "eliza_benchmark_";

export class ManagedServer {
	readonly address: Address;
	readonly processes: ServerProcesses;
	/** Null: it is the user's. */
	readonly own: OwnServer | null;
	/** The databases that other databases are copies of, by what is in them. */
	readonly #templates = new Map<string, Promise<string>>();
	readonly #names = new Set<string>();
	readonly #client: pg.Client;
	readonly #prefix: string;
	/** Cells that run side by side ask at any time, and the driver takes one query after another. */
	#asked: Promise<unknown> = Promise.resolve();
	#made = 0;
	#lost: string | null = null;
	#loss: Promise<string> | null = null;
	#closing = false;

	private constructor(address: Address, own: OwnServer | null, client: pg.Client, id: string) {
		this.address = address;
		this.own = own;
		this.processes = new ServerProcesses(own?.pid ?? null);
		this.#client = client;
		this.#prefix = `${PREFIX}${id}_`;
		const lose = (why: string) => {
			if (!this.#closing) this.#lost ??= why;
		};
		client.on("error", (error) => lose(reasonOf(error)));
		client.on("end", () => lose("it has closed all connections"));
	}

	/**
	 * @param id of the run, in the names of all databases
	 * @throws the driver's error
	 */
	static async connect(address: Address, own: OwnServer | null, id: string): Promise<ManagedServer> {
		return new ManagedServer(address, own, await connect(address), id);
	}

	/** Says why it is lost, if it is; null while it works. */
	async problem(): Promise<string | null> {
		for (const wait of [0, SECOND_LOOK_MS]) {
			if (this.#lost !== null) break;
			await sleep(wait);
			await this.#query("SELECT").catch((error: unknown) => {
				this.#lost ??= reasonOf(error);
			});
		}
		if (this.#lost === null) return null;
		this.#loss ??= this.#describeLoss(this.#lost);
		return this.#loss;
	}

	#query(sql: string): Promise<unknown> {
		const answer = this.#asked.then(() => this.#client.query(sql));
		this.#asked = answer.catch(() => {});
		return answer;
	}

	get isLost(): boolean {
		return this.#lost !== null || (this.own?.end ?? null) !== null;
	}

	async #describeLoss(why: string): Promise<string> {
		const { host, port } = this.address;
		if (this.own === null) return `the database server ${host}:${port} is lost: ${plainText(why)}`;
		// Its connections end a little earlier than it is seen to have ended, if it has.
		for (let look = 0; look < END_LOOKS && this.own.end === null; look++) await sleep(END_LOOK_MS);
		const tail = plainText(this.own.logTail(), LONGEST_TAIL);
		const how = this.own.end ?? plainText(why);
		return `the PostgreSQL server of this run is lost: ${how}${tail === "" ? "" : `; its log ends: ${tail}`}`;
	}

	/**
	 * Returns the database that others are copied from. It is made when it is first asked for.
	 * @param key of what is in it
	 * @param fill is given the URL of an empty database; when it throws, the next one who asks tries again
	 */
	template(key: string, fill: (url: string) => Promise<void>): Promise<string> {
		const known = this.#templates.get(key);
		if (known !== undefined) return known;
		const made = this.#makeTemplate(fill);
		this.#templates.set(key, made);
		made.catch(() => this.#templates.delete(key));
		return made;
	}

	async #makeTemplate(fill: (url: string) => Promise<void>): Promise<string> {
		const name = await this.create("template0");
		try {
			// Nothing of this is timed, and copies do not have the setting.
			await this.#query(`ALTER DATABASE ${name} SET synchronous_commit = off`);
			await fill(urlOf(this.address, name));
			// This commit reaches the disk, and all before it: of others VACUUM leaves a part to the copies.
			await this.#query(`ALTER DATABASE ${name} RESET synchronous_commit`);
			// Otherwise every copy would do this in the middle of its measurement, at some moment or other.
			await withConnection(this.address, name, (client) => client.query("VACUUM (ANALYZE)"));
			return name;
		} catch (error) {
			await this.drop(name);
			throw error;
		}
	}

	/**
	 * Creates a database.
	 * @param template is copied
	 * @returns its name
	 * @throws {ServerProblem} with the server's words
	 */
	async create(template: string): Promise<string> {
		const name = `${this.#prefix}${++this.#made}`;
		this.#names.add(name);
		try {
			await this.#query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
		} catch (error) {
			this.#names.delete(name);
			throw new ServerProblem(`no database could be created: ${plainText(reasonOf(error))}`);
		}
		return name;
	}

	/** Drops a database of ours, as far as that is possible. Whoever is connected to it is disconnected. */
	async drop(name: string): Promise<void> {
		if (!this.#names.has(name)) throw new RangeError(`${name} is no database of this run`);
		if (this.isLost) return;
		await this.#query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`).then(
			() => this.#names.delete(name),
			// It is tried again at the end of the run.
			() => {},
		);
	}

	/**
	 * Ends the connection, and the server if it is the run's. From the user's server it drops all databases
	 * of the run.
	 * @returns the names of those that could not be dropped
	 */
	async close(): Promise<string[]> {
		this.#closing = true;
		if (this.own !== null) {
			await this.#client.end().catch(() => {});
			await this.own.stop();
			return [];
		}
		for (const name of this.#names) await this.drop(name);
		await this.#client.end().catch(() => {});
		if (this.#names.size > 0) await this.#dropAgain().catch(() => {});
		return [...this.#names];
	}

	/** Called when the connection was lost, though the server may be there. */
	async #dropAgain(): Promise<void> {
		await withConnection(this.address, this.address.database, async (client) => {
			for (const name of [...this.#names])
				try {
					await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
					this.#names.delete(name);
				} catch {
					// It stays among those that are named as left. The others may go.
				}
		});
	}
}
