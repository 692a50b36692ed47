/**
 * Runs one harness process with all that it starts. They are a group of its own, marked and watched, so
 * that nothing outlives the process or the orchestrator.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { Launch } from "./launch.ts";
import type { Log } from "./log.ts";
import { MARK, ProcessGroup } from "./process-group.ts";
import type { Watchdog } from "./watchdog.ts";

/** What a process has written may still be in its pipes when it is gone. */
const DRAIN_MS = 500;
/** The logs of a process that works are looked at this often. */
const LOOK_MS = 100;

export interface HarnessProcessOptions {
	launch: Launch;
	args: readonly string[];
	/** Another folder than the user's: no file that happens to lie there may change a measurement. */
	cwd: string;
	watchdog: Watchdog;
	stdin: "pipe" | "ignore";
	/** One log may take both. They are closed when the process is gone. */
	stdout: Log;
	stderr: Log;
	/** The descriptor of its events; null: it sends none. */
	eventsFd: number | null;
	/** Absent: as this process. */
	user?: { uid?: number; gid?: number };
}

export interface Exit {
	code: number | null;
	signal: string | null;
}

export class HarnessProcess {
	/** On the clock of `process.hrtime`. */
	readonly spawnedNs: bigint;
	/** Null while it runs, and when it could not be started. */
	exit: Exit | null = null;
	/** The reason why it could not be started. */
	startError: string | null = null;
	/** True if something that it had started stayed on when it ended by itself. */
	leftBehind = false;
	/** Resolves when nothing of it is left and its output has been read. */
	readonly ended: Promise<void>;

	readonly #child: ChildProcess;
	/** Null when it could not be started. */
	readonly #group: ProcessGroup | null;
	readonly #logs: ReadonlySet<Log>;
	readonly #eventsFd: number | null;
	#killed = false;

	constructor(options: HarnessProcessOptions) {
		const { launch, args, cwd, watchdog, stdin, stdout, stderr, eventsFd, user = {} } = options;
		const mark = watchdog.newMark();
		this.#logs = new Set([stdout, stderr]);
		this.#eventsFd = eventsFd;
		this.spawnedNs = process.hrtime.bigint();
		this.#child = spawn(launch.file, [...launch.args, ...args], {
			cwd,
			env: { ...launch.env, [MARK]: mark },
			detached: true,
			stdio: [stdin, stdout.fd, stderr.fd, ...eventDescriptors(eventsFd)],
			...user,
		});
		const { pid } = this.#child;
		this.#group = pid === undefined ? null : new ProcessGroup(pid, mark);
		if (pid !== undefined) watchdog.watch(pid);
		// A harness that died between two commands must not take the orchestrator with it (EPIPE).
		this.#child.stdin?.on("error", () => {});
		this.events?.on("error", () => {});
		this.ended = new Promise((resolve) => {
			this.#child.once("error", (error) => {
				if (pid !== undefined) return;
				this.startError = error.message;
				this.#closeLogs();
				resolve();
			});
			this.#child.once("exit", async (code, signal) => {
				this.exit = { code, signal };
				await this.#cleanUp();
				if (pid !== undefined) watchdog.release(pid);
				resolve();
			});
		});
	}

	get pid(): number | undefined {
		return this.#child.pid;
	}

	get stdin(): Writable | null {
		return this.#child.stdin;
	}

	/**
	 * The descriptor of its standard input, for a thread that writes there itself; null where there is
	 * none, or Node.js keeps it to itself.
	 */
	get stdinDescriptor(): number | null {
		const { _handle: handle } = (this.#child.stdin ?? {}) as { _handle?: { fd?: unknown } };
		return typeof handle?.fd === "number" && handle.fd >= 0 ? handle.fd : null;
	}

	get events(): Readable | null {
		if (this.#eventsFd === null) return null;
		// The types know of five descriptors only. There are none when it could not be started.
		const stdio = this.#child.stdio as readonly unknown[];
		return (stdio[this.#eventsFd] ?? null) as Readable | null;
	}

	/** True if it has ended, or never began. */
	get gone(): boolean {
		return this.exit !== null || this.startError !== null;
	}

	/**
	 * Sends a signal to it and its descendants.
	 * @returns false when there are none any more
	 */
	signal(signal: NodeJS.Signals): boolean {
		return this.#group?.signal(signal) === true;
	}

	/** Ends it, if it has not ended, and waits until nothing of it is left. */
	async kill(): Promise<void> {
		if (!this.gone) this.#killed = this.signal("SIGKILL");
		await this.ended;
	}

	/**
	 * The processor time of it and its descendants, in steps of 10 ms; null where the system does not give
	 * it.
	 */
	cpuNs(): number | null {
		return this.#group?.cpuNs() ?? null;
	}

	/**
	 * Waits for an event, and meanwhile keeps the logs small.
	 * @returns whether the event came in time
	 */
	async within(milliseconds: number, event: Promise<unknown>): Promise<boolean> {
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
			this.trimLogs();
			if (!this.gone) this.#group?.noteNamespace();
		}
		return true;
	}

	/** Keeps the logs small. Whoever lets it work for long without waiting for it has to do so. */
	trimLogs(): void {
		if (!this.gone) for (const log of this.#logs) log.trim();
	}

	/** Says how it ended, for a reason. */
	describeEnd(): string {
		if (this.startError !== null) return `could not be started: ${this.startError}`;
		if (this.exit === null) return "is running";
		return this.exit.signal === null
			? `exited with status ${this.exit.code}`
			: `was killed by ${this.exit.signal}`;
	}

	/** Called when the process itself has ended. */
	async #cleanUp(): Promise<void> {
		const { events } = this;
		const drained = events === null || events.closed || once(events, "close").catch(() => {});
		this.leftBehind = !this.#killed && (await this.#group?.outlivesItsLeader()) === true;
		await this.#group?.kill();
		await Promise.race([drained, sleep(DRAIN_MS, undefined, { ref: false })]);
		this.#closeLogs();
	}

	#closeLogs(): void {
		for (const log of this.#logs) {
			try {
				log.close();
			} catch {
				// The disk is full. What is in the log stays there.
			}
		}
	}
}

/** The descriptors between standard error and the events are as an ordinary parent leaves them. */
function eventDescriptors(eventsFd: number | null): ("ignore" | "pipe")[] {
	if (eventsFd === null) return [];
	return [...Array.from({ length: eventsFd - 3 }, () => "ignore" as const), "pipe"];
}
