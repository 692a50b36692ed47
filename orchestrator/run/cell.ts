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
import { NS_PER_MS } from "../../shared/units.ts";
import type { ProcessDatabase } from "../database/databases.ts";
import { messageOf, UserError } from "../errors.ts";
import { readJson } from "../files.ts";
import { MACHINE } from "../machine/kernel.ts";
import { Monitor } from "../machine/monitor.ts";
import { drawPadding, padLaunch } from "../process/launch.ts";
import { FrameworkFailure, Worker, WorkerProblem } from "../process/worker.ts";
import { type CellDatabase, prepareDatabase } from "./cell-database.ts";
import { type RunContext, workerOptions } from "./worker-options.ts";

type Place = Pick<ProcessRecord, "role" | "block" | "attempt">;

export class CellProcess {
	readonly record: ProcessRecord;
	measurement: MeasurementFile | null = null;
	/** Null: its database could not be prepared, so that it was not started. */
	readonly #worker: Worker | null;
	/** Null: its database is part of the process. */
	readonly #database: ProcessDatabase | null;
	readonly #context: RunContext;
	readonly #file: string;
	readonly #target: Target;
	readonly #spawnedAt = performance.now();
	#monitor: Monitor | null = null;

	private constructor(
		context: RunContext,
		scenario: Scenario,
		target: Target,
		place: Place,
		{ database, failure, problem }: CellDatabase,
	) {
		this.#context = context;
		this.#database = database;
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
			failure,
			problem,
			monitor: null,
			superseded: false,
			cut: false,
			...(database !== null && role !== "verify" ? { databaseServerBytes: null } : {}),
		};
		if (failure !== null || problem !== null) {
			this.#worker = null;
			return;
		}
		const launch = context.launch(target, place.role);
		const ownLaunch = database === null ? launch : { ...launch, env: { ...launch.env, ...database.env } };
		const options = workerOptions(context, scenario, {
			launch: padLaunch(ownLaunch, paddingBytes),
			file,
			log,
		});
		this.#worker = context.store.guard(() => {
			mkdirSync(dirname(file), { recursive: true });
			return new Worker(options);
		});
	}

	/**
	 * Starts a process. One on a database server gets a database of its own before; without one it is not
	 * started, and its record says why.
	 */
	static async start(
		context: RunContext,
		scenario: Scenario,
		target: Target,
		place: Place,
	): Promise<CellProcess> {
		const prepared = await prepareDatabase(context, scenario, target, place.role === "verify");
		try {
			return new CellProcess(context, scenario, target, place, prepared);
		} catch (error) {
			await prepared.database?.drop();
			throw error;
		}
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
		if (!this.alive || this.#worker === null) return;
		try {
			await work(this.#worker);
		} catch (error) {
			if (!(error instanceof FrameworkFailure || error instanceof WorkerProblem)) throw error;
			// What a framework says of a server that has died is no answer of the framework.
			const serverProblem = (await this.#database?.serverProblem()) ?? null;
			if (serverProblem !== null) await this.#end(serverProblem);
			else if (error instanceof FrameworkFailure) this.record.failure = error.failure;
			else await this.#abandon(error.message);
		}
		this.#worker.freeze();
	}

	/** Ends the warm-up: from here on turns are timed, and the machine is watched. */
	endWarmup(): void {
		this.record.setupNs = nanosecondsSince(this.#spawnedAt);
		this.record.turnsNs = 0;
		const pid = this.#worker?.pid;
		if (pid !== undefined && this.alive) this.#monitor = this.#watch(pid);
	}

	/** What the server does for this process is no disturbance by others. */
	#watch(pid: number): Monitor {
		const database = this.#database;
		return database === null ? new Monitor(pid) : new Monitor(pid, MACHINE, () => database.helpers());
	}

	/** Says whether its database is on a server. */
	get isServed(): boolean {
		return this.#database !== null;
	}

	/** Notes what its database server takes, if that is the most until now. Without an agent it is little. */
	noteServerMemory(): void {
		const bytes = this.#database?.serverBytes() ?? null;
		if (bytes !== null)
			this.record.databaseServerBytes = Math.max(bytes, this.record.databaseServerBytes ?? 0);
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

	/** Waits until it is ready. */
	async ready(): Promise<void> {
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
		if (this.#worker === null || this.record.problem !== null || this.measurement !== null) return;
		this.record.monitor = this.#monitor?.record() ?? null;
		try {
			await this.#worker.finish();
			const traffic = this.#database?.traffic() ?? null;
			if (traffic !== null) this.record.databaseTraffic = traffic;
			this.measurement = this.#read();
			this.record.file = this.#context.store.relative(this.#file);
			this.#noteExit();
		} catch (error) {
			if (!(error instanceof WorkerProblem || error instanceof UserError)) throw error;
			const serverProblem = (await this.#database?.serverProblem()) ?? null;
			if (serverProblem !== null) await this.#end(serverProblem);
			else await this.#abandon(messageOf(error));
		}
	}

	async kill(): Promise<void> {
		await this.#worker?.kill();
		await this.#database?.drop();
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
		await this.#end(problem);
		const tail = this.#worker?.logTail() ?? "";
		this.record.problem = tail === "" ? problem : `${problem}; its log ends: ${tail}`;
	}

	/** @throws {UserError} when the disk is full */
	async #end(problem: string): Promise<void> {
		await this.#worker?.kill();
		this.#context.store.requireSpace();
		this.#noteExit();
		this.record.problem = problem;
	}

	#noteExit(): void {
		this.record.exitCode = this.#worker?.exit?.code ?? null;
		this.record.signal = this.#worker?.exit?.signal ?? null;
	}
}

function nanosecondsSince(started: number): number {
	return Math.round((performance.now() - started) * NS_PER_MS);
}
