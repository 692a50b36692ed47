/** One fresh process of a target under load: its generator, its worker, and the record of both. */
import { join } from "node:path";
import { Random } from "../../shared/random.ts";
import type {
	LoadFile,
	LoadPhase,
	LoadPlan,
	LoadProcess,
	LoadPurpose,
	Scenario,
	Target,
} from "../../shared/types.ts";
import { needsServer } from "../../shared/types.ts";
import type { Databases, ProcessDatabase } from "../database/databases.ts";
import { ServerProblem } from "../database/managed-server.ts";
import { liveArguments } from "../live/live-worker.ts";
import { NO_HELPERS } from "../machine/helpers.ts";
import { MACHINE } from "../machine/kernel.ts";
import { Monitor } from "../machine/monitor.ts";
import { drawPadding, type Launch, padLaunch } from "../process/launch.ts";
import type { Watchdog } from "../process/watchdog.ts";
import { FrameworkFailure, WorkerProblem } from "../process/worker.ts";
import type { RunStore } from "../run/store.ts";
import { Generator } from "./generator-client.ts";
import type { GiveUp } from "./protocol.ts";

/** Making an agent with ten thousand users takes a while. */
const COMMAND_TIMEOUT_MS = 120_000;

/** All processes of a run share this. */
export interface LoadContext {
	file: LoadFile;
	store: RunStore;
	watchdog: Watchdog;
	shared: string;
	scenarioPath: string;
	/** It shapes the agents. */
	scenario: Scenario;
	launch: (target: Target) => Launch;
	databases: Databases | null;
	/** Set once the user has asked to stop, and told to the generator at once. */
	stop: { requested: boolean; onRequest: (() => void) | null };
	/** Hears what is done now. */
	tell: (words: string) => void;
}

export interface SessionPlace {
	process: number;
	empty: boolean;
	modelDelayMs: number;
	/** Of several sessions of one place, such as one after a phase that left messages open. */
	part: number;
}

export interface PhaseOptions {
	/** When sending ends early; null: never. */
	giveUp: GiveUp | null;
	/** Whether it is looked up afterwards whose messages are stored. */
	looksUp?: boolean;
}

export class Session {
	readonly record: LoadProcess;
	readonly #context: LoadContext;
	readonly #generator: Generator;
	readonly #database: ProcessDatabase | null;
	#firstId = 0;
	#isStale = false;

	private constructor(context: LoadContext, record: LoadProcess, database: ProcessDatabase | null) {
		this.#context = context;
		this.record = record;
		this.#database = database;
		this.#generator = new Generator(context.watchdog);
	}

	/** Starts a process. What goes wrong with it is in its record. */
	static async start(context: LoadContext, target: Target, place: SessionPlace): Promise<Session> {
		const { store, file } = context;
		const kind = [place.empty ? "empty" : "load", place.process, ...(place.part > 0 ? [place.part] : [])];
		const logPath = join(store.makeLogs(), "load", `${target.id}.${kind.join("-")}.log`);
		const record: LoadProcess = {
			target: target.id,
			process: place.process,
			empty: place.empty,
			modelDelayMs: place.modelDelayMs,
			spawnToReadyNs: null,
			log: store.relative(logPath),
			failure: null,
			problem: null,
			phases: [],
		};
		file.processes.push(record);
		const database = place.empty ? null : await makeDatabase(context, target, record);
		const session = new Session(context, record, database);
		if (session.alive) await session.#begin(target, place, logPath);
		return session;
	}

	async #begin(target: Target, place: SessionPlace, logPath: string): Promise<void> {
		const { launch, shared, scenarioPath, scenario, file } = this.#context;
		const { seed, memoryBytes } = file.settings;
		const padding = drawPadding(seed, [target.id, place.process, String(place.empty), place.part]);
		const own = launch(target);
		const start = {
			launch: padLaunch({ ...own, env: { ...own.env, ...this.#database?.env } }, padding),
			args: liveArguments({ ...place, scenario: scenario.id, shared, scenarioPath, seed }),
			logPath,
			commandTimeoutMs: COMMAND_TIMEOUT_MS,
			memoryBytes,
		};
		await this.#guard(async () => {
			this.record.spawnToReadyNs = await this.#generator.start(start);
		});
	}

	/** True if it can do another phase. */
	get alive(): boolean {
		return this.record.problem === null && this.record.failure === null && !this.#isStale;
	}

	get generatorPid(): number | undefined {
		return this.#generator.pid;
	}

	/** True after a phase whose messages did not all return: the next one would not begin at rest. */
	get stale(): boolean {
		return this.#isStale;
	}

	/**
	 * Runs a phase on a fresh agent.
	 * @returns null when there is none, because the process was lost or the user has asked to stop
	 */
	async phase(
		purpose: LoadPurpose,
		plan: LoadPlan,
		{ giveUp, looksUp = false }: PhaseOptions,
	): Promise<LoadPhase | null> {
		if (!this.alive || this.#context.stop.requested) return null;
		let phase: LoadPhase | null = null;
		await this.#guard(async () => {
			phase = await this.#run(purpose, plan, giveUp, looksUp);
		});
		return phase;
	}

	async #run(
		purpose: LoadPurpose,
		plan: LoadPlan,
		giveUp: GiveUp | null,
		looksUp: boolean,
	): Promise<LoadPhase | null> {
		const { file, scenario, stop } = this.#context;
		const { history, limitNs, timeoutNs, seed } = file.settings;
		const { empty, modelDelayMs, target, process } = this.record;
		// In a closed loop every conversation is a user.
		const users = plan.kind === "closed" ? plan.conversations : file.settings.users;
		if (!empty) await this.#generator.agent(users, history);
		// An agent may take a while, and a wish to stop that came meanwhile has reached nobody.
		if (stop.requested) return null;
		const monitor = this.#monitor();
		stop.onRequest = () => this.#generator.stop();
		monitor?.begin();
		const { report, problem } = await this.#generator.run({
			plan,
			users,
			seed: Math.floor(Random.of(seed, target, process, this.record.phases.length).next() * 2 ** 32),
			firstId: this.#firstId,
			replies: scenario.expect.replies,
			limitNs,
			timeoutNs,
			giveUp,
			modelDelayMs,
		});
		monitor?.end();
		stop.onRequest = null;
		this.#firstId += report.messages.intendedNs.length;
		this.#isStale = report.drainNs === null;
		const phase: LoadPhase = {
			purpose,
			plan,
			empty,
			users,
			history,
			...report,
			misplacedUsers: null,
			monitor: monitor?.record() ?? null,
		};
		this.record.phases.push(phase);
		if (problem !== null) throw new WorkerProblem(problem);
		if (looksUp && !empty && report.drainNs !== null)
			phase.misplacedUsers = await this.#countMisplaced(phase);
		return phase;
	}

	/** Counts the users of whom other messages are stored than were sent. */
	async #countMisplaced({ plan, users, messages }: LoadPhase): Promise<number | null> {
		if (plan.kind !== "open") return null;
		const total = messages.intendedNs.length;
		const stored = await this.#generator.stored();
		return Array.from({ length: users }, (_, user) => {
			const sent = Math.floor(total / users) + (user < total % users ? 1 : 0);
			return stored[user] === sent ? 0 : 1;
		}).reduce<number>((sum, one) => sum + one, 0);
	}

	/** Ends it in order. */
	async finish(): Promise<void> {
		if (this.alive && !this.#context.stop.requested) await this.#guard(() => this.#generator.finish());
		await this.close();
	}

	async close(): Promise<void> {
		await this.#generator.close();
		await this.#database?.drop();
	}

	/** The generator is part of the rig: what it uses is no neighbour's. */
	#monitor(): Monitor | null {
		const { pid, workerPid } = this.#generator;
		if (workerPid === null) return null;
		return new Monitor(workerPid, MACHINE, () => {
			const generator = pid === undefined ? [] : [String(pid)];
			const found = this.#database === null ? NO_HELPERS() : this.#database.helpers();
			return found && { ...found, processes: [...generator, ...found.processes] };
		});
	}

	/** Does something with the process. Its faults go into its record. */
	async #guard(work: () => Promise<void>): Promise<void> {
		try {
			await work();
		} catch (error) {
			if (error instanceof FrameworkFailure) this.record.failure = error.failure;
			else if (error instanceof WorkerProblem)
				this.record.problem = (await this.#database?.serverProblem()) ?? error.message;
			else throw error;
			// A process that fails because the disk is full is not at fault.
			this.#context.store.requireSpace();
		}
	}
}

async function makeDatabase(
	{ databases }: LoadContext,
	target: Target,
	record: LoadProcess,
): Promise<ProcessDatabase | null> {
	if (!needsServer(target)) return null;
	if (databases === null) throw new RangeError(`no server was started for ${target.id}`);
	try {
		// It begins empty: the harness makes its tables with the first agent.
		return await databases.make(`load ${target.id}`, async () => {}, false);
	} catch (error) {
		if (!(error instanceof ServerProblem)) throw error;
		record.problem = error.message;
		return null;
	}
}
