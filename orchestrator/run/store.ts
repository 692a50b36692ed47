/** The folder of a run: it knows where every file lies, and it alone writes there. */

import {
	accessSync,
	constants,
	existsSync,
	readdirSync,
	rmdirSync,
	rmSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { join, relative, resolve } from "node:path";
import { commandText } from "../../report/html/shell.ts";
import type { ProcessRecord, RunFile } from "../../shared/types.ts";
import { BYTES_PER_MB } from "../../shared/units.ts";
import { EXIT, messageOf, UserError } from "../errors.ts";
import { makeFolder, ROOT, writeJson } from "../files.ts";
import { isLockFile, lock, unlock } from "../process/lock.ts";

/** The record of `everything`, beside those of its main run. */
export const EVERYTHING_FILE = "everything.json";
/** More than a measurement file takes. */
const SPACE_BYTES = BYTES_PER_MB;

/** Folders that this process has made. One that is still empty when it ends says nothing, and goes. */
const made = new Set<string>();
process.once("exit", () => {
	for (const folder of made)
		try {
			rmdirSync(folder);
		} catch {
			// Something is in it, or it is gone.
		}
});

export class RunStore {
	readonly folder: string;
	/** The file system's own name of the folder, which moves with it. */
	readonly #inode: number;

	private constructor(folder: string) {
		this.folder = folder;
		this.#inode = statSync(folder).ino;
	}

	/**
	 * @throws {UserError} when the folder holds something already, or cannot be written: a run never
	 * overwrites another.
	 */
	static create(output: string | undefined, startedAt: Date, kind = ""): RunStore {
		const folder = resolve(
			output ?? join(ROOT, "results", startedAt.toISOString().slice(0, 19).replaceAll(":", "-") + kind),
		);
		if (isTaken(folder))
			throw new UserError(
				`the output folder ${folder} exists and is not empty: name another with --output, nothing was overwritten`,
			);
		if (!existsSync(folder)) made.add(folder);
		return new RunStore(claimFolder(folder));
	}

	/**
	 * Opens the folder of a run that is resumed.
	 * @throws {UserError} when the folder is not there, another process works in it, or it holds a link,
	 *   through which files elsewhere would be changed
	 */
	static open(path: string): RunStore {
		const folder = resolve(path);
		if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
			throw new UserError(`there is no folder ${folder}: name a run's folder, as printed when it began`);
		refuseLinks(folder);
		return new RunStore(claimFolder(folder));
	}

	close(): void {
		unlock(this.folder);
	}

	/** The paths of one process's measurement file and log. */
	paths(process: Pick<ProcessRecord, "scenario" | "target" | "role" | "block" | "attempt">): {
		file: string;
		log: string;
	} {
		const { file, log } = RunStore.namesOf(process);
		return { file: join(this.folder, file), log: join(this.folder, log) };
	}

	/** The same paths, relative to the folder of any run. */
	static namesOf(process: Pick<ProcessRecord, "scenario" | "target" | "role" | "block" | "attempt">): {
		file: string;
		log: string;
	} {
		const retry = process.attempt > 1 ? `.attempt-${process.attempt}` : "";
		const name = `${process.scenario}/${process.target}.${process.role}-${process.block}${retry}`;
		return { file: `measurements/${name}.json`, log: `logs/${name}.log` };
	}

	/** The paths of the process that prepares a database. Its file is removed again. */
	templatePaths(scenario: string, target: string): { file: string; log: string } {
		return this.#pathsOf(`${scenario}/${target}.template`);
	}

	#pathsOf(name: string): { file: string; log: string } {
		return {
			file: join(this.folder, "measurements", `${name}.json`),
			log: join(this.folder, "logs", `${name}.log`),
		};
	}

	/** The folder of all logs. */
	makeLogs(): string {
		const folder = join(this.folder, "logs");
		this.guard(() => makeFolder(folder));
		return folder;
	}

	relative(path: string): string {
		return relative(this.folder, path);
	}

	saveRun(run: RunFile): void {
		this.save("run.json", run);
	}

	save(name: string, data: unknown): void {
		this.guard(() => writeJson(join(this.folder, name), data));
	}

	/**
	 * Runs something that writes below the folder.
	 * @throws {UserError} with status 1 when the system refuses: a full disk, a permission that is gone
	 */
	guard<T>(write: () => T): T {
		this.#requireFolder();
		try {
			return write();
		} catch (error) {
			this.#requireFolder();
			if (!(error instanceof UserError) && (error as NodeJS.ErrnoException).code === undefined) throw error;
			const saved = existsSync(join(this.folder, "run.json"));
			const advice = saved
				? `; what was saved is whole: put that right, then resume with ${commandText(["./run.sh", "--resume", this.folder])}`
				: "";
			throw new UserError(`${messageOf(error)}${advice}`, EXIT.failed);
		}
	}

	/**
	 * What has been moved away is not begun anew in the old place.
	 * @throws {UserError} with status 1 when the folder is no longer there
	 */
	#requireFolder(): void {
		if (statSync(this.folder, { throwIfNoEntry: false })?.ino === this.#inode) return;
		throw new UserError(
			`the run's folder ${this.folder} was moved or removed while it was measured: ` +
				"resume it with ./run.sh --resume from where it is now",
			EXIT.failed,
		);
	}

	/**
	 * Called when a process has failed.
	 * @throws {UserError} with status 1 when the disk is full, which explains the failure
	 */
	requireSpace(): void {
		const probe = join(this.folder, `.space.${process.pid}`);
		this.guard(() => {
			try {
				writeFileSync(probe, Buffer.alloc(SPACE_BYTES), { flush: true });
			} finally {
				rmSync(probe, { force: true });
			}
		});
	}
}

/**
 * A lock alone is what a run leaves that was killed while it was set up; `everything` has its record there
 * before its first part begins.
 * @throws {UserError} when it cannot be read
 */
function isTaken(folder: string): boolean {
	try {
		return (
			existsSync(folder) &&
			(!statSync(folder).isDirectory() ||
				readdirSync(folder).some((name) => !isLockFile(name) && name !== EVERYTHING_FILE))
		);
	} catch (error) {
		throw new UserError(`cannot read the output folder ${folder}: ${messageOf(error)}`);
	}
}

/**
 * @throws {UserError} when the folder holds a link, through which files elsewhere would be read or changed
 */
export function refuseLinks(folder: string): void {
	for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
		if (entry.isSymbolicLink())
			throw new UserError(
				`the run folder holds a symbolic link, ${join(entry.parentPath, entry.name)}: ` +
					"put what it points to in its place",
			);
}

/** @throws {UserError} when it cannot be made or written, or another process works in it */
function claimFolder(folder: string): string {
	try {
		makeFolder(folder);
		accessSync(folder, constants.W_OK);
		lock(folder);
	} catch (error) {
		if (error instanceof UserError) throw error;
		throw new UserError(`cannot write to the output folder ${folder}: ${messageOf(error)}`);
	}
	return folder;
}
