/** One live harness process: spawned, told what to do, frozen while another works. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { type Failure, type WorkerCommand, type WorkerEvent, workerEvent } from "../../shared/types.ts";
import { Lines, Log, tailOf } from "./event-stream.ts";
import type { Launch } from "./launch.ts";
import { MARK, ProcessGroup } from "./process-group.ts";
import type { Watchdog } from "./watchdog.ts";

/** After SIGCONT: time for timers that came due while frozen to fire before the clock starts. */
const SETTLE_MS = 5;
const EXIT_GRACE_MS = 10_000;
/** What a process has written may still be in its pipes when it is gone. */
const DRAIN_MS = 500;
/** One event answers one command: many more at once are no answers. */
const MOST_QUEUED = 100;
/** How often the log of a process that works is looked at. */
const LOOK_MS = 100;

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
	spawnToReadyNs: number | null = null;
	exit: { code: number | null; signal: string | null } | null = null;

	readonly #timeoutMs: number;
	readonly #logPath: string;
	readonly #child: ChildProcess;
	readonly #log: Log;
	/** Null when it could not be started. */
	readonly #group: ProcessGroup | null;
	readonly #ended: Promise<void>;
	readonly #queue: (WorkerEvent | WorkerProblem)[] = [];
	#wake: (() => void) | null = null;
	#frozen = false;
	#killed = false;
	/** Whether something that it had started stayed on when it ended by itself. */
	#leftBehind = false;

	constructor({ launch, args, logPath, watchdog, timeoutMs }: WorkerOptions) {
		this.#timeoutMs = timeoutMs;
		this.#logPath = logPath;
		mkdirSync(dirname(logPath), { recursive: true });
		this.#log = new Log(logPath);
		const mark = watchdog.newMark();
		const spawned = process.hrtime.bigint();
		this.#child = spawn(launch.file, [...launch.args, ...args], {
			// Not in the user's folder: no file that happens to lie there may bend a measurement.
			cwd: dirname(logPath),
			env: { ...launch.env, [MARK]: mark },
			detached: true,
			stdio: ["pipe", this.#log.fd, this.#log.fd, "pipe"],
		});
		const { pid, stdio } = this.#child;
		this.#group = pid === undefined ? null : new ProcessGroup(pid, mark);
		if (pid !== undefined) watchdog.watch(pid);
		// A worker that died between two commands must not take the orchestrator with it (EPIPE).
		this.#child.stdin?.on("error", () => {});
		const events = stdio[3] as Readable | undefined;
		events?.on("error", () => {});
		this.#ended = new Promise((resolve) => {
			this.#child.once("error", (error) => {
				if (pid !== undefined) return;
				this.#end(`could not be started: ${error.message}`);
				resolve();
			});
			this.#child.once("exit", async (code, signal) => {
				this.exit = { code, signal };
				const drained = events === undefined || events.closed || once(events, "close").catch(() => {});
				this.#leftBehind = !this.#killed && (await this.#group?.outlivesItsLeader()) === true;
				await this.#group?.kill();
				if (pid !== undefined) watchdog.release(pid);
				await Promise.race([drained, sleep(DRAIN_MS, undefined, { ref: false })]);
				this.#end(signal ? `was killed by ${signal}` : `exited with status ${code}`);
				resolve();
			});
		});
		if (events) this.#listen(events, spawned);
	}

	#listen(events: Readable, spawned: bigint): void {
		const lines = new Lines();
		const refuse = (problem: string) => {
			events.destroy();
			this.#push(new WorkerProblem(problem));
		};
		events.on("data", (chunk: Buffer) => {
			const whole = lines.push(chunk);
			if (whole === null) return refuse("wrote a line without an end where its events belong");
			for (const line of whole) {
				const event = parseEvent(line);
				if (this.spawnToReadyNs === null && !(event instanceof WorkerProblem) && event.event === "ready") {
					this.spawnToReadyNs = Number(process.hrtime.bigint() - spawned);
				}
				if (this.#queue.length >= MOST_QUEUED) return refuse("flooded its events: one answers one command");
				this.#push(event);
			}
		});
		events.on("end", () => {
			const rest = lines.end();
			if (rest !== "") this.#push(parseEvent(rest));
		});
	}

	#end(problem: string): void {
		this.exit ??= { code: null, signal: null };
		try {
			this.#log.close();
		} catch {
			// The disk is full: what is in the log stays there.
		}
		this.#push(new WorkerProblem(problem));
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
		const [unasked] = this.#queue;
		if (unasked && !(unasked instanceof WorkerProblem))
			throw new WorkerProblem(`sent '${unasked.event}' before it was asked`);
		await this.#thaw();
		this.#child.stdin?.write(`${JSON.stringify(command)}\n`);
		const event = await this.#next(command.cmd);
		if (event.event === "failed") throw new FrameworkFailure(event.failure);
		if (event.event === "finished" && command.cmd === "finish") return;
		if (event.event !== "done" || event.cmd !== command.cmd)
			throw new WorkerProblem(`answered '${event.event}' to '${command.cmd}'`);
	}

	/** Has the worker write its file and waits for its end. */
	async finish(): Promise<void> {
		await this.command({ cmd: "finish" });
		if (!(await this.#within(EXIT_GRACE_MS, this.#ended)))
			throw new WorkerProblem("did not exit after it had finished");
		// It may have worked beside what was measured.
		if (this.#leftBehind) throw new WorkerProblem("left a process of its own behind, which was killed");
	}

	/**
	 * Stops the process and its descendants where they stand, so that neither timers nor threads disturb the
	 * one that works.
	 */
	freeze(): void {
		if (this.#frozen || this.exit) return;
		this.#frozen = this.#group?.signal("SIGSTOP") === true;
	}

	async #thaw(): Promise<void> {
		if (!this.#frozen || this.exit) return;
		this.#group?.signal("SIGCONT");
		this.#frozen = false;
		await sleep(SETTLE_MS);
	}

	get pid(): number | undefined {
		return this.#child.pid;
	}

	/** Ends it, if it has not ended, and waits until nothing of it is left. */
	async kill(): Promise<void> {
		if (!this.exit) this.#killed = this.#group?.signal("SIGKILL") === true;
		await this.#ended;
	}

	/** The last lines of the harness's log, for an error report. */
	logTail(): string {
		return tailOf(this.#logPath);
	}

	#push(event: WorkerEvent | WorkerProblem): void {
		this.#queue.push(event);
		this.#wake?.();
	}

	async #next(doing: string): Promise<WorkerEvent> {
		if (this.#queue.length === 0) {
			const arrived = new Promise<void>((resolve) => {
				this.#wake = resolve;
			});
			if (!(await this.#within(this.#timeoutMs, arrived)))
				throw new WorkerProblem(`gave no answer to '${doing}' within ${this.#timeoutMs / 1000} s`);
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

	/** Whether it came about in time; meanwhile the log is kept small. */
	async #within(milliseconds: number, event: Promise<void>): Promise<boolean> {
		const until = performance.now() + milliseconds;
		let done = false;
		const noted = event.then(() => {
			done = true;
		});
		while (!done) {
			const left = until - performance.now();
			if (left <= 0) return false;
			const timer = new AbortController();
			const look = sleep(Math.min(left, LOOK_MS), undefined, { signal: timer.signal }).catch(() => {});
			await Promise.race([noted, look]);
			timer.abort();
			if (!this.exit) this.#log.trim();
		}
		return true;
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
