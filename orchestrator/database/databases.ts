/**
 * The databases of a run's processes: each has one of its own, a copy of one that its target has migrated and
 * seeded before.
 */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { plainText } from "../../shared/text.ts";
import type { DatabaseServer, DatabaseTraffic } from "../../shared/types.ts";
import { EXIT, UserError } from "../errors.ts";
import type { Helpers } from "../machine/helpers.ts";
import type { Say } from "../runtimes/runtime.ts";
import { urlOf } from "./connection.ts";
import { examineServer, parseDatabaseUrl, reasonOf } from "./given.ts";
import { ManagedServer, ServerProblem } from "./managed-server.ts";
import { setUpPackage } from "./package.ts";
import { CountingProxy } from "./proxy.ts";
import { OwnServer } from "./server.ts";
import { describeServer } from "./server-info.ts";

/** A harness finds its database in this variable. */
const VARIABLE = "ELIZA_BENCHMARK_DATABASE_URL";
const ID_BYTES = 4;
/** A server that has died is started again once. */
const MOST_STARTS = 2;

export interface DatabasesOptions {
	/** The user's own server; absent: one is started. */
	url?: string | undefined;
	/** The folder of the server's log, made where a server is started. */
	logs: () => string;
	say: Say;
}

export class Databases {
	readonly info: DatabaseServer;
	readonly #say: Say;
	readonly #start: (attempt: number) => Promise<ManagedServer>;
	#server: Promise<ManagedServer>;
	#starts = 1;

	private constructor(
		info: DatabaseServer,
		server: ManagedServer,
		start: (attempt: number) => Promise<ManagedServer>,
		say: Say,
	) {
		this.info = info;
		this.#server = Promise.resolve(server);
		this.#start = start;
		this.#say = say;
	}

	/** @throws {UserError} when no server can be started, or the user's cannot be used */
	static async open({ url, logs, say }: DatabasesOptions): Promise<Databases> {
		const start = url === undefined ? startOwn(logs, say) : startGiven(url);
		const server = await start(1);
		try {
			return new Databases(await describeServer(server), server, start, say);
		} catch (error) {
			await server.close();
			const status = url === undefined ? EXIT.failed : EXIT.wrongInput;
			throw new UserError(`the database server cannot be used: ${plainText(reasonOf(error))}`, status);
		}
	}

	/**
	 * Makes the database of one process.
	 * @param key of what is in it beforehand
	 * @param fill puts that into an empty database, given its URL
	 * @param counts whether what passes between harness and server is counted
	 * @throws {ServerProblem} when the server is lost, or refuses; whatever `fill` throws
	 */
	async make(key: string, fill: (url: string) => Promise<void>, counts: boolean): Promise<ProcessDatabase> {
		const server = await this.#living();
		try {
			const template = await server.template(key, fill);
			const name = await server.create(template);
			const proxy = counts ? await CountingProxy.start(server.address) : null;
			return new ProcessDatabase(server, name, proxy);
		} catch (error) {
			const problem = await server.problem();
			throw problem === null ? error : new ServerProblem(problem);
		}
	}

	/** Ends the server, or drops all databases of the run from the user's. */
	async close(): Promise<void> {
		const server = await this.#server.catch(() => null);
		const left = (await server?.close()) ?? [];
		if (left.length > 0) this.#say(`These databases could not be dropped: ${left.join(", ")}`);
	}

	/** @throws {ServerProblem} when it is lost and has been started again already */
	async #living(): Promise<ManagedServer> {
		const known = this.#server;
		const server = await known;
		if (!server.isLost) return server;
		const problem = (await server.problem()) ?? "the database server is lost";
		// Several may find out at once. One of them starts it again.
		if (this.#server === known) {
			if (this.#starts === MOST_STARTS) throw new ServerProblem(problem);
			this.#starts++;
			this.#say(`${problem}; it is started again`);
			this.#server = this.#startAgain(server);
			this.#server.catch(() => {});
		}
		return this.#server;
	}

	async #startAgain(lost: ManagedServer): Promise<ManagedServer> {
		await lost.close();
		try {
			return await this.#start(this.#starts);
		} catch (error) {
			throw new ServerProblem(reasonOf(error));
		}
	}
}

/** The database of one process. */
export class ProcessDatabase {
	/** Added to the environment of the process. */
	readonly env: Readonly<Record<string, string>>;
	readonly #server: ManagedServer;
	readonly #name: string;
	/** Null: nothing is counted. */
	readonly #proxy: CountingProxy | null;

	constructor(server: ManagedServer, name: string, proxy: CountingProxy | null) {
		this.#server = server;
		this.#name = name;
		this.#proxy = proxy;
		const address = proxy === null ? server.address : { ...server.address, ...proxy.address };
		this.env = environmentOf(urlOf(address, name));
	}

	/** Lists the ids of the server's processes for it; null where they are not known. */
	listBackends(): readonly string[] | null {
		return this.#server.processes.of(this.#name);
	}

	/** Finds who computes for it; null where they are not known. */
	helpers(): Helpers | null {
		return this.#server.processes.helpers(this.#name);
	}

	/** The memory of its processes, in bytes; null where it cannot be read. */
	serverBytes(): number | null {
		return this.#server.processes.bytesOf(this.#name);
	}

	/** What has passed between harness and server; null where nothing is counted. */
	traffic(): DatabaseTraffic | null {
		return this.#proxy?.record() ?? null;
	}

	/** Why the server is lost; null: it is well. */
	async serverProblem(): Promise<string | null> {
		return this.#server.problem();
	}

	/** Drops it. Call it when its process has ended. */
	async drop(): Promise<void> {
		this.#proxy?.close();
		await this.#server.drop(this.#name);
	}
}

/** @returns the variable of a harness's environment that leads it to a database */
export function environmentOf(url: string): Record<string, string> {
	return { [VARIABLE]: url };
}

/** Random, so that no two runs on one server take each other's databases for their own. */
function newId(): string {
	return randomBytes(ID_BYTES).toString("hex");
}

function startOwn(makeFolder: () => string, say: Say) {
	let logs: string | null = null;
	return async (attempt: number): Promise<ManagedServer> => {
		const installed = await setUpPackage(say);
		logs ??= makeFolder();
		const log = join(logs, attempt === 1 ? "postgres.log" : `postgres-${attempt}.log`);
		const own = await OwnServer.start(installed, log);
		try {
			return await ManagedServer.connect(own.address, own, newId());
		} catch (error) {
			await own.stop();
			throw new UserError(
				`the PostgreSQL server of this run gives no answer: ${reasonOf(error)}`,
				EXIT.failed,
			);
		}
	};
}

function startGiven(url: string) {
	const address = parseDatabaseUrl(url);
	return async (): Promise<ManagedServer> => {
		await examineServer(address);
		try {
			return await ManagedServer.connect(address, null, newId());
		} catch (error) {
			throw new UserError(`the database server cannot be used: ${plainText(reasonOf(error))}`);
		}
	};
}
