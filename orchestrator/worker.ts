/** One live harness process: spawned, told what to do, frozen while another works. */
import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { type Failure, type WorkerCommand, type WorkerEvent, workerEvent } from "../shared/types.ts";
import type { Launch } from "./launch.ts";
import type { Watchdog } from "./watchdog.ts";

/** After SIGCONT: time for timers that came due while frozen to fire before the clock starts. */
const SETTLE_MS = 5;
const EXIT_GRACE_MS = 10_000;
const LOG_TAIL_LINES = 5;

/** The process misbehaved: it crashed, hung or wrote garbage. Its figures are void. */
export class WorkerProblem extends Error {
	override readonly name = "WorkerProblem";
}

/** The framework raised. The cell is unsupported, the process is well. */
export class FrameworkFailure extends Error {
	override readonly name = "FrameworkFailure";
	readonly failure: Failure;

	constructor(failure: Failure) {
		super(failure.message);
		this.failure = failure;
	}
}

export interface WorkerOptions {
	launch: Launch;
	args: string[];
	logPath: string;
	watchdog: Watchdog;
	timeoutMs: number;
}

export class Worker {
	readonly logPath: string;
	spawnToReadyNs: number | null = null;
	exit: { code: number | null; signal: string | null } | null = null;

	readonly #timeoutMs: number;
	readonly #pid: number | undefined;
	readonly #stdin: Writable;
	readonly #exited: Promise<void>;
	readonly #queue: (WorkerEvent | WorkerProblem)[] = [];
	#wake: (() => void) | null = null;
	#frozen = false;

	constructor({ launch, args, logPath, watchdog, timeoutMs }: WorkerOptions) {
		this.logPath = logPath;
		this.#timeoutMs = timeoutMs;
		mkdirSync(dirname(logPath), { recursive: true });
		const log = openSync(logPath, "w");
		const spawned = process.hrtime.bigint();
		// Not in the user's folder: no file that happens to lie there may bend a measurement.
		const options = { cwd: dirname(logPath), env: launch.env, detached: true };
		const child = spawn(launch.file, [...launch.args, ...args], { ...options, stdio: ["pipe", log, log, "pipe"] });
		closeSync(log);
		this.#pid = child.pid;
		if (child.pid !== undefined) watchdog.watch(child.pid);
		this.#stdin = child.stdio[0] as Writable;
		// A worker that died between two commands must not take the orchestrator with it (EPIPE).
		this.#stdin.on("error", () => {});
		this.#exited = new Promise((resolve) => {
			const ended = (code: number | null, signal: string | null, problem: string) => {
				this.exit = { code, signal };
				if (child.pid !== undefined) watchdog.release(child.pid);
				this.#push(new WorkerProblem(problem));
				resolve();
			};
			child.once("error", (error) => ended(null, null, `could not be started: ${error.message}`));
			child.once("close", (code, signal) => ended(code, signal, signal ? `was killed by ${signal}` : `exited with status ${code}`));
		});
		const events = child.stdio[3] as Readable;
		createInterface({ input: events, crlfDelay: Number.POSITIVE_INFINITY }).on("line", (line) => {
			const event = parseEvent(line);
			if (this.spawnToReadyNs === null && !(event instanceof WorkerProblem) && event.event === "ready") {
				this.spawnToReadyNs = Number(process.hrtime.bigint() - spawned);
			}
			this.#push(event);
		});
	}

	/** Waits for the harness's `ready`. */
	async ready(): Promise<Extract<WorkerEvent, { event: "ready" }>> {
		const event = await this.#next("start");
		if (event.event === "ready") return event;
		if (event.event === "failed") throw new FrameworkFailure(event.failure);
		throw new WorkerProblem(`sent '${event.event}' instead of 'ready'`);
	}

	/**
	 * Wakes the worker, has it do one thing, and leaves it awake.
	 * @throws {FrameworkFailure} when the framework raised, {WorkerProblem} when the process misbehaved.
	 */
	async command(command: WorkerCommand): Promise<void> {
		await this.#thaw();
		this.#stdin.write(`${JSON.stringify(command)}\n`);
		const event = await this.#next(command.cmd);
		if (event.event === "failed") throw new FrameworkFailure(event.failure);
		if (event.event === "finished" && command.cmd === "finish") return;
		if (event.event !== "done" || event.cmd !== command.cmd) throw new WorkerProblem(`answered '${event.event}' to '${command.cmd}'`);
	}

	/** Has the worker write its file and waits for its end. */
	async finish(): Promise<void> {
		await this.command({ cmd: "finish" });
		if ((await Promise.race([this.#exited.then(() => true), sleep(EXIT_GRACE_MS, false)])) === false) {
			throw new WorkerProblem("did not exit after it had finished");
		}
	}

	/** Stops the process where it stands, so that neither its timers nor its threads disturb the one that works. */
	freeze(): void {
		if (this.#frozen || this.exit || this.#pid === undefined) return;
		process.kill(this.#pid, "SIGSTOP");
		this.#frozen = true;
	}

	async #thaw(): Promise<void> {
		if (!this.#frozen || this.exit || this.#pid === undefined) return;
		process.kill(this.#pid, "SIGCONT");
		this.#frozen = false;
		await sleep(SETTLE_MS);
	}

	get pid(): number | undefined {
		return this.#pid;
	}

	async kill(): Promise<void> {
		if (this.exit || this.#pid === undefined) return;
		process.kill(this.#pid, "SIGKILL");
		await this.#exited;
	}

	/** The last lines of the harness's log, for an error report. */
	logTail(): string {
		try {
			return readFileSync(this.logPath, "utf8").trimEnd().split("\n").slice(-LOG_TAIL_LINES).join("\n");
		} catch {
			return "";
		}
	}

	#push(event: WorkerEvent | WorkerProblem): void {
		this.#queue.push(event);
		this.#wake?.();
	}

	async #next(doing: string): Promise<WorkerEvent> {
		if (this.#queue.length === 0) {
			const timer = new AbortController();
			const arrived = new Promise<"arrived">((resolve) => {
				this.#wake = () => resolve("arrived");
			});
			const late = sleep(this.#timeoutMs, "late" as const, { signal: timer.signal }).catch(() => "arrived" as const);
			const outcome = await Promise.race([arrived, late]);
			timer.abort();
			this.#wake = null;
			if (outcome === "late") throw new WorkerProblem(`gave no answer to '${doing}' within ${this.#timeoutMs / 1000} s`);
		}
		const event = this.#queue.shift();
		if (event === undefined) throw new WorkerProblem("woke without an event");
		if (event instanceof WorkerProblem) {
			// Keep the end of the process visible to whoever asks next.
			if (this.exit) this.#queue.push(event);
			throw event;
		}
		return event;
	}
}

function parseEvent(line: string): WorkerEvent | WorkerProblem {
	try {
		const parsed = workerEvent.safeParse(JSON.parse(line));
		if (parsed.success) return parsed.data;
	} catch {
		// falls through: not JSON at all
	}
	return new WorkerProblem(`wrote what is not an event of the worker protocol: ${line.slice(0, 120)}`);
}
