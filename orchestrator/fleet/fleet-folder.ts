/** The folder of a fleet, which all its nodes see: what is measured, by which jobs, and what came of it. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import {
	type FleetFile,
	type FleetTask,
	fleetFile,
	fleetTask,
	type RunFile,
	runFile,
} from "../../shared/types.ts";
import { messageOf, UserError } from "../errors.ts";
import { makeFolder, ROOT, readJson, readJsonIfValid, writeJson } from "../files.ts";

const FILE = "fleet.json";
/** The program, as it was when the fleet was made. */
const PROGRAM = "program";
/** Slurm takes these for something else, in its headers and in the names of logs. */
const UNFIT = /[\s"'\\%#{}]/;

export class FleetFolder {
	readonly folder: string;

	private constructor(folder: string) {
		this.folder = folder;
	}

	/**
	 * Names the folder of a new fleet. Nothing is written.
	 * @throws {UserError} for a folder that holds something already, or that a job cannot name
	 */
	static plan(output: string | undefined, now: Date): FleetFolder {
		const time = now.toISOString().slice(0, 19).replaceAll(":", "-");
		const folder = resolve(output ?? join(ROOT, "results", `${time}-fleet`));
		const [unfit] = UNFIT.exec(folder) ?? [];
		if (unfit !== undefined)
			throw new UserError(
				`the folder ${folder} has ${JSON.stringify(unfit)} in its path, which Slurm reads as something else: ` +
					"name another with --output",
			);
		if (isTaken(folder))
			throw new UserError(
				`the output folder ${folder} exists and is not empty: name another with --output, nothing was overwritten`,
			);
		return new FleetFolder(folder);
	}

	/** @throws {UserError} when it holds no fleet */
	static open(path: string): FleetFolder {
		const folder = resolve(path);
		if (!existsSync(join(folder, FILE)))
			throw new UserError(
				`the folder ${folder} holds no fleet: name the folder that ./run.sh fleet slurm printed`,
			);
		return new FleetFolder(folder);
	}

	/** @throws {UserError} when it cannot be made or written */
	make(file: FleetFile): void {
		try {
			makeFolder(this.folder);
			for (const name of ["logs", "tasks", "jobs"]) makeFolder(join(this.folder, name));
		} catch (error) {
			throw new UserError(`cannot write to the output folder ${this.folder}: ${messageOf(error)}`);
		}
		this.save(file);
	}

	read(): FleetFile {
		return readJson(join(this.folder, FILE), fleetFile, "fleet file");
	}

	save(file: FleetFile): void {
		writeJson(join(this.folder, FILE), file);
	}

	get program(): string {
		return join(this.folder, PROGRAM);
	}

	/** The template of its jobs, for jobs that are submitted later. */
	get template(): string {
		return join(this.folder, "job.sbatch");
	}

	get merged(): string {
		return join(this.folder, "merged");
	}

	shard(index: number): string {
		return join(this.folder, `shard-${index}`);
	}

	/** @returns null where it has begun no run, or its file cannot be read */
	readShard(index: number): RunFile | null {
		return readJsonIfValid(join(this.shard(index), "run.json"), runFile, "run file");
	}

	readMerged(): RunFile | null {
		return readJsonIfValid(join(this.merged, "run.json"), runFile, "run file");
	}

	#task(index: number): string {
		return join(this.folder, "tasks", `shard-${index}.json`);
	}

	/** @returns null where no task of the shard has begun */
	readTask(index: number): FleetTask | null {
		return readJsonIfValid(this.#task(index), fleetTask, "task file");
	}

	saveTask(task: FleetTask): void {
		writeJson(this.#task(task.shard), task);
	}

	/** The name of a log, where Slurm puts the number of the task for `%a`. */
	log(name: "shard-%a" | `shard-${number}` | "merge"): string {
		return join(this.folder, "logs", `${name}.log`);
	}

	/** @returns the last line of a log that says something; null where there is none */
	lastLine(name: `shard-${number}` | "merge"): string | null {
		try {
			const lines = readFileSync(this.log(name), "utf8").split("\n");
			return lines.findLast((line) => line.trim() !== "")?.trim() ?? null;
		} catch {
			return null;
		}
	}
}

/** @throws {UserError} when it cannot be read */
function isTaken(folder: string): boolean {
	try {
		return existsSync(folder) && (!statSync(folder).isDirectory() || readdirSync(folder).length > 0);
	} catch (error) {
		throw new UserError(`cannot read the output folder ${folder}: ${messageOf(error)}`);
	}
}
