/**
 * Runs one process of one cell, from its start to its file: verification and measurement have this in
 * common.
 */

import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import {
	type MeasurementFile,
	measurementFile,
	type ProcessRecord,
	type Scenario,
	type Target,
} from "../../shared/types.ts";
import { MS_PER_S, NS_PER_MS } from "../../shared/units.ts";
import { messageOf, UserError } from "../errors.ts";
import { readJson } from "../files.ts";
import { Monitor } from "../machine/monitor.ts";
import { drawPadding, type Launch, padLaunch } from "../process/launch.ts";
import type { Watchdog } from "../process/watchdog.ts";
import { FrameworkFailure, Worker, type WorkerOptions, WorkerProblem } from "../process/worker.ts";
import { modelSeconds } from "./estimate.ts";
import type { RunStore } from "./store.ts";

/** Says how the harness of a target is started in a role. */
export type LaunchTarget = (target: Target, role: ProcessRecord["role"]) => Launch;

/** Every process of a run shares this. */
export interface RunContext {
	store: RunStore;
	watchdog: Watchdog;
	shared: string;
	/** The file of the scenarios as they are run. The harnesses read it. */
	scenarioPath: string;
	seed: number;
	modelDelayMs: number;
	timeoutMs: number;
	launch: LaunchTarget;
	/** Set once the user has asked to stop: the iteration under way is finished, and then the run ends. */
	stop: { requested: boolean };
}

export class CellProcess {
	readonly record: ProcessRecord;
	measurement: MeasurementFile | null = null;
	readonly #worker: Worker;
	readonly #context: RunContext;
	readonly #file: string;
	readonly #target: Target;
	readonly #spawnedAt = performance.now();
	#monitor: Monitor | null = null;

	constructor(
		context: RunContext,
		scenario: Scenario,
		target: Target,
		place: Pick<ProcessRecord, "role" | "block" | "attempt">,
	) {
		this.#context = context;
		const { role, block, attempt } = place;
		const identity = { scenario: scenario.id, target: target.id, role, block, attempt };
		const { file, log } = context.store.paths(identity);
		this.#file = file;
		this.#target = target;
		const paddingBytes = drawPadding(context.seed, Object.values(identity));
		this.record = {
			...identity,
			paddingBytes,
			spawnToReadyNs: null,
			setupNs: null,
			turnsNs: null,
			file: null,
			log: context.store.relative(log),
			exitCode: null,
			signal: null,
			failure: null,
			problem: null,
			monitor: null,
			superseded: false,
			cut: false,
		};
		const options: WorkerOptions = {
			launch: padLaunch(context.launch(target, place.role), paddingBytes),
			args: [
				"--worker",
				"--scenario",
				scenario.id,
				"--shared",
				context.shared,
				"--scenario-file",
				context.scenarioPath,
				"--output",
				file,
				"--seed",
				String(context.seed),
				"--model-delay-ms",
				String(context.modelDelayMs),
			],
			logPath: log,
			watchdog: context.watchdog,
			// An iteration may do twice what the scenario expects before it counts as hung.
			timeoutMs: context.timeoutMs + 2 * MS_PER_S * modelSeconds(scenario, context.modelDelayMs),
		};
		this.#worker = context.store.guard(() => {
			mkdirSync(dirname(file), { recursive: true });
			return new Worker(options);
		});
	}

	/** True if it can take another command. */
	get alive(): boolean {
		return this.record.problem === null && this.record.failure === null && this.measurement === null;
	}

	/**
	 * Does one step with the worker awake, then freezes it. A fault of the process goes into its record and
	 * ends it.
	 */
	async step(work: (worker: Worker) => Promise<unknown>): Promise<void> {
		if (!this.alive) return;
		try {
			await work(this.#worker);
		} catch (error) {
			if (error instanceof FrameworkFailure) this.record.failure = error.failure;
			else if (error instanceof WorkerProblem) await this.#abandon(error.message);
			else throw error;
		}
		this.#worker.freeze();
	}

	/** Ends the warm-up: from here on turns are timed, and the machine is watched. */
	endWarmup(): void {
		this.record.setupNs = nanosecondsSince(this.#spawnedAt);
		this.record.turnsNs = 0;
		if (this.#worker.pid !== undefined && this.alive) this.#monitor = new Monitor(this.#worker.pid);
	}

	/** Does a step and adds its time to the process's turns. */
	async timeStep(work: (worker: Worker) => Promise<unknown>): Promise<void> {
		if (!this.alive) return;
		const started = performance.now();
		this.#monitor?.begin();
		await this.step(work);
		this.#monitor?.end();
		this.record.turnsNs = (this.record.turnsNs ?? 0) + nanosecondsSince(started);
	}

	async start(): Promise<void> {
		await this.step(async (worker) => {
			const { versions } = await worker.ready();
			this.record.spawnToReadyNs = worker.spawnToReadyNs;
			const { version } = this.#target.framework;
			if (versions.framework !== version)
				throw new WorkerProblem(`runs framework ${versions.framework}, the target is ${version}`);
		});
	}

	/** Has the worker write its file, and reads the file. A worker that cannot is abandoned. */
	async finish(): Promise<void> {
		if (this.record.problem !== null || this.measurement !== null) return;
		this.record.monitor = this.#monitor?.record() ?? null;
		try {
			await this.#worker.finish();
			this.measurement = this.#read();
			this.record.file = this.#context.store.relative(this.#file);
			this.#noteExit();
		} catch (error) {
			if (!(error instanceof WorkerProblem || error instanceof UserError)) throw error;
			await this.#abandon(messageOf(error));
		}
	}

	async kill(): Promise<void> {
		await this.#worker.kill();
	}

	#read(): MeasurementFile {
		const file = readJson(this.#file, measurementFile, "measurement file");
		const { scenario, target } = this.record;
		const of = file.cells.map((cell) => cell.scenario).join(", ");
		if (of !== scenario || file.runtime !== this.#target.runtime)
			throw new WorkerProblem(
				`was told to measure ${scenario} of ${target}, its file is of ${of || "nothing"} of ${file.runtime}`,
			);
		return file;
	}

	/** @throws {UserError} when the disk is full, because then the process is not at fault */
	async #abandon(problem: string): Promise<void> {
		await this.#worker.kill();
		this.#context.store.requireSpace();
		this.#noteExit();
		const tail = this.#worker.logTail();
		this.record.problem = tail === "" ? problem : `${problem}; its log ends: ${tail}`;
	}

	#noteExit(): void {
		this.record.exitCode = this.#worker.exit?.code ?? null;
		this.record.signal = this.#worker.exit?.signal ?? null;
	}
}

function nanosecondsSince(started: number): number {
	return Math.round((performance.now() - started) * NS_PER_MS);
}
