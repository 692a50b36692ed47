/** The generator as the orchestrator sees it: it is asked one thing at a time. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { ROOT } from "../files.ts";
import { sendSignal } from "../process/process-group.ts";
import type { Watchdog } from "../process/watchdog.ts";
import { FrameworkFailure, WorkerProblem } from "../process/worker.ts";
import type { Answer, Order, Request, RunOrder, RunReport, StartOrder } from "./protocol.ts";

const PROGRAM = fileURLToPath(new URL("generator.ts", import.meta.url));
const TSX = pathToFileURL(join(ROOT, "node_modules/tsx/dist/esm/index.mjs")).href;
/** It ends by itself, with its worker. */
const END_MS = 5000;

type Waiter = (answer: Exclude<Answer, { workerPid: number }> | null) => void;

export class Generator {
	readonly #child: ChildProcess;
	readonly #watchdog: Watchdog;
	readonly #waiters = new Map<number, Waiter>();
	#asked = 0;
	#workerPid: number | null = null;

	/** @param watchdog kills both if this process is killed */
	constructor(watchdog: Watchdog) {
		this.#watchdog = watchdog;
		this.#child = fork(PROGRAM, [], {
			execArgv: ["--import", TSX],
			serialization: "advanced",
			// Ctrl-C reaches the orchestrator alone.
			detached: true,
			stdio: ["ignore", "inherit", "inherit", "ipc"],
		});
		const { pid } = this.#child;
		if (pid !== undefined) watchdog.watch(pid);
		this.#child.on("message", (answer: Answer) => this.#hear(answer));
		this.#child.on("error", () => this.#lose());
		this.#child.on("exit", () => this.#lose());
	}

	get pid(): number | undefined {
		return this.#child.pid;
	}

	get workerPid(): number | null {
		return this.#workerPid;
	}

	/** @returns the time from the spawn of the worker to its `ready`, in ns */
	async start(start: StartOrder): Promise<number | null> {
		return (await this.#ask({ do: "start", start })) as number | null;
	}

	/** Gives the worker one fresh agent, with users and older memories. */
	async agent(users: number, history: number): Promise<void> {
		await this.#ask({ do: "agent", users, history });
	}

	/** @returns how many messages of each user are stored */
	async stored(): Promise<number[]> {
		return (await this.#ask({ do: "stored" })) as number[];
	}

	/** @returns what was measured, and what went wrong with the worker meanwhile */
	async run(run: RunOrder): Promise<{ report: RunReport; problem: string | null }> {
		return (await this.#ask({ do: "run", run })) as { report: RunReport; problem: string | null };
	}

	/** Ends the worker in order. */
	async finish(): Promise<void> {
		await this.#ask({ do: "finish" });
	}

	/** Ends the phase under way early. */
	stop(): void {
		this.#send({ stop: true });
	}

	/** Ends the generator with its worker, and waits for it. */
	async close(): Promise<void> {
		const { pid, exitCode, signalCode } = this.#child;
		if (pid === undefined) return;
		if (exitCode === null && signalCode === null) {
			const ended = once(this.#child, "exit");
			if (this.#child.connected) this.#child.disconnect();
			const timer = setTimeout(() => sendSignal(-pid, "SIGKILL"), END_MS);
			await ended;
			clearTimeout(timer);
		}
		this.#watchdog.release(pid);
	}

	/**
	 * @throws {FrameworkFailure} when the framework raised
	 * @throws {WorkerProblem} when the worker misbehaved, or the generator has ended
	 */
	async #ask(order: Order): Promise<unknown> {
		const id = ++this.#asked;
		const arrived = new Promise<Parameters<Waiter>[0]>((resolve) => {
			this.#waiters.set(id, resolve);
		});
		if (!this.#send({ id, order })) this.#lose();
		const answer = await arrived;
		if (answer === null) throw new WorkerProblem("was lost with the generator, which has ended");
		if ("failure" in answer) throw new FrameworkFailure(answer.failure);
		if ("problem" in answer) throw new WorkerProblem(answer.problem);
		if ("error" in answer) throw new Error(answer.error);
		return answer.result;
	}

	#send(request: Request): boolean {
		if (!this.#child.connected) return false;
		// It may end at any moment. Its end says so.
		this.#child.send(request, () => {});
		return true;
	}

	#hear(answer: Answer): void {
		if ("workerPid" in answer) {
			this.#workerPid = answer.workerPid;
			return;
		}
		const waiter = this.#waiters.get(answer.id);
		this.#waiters.delete(answer.id);
		waiter?.(answer);
	}

	#lose(): void {
		for (const waiter of this.#waiters.values()) waiter(null);
		this.#waiters.clear();
	}
}
