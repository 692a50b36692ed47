/**
 * Starts a PostgreSQL server for one run: fresh, in a folder and on a port of its own, seen from this machine
 * only. Nothing of it is left when the run ends. A server that is there already is never touched.
 */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chownSync, cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { plainText } from "../../shared/text.ts";
import { MS_PER_S } from "../../shared/units.ts";
import { harnessEnvironment } from "../environment/environment.ts";
import { EXIT, UserError } from "../errors.ts";
import { listChildren, readOptional } from "../machine/kernel.ts";
import { runGuarded } from "../process/guarded.ts";
import { HarnessProcess } from "../process/harness-process.ts";
import { Log, tailOf } from "../process/log.ts";
import { sendSignal } from "../process/process-group.ts";
import { Watchdog } from "../process/watchdog.ts";
import { MOST_TARGETS } from "../targets/specification.ts";
import type { Address } from "./connection.ts";
import type { PostgresPackage } from "./package.ts";
import { isOpen, serverPlace, serverUser, type User } from "./reach.ts";

/** Not the name of the harnesses' schema: tables of a user are made in the schema of its name. */
const SUPERUSER = "benchmark";
const HOST = "127.0.0.1";
/** PostgreSQL's default is 100. */
const MOST_CONNECTIONS = connectionsFor(MOST_TARGETS);
const PASSWORD_BYTES = 24;
/** Another program may take the port between the look for one and the start. */
const MOST_STARTS = 5;
const PORT_TAKEN = /Address already in use/;
const START_MS = 60 * MS_PER_S;
const STOP_MS = 10 * MS_PER_S;
const LOOK_MS = 10;
const TRIM_MS = 5 * MS_PER_S;
/** The line of the server's own file that says how far it is. */
const STATUS_LINE = 7;

/**
 * The connections that so many targets may have at once, each with its A/A process: the largest pool,
 * TypeScript's, has 20, a harness has one of its own, and the orchestrator a few.
 */
export function connectionsFor(targets: number): number {
	return targets * 2 * (20 + 1) + 10;
}

const running = new Set<OwnServer>();
const folders = new Set<string>();
process.once("exit", () => {
	for (const server of running) server.abandon();
	for (const folder of folders) removeIfPossible(folder);
});

export class OwnServer {
	readonly address: Address;
	readonly #process: HarnessProcess;
	readonly #watchdog: Watchdog;
	readonly #folder: string;
	readonly #logPath: string;
	readonly #trimming: NodeJS.Timeout;

	/** Takes over a server that runs. */
	constructor(process: HarnessProcess, address: Address, place: Place, log: Log, logPath: string) {
		this.address = address;
		this.#process = process;
		this.#watchdog = place.watchdog;
		this.#folder = place.folder;
		this.#logPath = logPath;
		this.#trimming = setInterval(() => {
			if (!process.gone) log.trim();
		}, TRIM_MS).unref();
		running.add(this);
	}

	/**
	 * @param logPath the server's log, which stays
	 * @throws {UserError} when it cannot be started, with its last words
	 */
	static async start(installed: PostgresPackage, logPath: string): Promise<OwnServer> {
		const place = makePlace(installed);
		try {
			const password = randomBytes(PASSWORD_BYTES).toString("hex");
			await makeCluster(place, password);
			for (let start = 1; ; start++) {
				const server = await startOnce(place, password, logPath);
				if (server !== null) return server;
				if (start === MOST_STARTS) throw startError("every port was taken by another program", logPath);
			}
		} catch (error) {
			await place.watchdog.close();
			removeIfPossible(place.folder);
			throw error;
		}
	}

	get pid(): number | null {
		return this.#process.pid ?? null;
	}

	/** How it ended; null while it runs. */
	get end(): string | null {
		return this.#process.gone ? this.#process.describeEnd() : null;
	}

	/** The last lines of its log. */
	logTail(): string {
		return tailOf(this.#logPath);
	}

	/** Ends it, with all its processes, and removes its folder. Nobody needs what it has stored. */
	async stop(): Promise<void> {
		clearInterval(this.#trimming);
		const others = this.#others();
		// It ends its own processes, without a last look at what is to be written.
		if (!this.#process.gone) this.#process.signal("SIGQUIT");
		await this.#process.within(STOP_MS, this.#process.ended);
		await this.#process.kill();
		for (const pid of others) sendSignal(pid, "SIGKILL");
		await this.#watchdog.close();
		running.delete(this);
		removeIfPossible(this.#folder);
	}

	/** Ends it at once, because this process ends. */
	abandon(): void {
		const others = this.#others();
		this.#process.signal("SIGKILL");
		for (const pid of others) sendSignal(pid, "SIGKILL");
	}

	/** Its other processes. Each leads a group of its own, and has written its title over the run's mark. */
	#others(): number[] {
		const { pid } = this.#process;
		if (pid === undefined || this.#process.gone) return [];
		return (listChildren(pid) ?? []).map(Number);
	}
}

/** A process that is ending may still write there for a moment. */
function removeIfPossible(folder: string): void {
	folders.delete(folder);
	try {
		rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
	} catch {
		// It stays in the folder for temporary files.
	}
}

interface Place {
	folder: string;
	programs: string;
	user: User | null;
	watchdog: Watchdog;
}

/** Makes the folder that is the server's alone. */
function makePlace({ root, programs }: PostgresPackage): Place {
	const user = serverUser();
	const folder = mkdtempSync(join(serverPlace(user), "eliza-benchmark-postgres-"));
	folders.add(folder);
	if (user !== null) chownSync(folder, user.uid, user.gid);
	// A repository in root's home cannot be entered by another user.
	const isReached = user === null || isOpen(root);
	const installed = isReached ? root : join(folder, "package");
	if (!isReached) cpSync(root, installed, { recursive: true, verbatimSymlinks: true });
	return { folder, programs: join(installed, programs), user, watchdog: new Watchdog(folder) };
}

/** @throws {UserError} with the last words of `initdb` */
async function makeCluster({ folder, programs, user }: Place, password: string): Promise<void> {
	const passwordFile = join(folder, "password");
	writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
	if (user !== null) chownSync(passwordFile, user.uid, user.gid);
	const args = [
		...["--pgdata", join(folder, "data"), "--username", SUPERUSER, "--pwfile", passwordFile],
		...["--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C"],
		// What has just been made may be lost with the machine: then the run is lost too.
		...["--no-sync", "--no-instructions"],
	];
	const env = harnessEnvironment();
	const options = { cwd: folder, env, captures: true, limitMs: START_MS, ...(user === null ? {} : { user }) };
	const { problem, stderr } = await runGuarded(join(programs, "initdb"), args, options);
	rmSync(passwordFile, { force: true });
	if (problem === null) return;
	throw new UserError(
		`the PostgreSQL server cannot be set up in ${folder}: ${plainText(stderr.trim() || problem)} ` +
			"(a server of your own may be named with --database-url)",
		EXIT.failed,
	);
}

/** @returns null when its port was taken meanwhile */
async function startOnce(place: Place, password: string, logPath: string): Promise<OwnServer | null> {
	const { folder, programs, user, watchdog } = place;
	const port = await findFreePort();
	const data = join(folder, "data");
	const settings = {
		listen_addresses: HOST,
		port,
		// No socket in a folder that others share.
		unix_socket_directories: "",
		max_connections: MOST_CONNECTIONS,
		// PostgreSQL's own defaults, said aloud: a commit has reached the disk.
		fsync: "on",
		synchronous_commit: "on",
	};
	const words = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
	const log = new Log(logPath);
	const server = new HarnessProcess({
		launch: { file: join(programs, "postgres"), args: ["-D", data, ...words], env: harnessEnvironment() },
		args: [],
		cwd: folder,
		watchdog,
		stdin: "ignore",
		stdout: log,
		stderr: log,
		eventsFd: null,
		...(user === null ? {} : { user }),
	});
	const until = performance.now() + START_MS;
	while (!server.gone && !isReady(data)) {
		if (performance.now() > until) {
			await server.kill();
			throw startError(`it was not ready within ${START_MS / MS_PER_S} s`, logPath);
		}
		await sleep(LOOK_MS);
	}
	const address = { host: HOST, port, user: SUPERUSER, password, database: "postgres" };
	if (!server.gone) return new OwnServer(server, address, place, log, logPath);
	await server.ended;
	if (PORT_TAKEN.test(readOptional(logPath) ?? "")) return null;
	throw startError(`it ${server.describeEnd()}`, logPath);
}

function startError(problem: string, logPath: string): UserError {
	const tail = plainText(tailOf(logPath));
	const words = tail === "" ? "" : `; its log ends: ${tail}`;
	return new UserError(
		`the PostgreSQL server of this run cannot be started: ${problem}${words}`,
		EXIT.failed,
	);
}

/** The server's own file says whether it takes connections: no other program can answer in its place. */
function isReady(data: string): boolean {
	return readOptional(join(data, "postmaster.pid"))?.split("\n")[STATUS_LINE]?.trim() === "ready";
}

/** A port that is free just now. */
async function findFreePort(): Promise<number> {
	const probe = createServer().listen(0, HOST);
	await once(probe, "listening");
	const { port } = probe.address() as AddressInfo;
	probe.close();
	await once(probe, "close");
	return port;
}
