/** A worker is a live process: it is started, told what to do, and frozen while another works. */

import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Failure, type WorkerCommand, type WorkerEvent, workerEvent } from "../../shared/types.ts";
import { MS_PER_S } from "../../shared/units.ts";
import { EventStream } from "./event-stream.ts";
import { type Exit, HarnessProcess } from "./harness-process.ts";
import type { Launch } from "./launch.ts";
import { Log, tailOf } from "./log.ts";
import type { Watchdog } from "./watchdog.ts";

/** Time after SIGCONT in which timers that came due while it was frozen fire before the clock starts. */
const SETTLE_MS = 5;
const EXIT_GRACE_MS = 10_000;
/** One event answers one command. Many more at once are no answers. */
const MOST_QUEUED = 100;
/** So much is quoted of a line that is no event. */
const QUOTED_CHARACTERS = 120;

/** The process misbehaved: it crashed, hung or wrote garbage. What it measured is void. */
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
	args: readonly string[];
	logPath: string;
	watchdog: Watchdog;
	timeoutMs: number;
}

export class Worker {
	spawnToReadyNs: number | null = null;

	readonly #timeoutMs: number;
	readonly #logPath: string;
	readonly #process: HarnessProcess;
	readonly #queue: (WorkerEvent | WorkerProblem)[] = [];
	#wake: (() => void) | null = null;
	#frozen = false;

	constructor({ launch, args, logPath, watchdog, timeoutMs }: WorkerOptions) {
		this.#timeoutMs = timeoutMs;
		this.#logPath = logPath;
		mkdirSync(dirname(logPath), { recursive: true });
		const log = new Log(logPath);
		this.#process = new HarnessProcess({
			launch,
			args,
			watchdog,
			cwd: launch.cwd ?? dirname(logPath),
			stdin: "pipe",
			stdout: log,
			stderr: log,
			eventsFd: 3,
		});
		void this.#process.ended.then(() => this.#push(new WorkerProblem(this.#process.describeEnd())));
		this.#listen();
	}

	get pid(): number | undefined {
		return this.#process.pid;
	}

	get exit(): Exit | null {
		return this.#process.exit;
	}

	#listen(): void {
		const channel = this.#process.events;
		if (channel === null) return;
		const stream = new EventStream(channel, workerEvent, {
			event: (event) => {
				if (this.spawnToReadyNs === null && event.event === "ready")
					this.spawnToReadyNs = Number(process.hrtime.bigint() - this.#process.spawnedNs);
				receive(event);
			},
			garbage: (line) => {
				const quoted = line.slice(0, QUOTED_CHARACTERS);
				receive(new WorkerProblem(`wrote what is not an event of the worker protocol: ${quoted}`));
			},
			endless: () => this.#push(new WorkerProblem("wrote a line without an end where its events belong")),
		});
		const receive = (event: WorkerEvent | WorkerProblem) => {
			if (this.#queue.length < MOST_QUEUED) return this.#push(event);
			stream.stop();
			this.#push(new WorkerProblem("flooded its events: one answers one command"));
		};
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
	 * @throws {FrameworkFailure} when the framework raised
	 * @throws {WorkerProblem} when the process misbehaved
	 */
	async command(command: WorkerCommand): Promise<void> {
		const [unasked] = this.#queue;
		if (unasked && !(unasked instanceof WorkerProblem))
			throw new WorkerProblem(`sent '${unasked.event}' before it was asked`);
		await this.#thaw();
		this.#process.stdin?.write(`${JSON.stringify(command)}\n`);
		const event = await this.#next(command.cmd);
		if (event.event === "failed") throw new FrameworkFailure(event.failure);
		if (event.event === "finished" && command.cmd === "finish") return;
		if (event.event !== "done" || event.cmd !== command.cmd)
			throw new WorkerProblem(`answered '${event.event}' to '${command.cmd}'`);
	}

	/** Has the worker write its file and waits for its end. */
	async finish(): Promise<void> {
		await this.command({ cmd: "finish" });
		if (!(await this.#process.within(EXIT_GRACE_MS, this.#process.ended)))
			throw new WorkerProblem("did not exit after it had finished");
		// That process may have worked beside the measured one.
		if (this.#process.leftBehind)
			throw new WorkerProblem("left a process of its own behind, which was killed");
	}

	/**
	 * Stops the process and its descendants, so that neither timers nor threads disturb the worker whose turn
	 * it is.
	 */
	freeze(): void {
		if (this.#frozen || this.#process.gone) return;
		this.#frozen = this.#process.signal("SIGSTOP");
	}

	async #thaw(): Promise<void> {
		if (!this.#frozen || this.#process.gone) return;
		this.#process.signal("SIGCONT");
		this.#frozen = false;
		await sleep(SETTLE_MS);
	}

	/** Ends it, if it has not ended, and waits until nothing of it is left. */
	async kill(): Promise<void> {
		await this.#process.kill();
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
			if (!(await this.#process.within(this.#timeoutMs, arrived)))
				throw new WorkerProblem(`gave no answer to '${doing}' within ${this.#timeoutMs / MS_PER_S} s`);
		}
		const event = this.#queue.shift();
		if (event === undefined) throw new WorkerProblem("woke without an event");
		if (event instanceof WorkerProblem) {
			// Keep the end of the process visible to whoever asks next.
			if (this.#process.gone) this.#queue.push(event);
			throw event;
		}
		return event;
	}
}
