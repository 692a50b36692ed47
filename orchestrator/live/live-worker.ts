/**
 * A live worker is a harness in live mode: it holds agents alive and handles messages as they come. Messages
 * are sent without waiting, and their answers come in any order. Every other command is asked one at a time.
 */
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { type LiveCommand, type LiveEvent, liveEvent } from "../../shared/types.ts";
import { MS_PER_S } from "../../shared/units.ts";
import { EventStream } from "../process/event-stream.ts";
import { type Exit, HarnessProcess } from "../process/harness-process.ts";
import type { Launch } from "../process/launch.ts";
import { Log, tailOf } from "../process/log.ts";
import type { Watchdog } from "../process/watchdog.ts";
import { FrameworkFailure, WorkerProblem } from "../process/worker.ts";

const EXIT_GRACE_MS = 10_000;
/** Messages are handled, and told of in its log, while nobody waits for an answer. */
const TRIM_MS = 1000;
/** So much is quoted of a line that is no event. */
const QUOTED_CHARACTERS = 120;

/** The event of one kind, or of one of several. */
export type EventOf<Kind extends LiveEvent["event"]> = Extract<LiveEvent, { event: Kind }>;
/** What becomes of a message. */
export type MessageAnswer = EventOf<"reply" | "raised">;

export interface LiveWorkerOptions {
	launch: Launch;
	/** Those of live mode, `--live` included: see {@link liveArguments}. */
	args: readonly string[];
	logPath: string;
	watchdog: Watchdog;
	/** A command that is not answered for so long has hung. */
	timeoutMs: number;
	/** Hears what becomes of every message, in the order in which it is told. */
	onAnswer?: (answer: MessageAnswer) => void;
}

export class LiveWorker {
	/** From the start of the process to its `ready`; null before. */
	spawnToReadyNs: number | null = null;
	/** Resolves when it crashed or wrote garbage. After that every command throws the same. */
	readonly lost: Promise<WorkerProblem>;

	readonly #process: HarnessProcess;
	readonly #logPath: string;
	readonly #timeoutMs: number;
	readonly #onAnswer: (answer: MessageAnswer) => void;
	#problem: WorkerProblem | null = null;
	#lose: (problem: WorkerProblem) => void = () => {};
	/** Who waits for the answer to the command under way. */
	#waiter: ((answer: LiveEvent | WorkerProblem) => void) | null = null;
	/** `ready` and the failure of an import may come before they are waited for. */
	#early: LiveEvent | null = null;
	/** Who waits for the answer to a message, by its id. */
	readonly #messages = new Map<number, (answer: MessageAnswer | WorkerProblem) => void>();

	constructor({ launch, args, logPath, watchdog, timeoutMs, onAnswer = () => {} }: LiveWorkerOptions) {
		this.#timeoutMs = timeoutMs;
		this.#logPath = logPath;
		this.#onAnswer = onAnswer;
		this.lost = new Promise((resolve) => {
			this.#lose = resolve;
		});
		mkdirSync(dirname(logPath), { recursive: true });
		const log = new Log(logPath);
		this.#process = new HarnessProcess({
			launch,
			args,
			watchdog,
			cwd: dirname(logPath),
			stdin: "pipe",
			stdout: log,
			stderr: log,
			eventsFd: 3,
		});
		const trimming = setInterval(() => this.#trimLogs(), TRIM_MS);
		void this.#process.ended.then(() => {
			clearInterval(trimming);
			this.#fail(this.#process.describeEnd());
		});
		this.#listen();
	}

	get pid(): number | undefined {
		return this.#process.pid;
	}

	get exit(): Exit | null {
		return this.#process.exit;
	}

	/** The descriptor of its standard input, for a thread that sends messages itself; null: there is none. */
	get stdinDescriptor(): number | null {
		return this.#process.stdinDescriptor;
	}

	/** Why it can take no more commands; null: it can. */
	get problem(): WorkerProblem | null {
		return this.#problem;
	}

	/** The last lines of the harness's log, for an error report. */
	logTail(): string {
		return tailOf(this.#logPath);
	}

	/** Ends it, if it has not ended, and waits until nothing of it is left. */
	async kill(): Promise<void> {
		await this.#process.kill();
	}

	/*
	 * Each of these does one thing and waits until it is done. They throw FrameworkFailure when the framework
	 * raised, and WorkerProblem when the process misbehaved.
	 */

	/** Waits for the harness's `ready`. */
	ready(): Promise<EventOf<"ready">> {
		return this.#answer("ready", "start", () => {});
	}

	agents(count: number): Promise<EventOf<"agents">> {
		return this.#ask({ cmd: "agents", count }, "agents");
	}

	users(agent: number, count: number, history: number): Promise<EventOf<"done">> {
		return this.#ask({ cmd: "users", agent, count, history }, "done");
	}

	stored(agent: number): Promise<EventOf<"stored">> {
		return this.#ask({ cmd: "stored", agent }, "stored");
	}

	/** @param collect after a forced collection */
	read(collect: boolean): Promise<EventOf<"read">> {
		return this.#ask({ cmd: "read", collect }, "read");
	}

	stores(): Promise<EventOf<"stores">> {
		return this.#ask({ cmd: "stores" }, "stores");
	}

	empty(store: string): Promise<EventOf<"done">> {
		return this.#ask({ cmd: "empty", store }, "done");
	}

	/** From now on it follows what it allocates: no latency counts any more. */
	trace(): Promise<EventOf<"done">> {
		return this.#ask({ cmd: "trace" }, "done");
	}

	sites(): Promise<EventOf<"sites">> {
		return this.#ask({ cmd: "sites" }, "sites");
	}

	drop(): Promise<EventOf<"done">> {
		return this.#ask({ cmd: "drop" }, "done");
	}

	/** Waits for its end too. */
	async finish(): Promise<void> {
		await this.#ask({ cmd: "finish" }, "finished");
		if (!(await this.#process.within(EXIT_GRACE_MS, this.#process.ended)))
			throw new WorkerProblem("did not exit after it had finished");
		if (this.#process.leftBehind)
			throw new WorkerProblem("left a process of its own behind, which was killed");
	}

	/**
	 * Sends a message and waits for nothing.
	 * @returns false when the pipe is full: it is sent once the harness has read
	 */
	send(id: number, agent: number, user: number): boolean {
		return this.#write({ cmd: "message", id, agent, user });
	}

	/**
	 * Sends a message and waits for what becomes of it. Several may be under way.
	 * @throws {WorkerProblem} when the process misbehaved, or gave no answer in time
	 */
	async handle(id: number, agent: number, user: number): Promise<MessageAnswer> {
		if (this.#problem) throw this.#problem;
		const arrived = new Promise<MessageAnswer | WorkerProblem>((resolve) => {
			this.#messages.set(id, resolve);
		});
		this.send(id, agent, user);
		return this.#within(`message ${id}`, arrived);
	}

	#trimLogs(): void {
		try {
			this.#process.trimLogs();
		} catch {
			// The disk is full: whoever writes the next result says so.
		}
	}

	#listen(): void {
		const channel = this.#process.events;
		if (channel === null) return;
		new EventStream(channel, liveEvent, {
			event: (event) => {
				if (event.event === "ready" && this.spawnToReadyNs === null)
					this.spawnToReadyNs = Number(process.hrtime.bigint() - this.#process.spawnedNs);
				this.#receive(event);
			},
			garbage: (line) =>
				this.#fail(`wrote what is not an event of the live protocol: ${line.slice(0, QUOTED_CHARACTERS)}`),
			endless: () => this.#fail("wrote a line without an end where its events belong"),
		});
	}

	#receive(event: LiveEvent): void {
		if (event.event === "reply" || event.event === "raised") {
			const waiter = this.#messages.get(event.id);
			this.#messages.delete(event.id);
			waiter?.(event);
			this.#onAnswer(event);
			return;
		}
		const waiter = this.#waiter;
		this.#waiter = null;
		if (waiter) waiter(event);
		else if (this.#early === null && (event.event === "ready" || event.event === "failed"))
			this.#early = event;
		else this.#fail(`sent '${event.event}' before it was asked`);
	}

	#fail(words: string): void {
		if (this.#problem) return;
		const problem = new WorkerProblem(words);
		this.#problem = problem;
		this.#waiter?.(problem);
		this.#waiter = null;
		for (const waiter of this.#messages.values()) waiter(problem);
		this.#messages.clear();
		this.#lose(problem);
	}

	#write(command: LiveCommand): boolean {
		return this.#process.stdin?.write(`${JSON.stringify(command)}\n`) ?? false;
	}

	#ask<Kind extends LiveEvent["event"]>(command: LiveCommand, answer: Kind): Promise<EventOf<Kind>> {
		return this.#answer(answer, command.cmd, () => this.#write(command));
	}

	async #answer<Kind extends LiveEvent["event"]>(
		kind: Kind,
		doing: string,
		begin: () => void,
	): Promise<EventOf<Kind>> {
		if (this.#problem) throw this.#problem;
		if (this.#waiter) throw new RangeError(`'${doing}' was asked before the command under way was done`);
		const arrived = new Promise<LiveEvent | WorkerProblem>((resolve) => {
			this.#waiter = resolve;
		});
		begin();
		if (this.#early) this.#receiveEarly(this.#early);
		const event = await this.#within(doing, arrived);
		if (event.event === "failed") throw new FrameworkFailure(event.failure);
		if (event.event !== kind || (event.event === "done" && event.cmd !== doing))
			throw new WorkerProblem(`answered '${event.event}' to '${doing}'`);
		return event as EventOf<Kind>;
	}

	#receiveEarly(event: LiveEvent): void {
		this.#early = null;
		this.#receive(event);
	}

	async #within<T>(doing: string, arrived: Promise<T | WorkerProblem>): Promise<T> {
		if (!(await this.#process.within(this.#timeoutMs, arrived))) {
			this.#fail(`gave no answer to '${doing}' within ${this.#timeoutMs / MS_PER_S} s`);
			throw this.#problem;
		}
		const answer = await arrived;
		if (answer instanceof WorkerProblem) throw answer;
		return answer;
	}
}

export interface LiveOptions {
	/** The scenario that shapes the agents. */
	scenario: string;
	/** The folder of the contract files. */
	shared: string;
	/** The file that has the scenario. */
	scenarioPath: string;
	seed: number;
	modelDelayMs: number;
	/** True: no framework and no agent, only pipe, harness and engine. */
	empty?: boolean;
}

/** @returns the arguments with which a harness is started in live mode */
export function liveArguments(options: LiveOptions): string[] {
	const { scenario, shared, scenarioPath, seed, modelDelayMs, empty = false } = options;
	return [
		"--live",
		"--scenario",
		scenario,
		"--shared",
		shared,
		"--scenario-file",
		scenarioPath,
		"--seed",
		String(seed),
		"--model-delay-ms",
		String(modelDelayMs),
		...(empty ? ["--empty"] : []),
	];
}
