/** Runs one live process, and says why it ended where it did. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { plainText } from "../../shared/text.ts";
import type {
	CpuSample,
	GrowthEnd,
	MemoryReading,
	MonitorRecord,
	Scenario,
	Target,
} from "../../shared/types.ts";
import { MS_PER_S } from "../../shared/units.ts";
import { LiveWorker, liveArguments, type MessageAnswer } from "../live/live-worker.ts";
import { MemoryGuard } from "../live/memory-guard.ts";
import { Monitor } from "../machine/monitor.ts";
import { ProcessCpu } from "../machine/process-cpu.ts";
import { drawPadding, type Launch, padLaunch } from "../process/launch.ts";
import type { Watchdog } from "../process/watchdog.ts";
import { FrameworkFailure, WorkerProblem } from "../process/worker.ts";

const LONGEST_WORDS = 600;

/** Every process of a command shares this. */
export interface GrowthContext {
	/** The folder of the logs. */
	logs: string;
	watchdog: Watchdog;
	shared: string;
	scenarioPath: string;
	/** It shapes the agents. Its messages are not sent. */
	scenario: Scenario;
	seed: number;
	modelDelayMs: number;
	timeoutMs: number;
	memoryLimitBytes: number;
	/** A program that follows its allocations is that which verifies: the measured one follows nothing. */
	launch: (target: Target, role?: "measure" | "verify") => Launch;
	/** Set once the user has asked to stop. */
	stop: { requested: boolean };
}

/** Thrown where the user's wish to stop is seen. */
export class Stopped extends Error {}

export class LiveProcess {
	readonly worker: LiveWorker;
	readonly #context: GrowthContext;
	/** Null: it could not be started. */
	readonly #cpu: ProcessCpu | null;
	#listener: (answer: MessageAnswer) => void = () => {};
	#nextId = 0;

	constructor(context: GrowthContext, target: Target, name: string, role?: "measure" | "verify") {
		const { shared, scenarioPath, scenario, seed, modelDelayMs } = context;
		this.#context = context;
		this.worker = new LiveWorker({
			launch: padLaunch(context.launch(target, role), drawPadding(seed, [target.id, name])),
			args: liveArguments({ scenario: scenario.id, shared, scenarioPath, seed, modelDelayMs }),
			logPath: join(context.logs, `${target.id}.${name}.log`),
			watchdog: context.watchdog,
			timeoutMs: context.timeoutMs,
			onAnswer: (answer) => this.#listener(answer),
		});
		this.#cpu = this.worker.pid === undefined ? null : new ProcessCpu(this.worker.pid);
	}

	/** @throws {Stopped} when the user has asked to stop */
	goOn(): void {
		if (this.#context.stop.requested) throw new Stopped();
	}

	/** Sends one message and waits for what becomes of it. */
	async handle(agent: number, user: number): Promise<MessageAnswer> {
		return this.worker.handle(this.#nextId++, agent, user);
	}

	/**
	 * Sends a message to each of these agents at once, and waits for all that is answered.
	 * @returns the nanoseconds until the last answer
	 */
	async handleAll(agents: readonly number[], hear: (answer: MessageAnswer) => void): Promise<number> {
		this.goOn();
		let open = agents.length;
		let lastNs = process.hrtime.bigint();
		const answered = new Promise<void>((resolve) => {
			this.#listener = (answer) => {
				hear(answer);
				lastNs = process.hrtime.bigint();
				if (--open === 0) resolve();
			};
		});
		const begunNs = process.hrtime.bigint();
		for (const agent of agents) this.worker.send(this.#nextId++, agent, 0);
		const late = sleep(this.#context.timeoutMs, undefined, { ref: false });
		const lost = await Promise.race([answered, late, this.worker.lost]);
		this.#listener = () => {};
		if (lost instanceof WorkerProblem) throw lost;
		return Number(lastNs - begunNs);
	}

	/** Reads its memory after a forced collection. */
	async memory(): Promise<MemoryReading> {
		const { rssBytes, heapBytes } = await this.worker.read(true);
		return { rssBytes, heapBytes };
	}

	/** Reads its processor time from outside. @param sinceNs where the sample's clock begins */
	sample(sinceNs: bigint): CpuSample {
		const cpuNs = this.#cpu?.read() ?? null;
		if (cpuNs === null) throw this.worker.problem ?? new WorkerProblem("has ended");
		return { atNs: Number(process.hrtime.bigint() - sinceNs), cpuNs };
	}

	/** Waits, unless it ends or the user stops meanwhile. */
	async wait(milliseconds: number): Promise<void> {
		const until = performance.now() + milliseconds;
		for (let left = milliseconds; left > 0; left = until - performance.now()) {
			this.goOn();
			const lost = await Promise.race([this.worker.lost, sleep(Math.min(left, MS_PER_S))]);
			if (lost) throw lost;
		}
	}
}

/**
 * Starts a process and has it work.
 * @param work measures, and says how it ended; what it has noted stays, however the process ends
 * @param role whose program it is
 */
export async function runProcess(
	context: GrowthContext,
	target: Target,
	name: string,
	work: (process: LiveProcess) => Promise<GrowthEnd["kind"]>,
	role?: "measure" | "verify",
): Promise<{ end: GrowthEnd; monitor: MonitorRecord | null }> {
	const live = new LiveProcess(context, target, name, role);
	const { pid } = live.worker;
	const guard =
		pid === undefined ? null : new MemoryGuard(pid, context.memoryLimitBytes, () => void live.worker.kill());
	const monitor = pid === undefined ? null : new Monitor(pid);
	const end = await untilEnd(live, guard, async () => {
		await live.worker.ready();
		monitor?.begin();
		const kind = await work(live);
		monitor?.end();
		await live.worker.finish();
		return kind;
	});
	// A process that has ended can be asked no more. What is known of it then is of no whole turn.
	if (live.worker.exit === null) monitor?.end();
	guard?.close();
	await live.worker.kill();
	const record = monitor?.record() ?? null;
	return { end, monitor: record === null || record.turns === 0 ? null : record };
}

async function untilEnd(
	live: LiveProcess,
	guard: MemoryGuard | null,
	work: () => Promise<GrowthEnd["kind"]>,
): Promise<GrowthEnd> {
	try {
		return { kind: await work(), words: null };
	} catch (error) {
		if (guard?.reached) return { kind: "memory", words: guard.reached };
		if (error instanceof Stopped) return { kind: "interrupted", words: null };
		if (error instanceof FrameworkFailure)
			return { kind: "raised", words: plainText(`${error.failure.type}: ${error.message}`, LONGEST_WORDS) };
		if (!(error instanceof WorkerProblem)) {
			guard?.close();
			await live.worker.kill();
			throw error;
		}
		const tail = live.worker.logTail();
		const words = tail === "" ? error.message : `${error.message}; its log ends: ${tail}`;
		return { kind: "lost", words: plainText(words, LONGEST_WORDS) };
	}
}

/** @returns the nanoseconds that a message took without the model's time */
export function latencyOf(answer: MessageAnswer): number {
	if (answer.event === "raised") return answer.returnedAtNs - answer.readAtNs;
	return Math.max(0, answer.returnedAtNs - answer.sentAtNs - answer.modelNs);
}
