/** The run's folder: where every file lies, and the only place that writes there. */
import { accessSync, constants, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import type { ProcessRecord, RunFile } from "../shared/types.ts";
import { messageOf, UserError } from "./errors.ts";
import { ROOT, writeJson } from "./files.ts";

const LOCK = "run.lock";
/** Locks of this process; what ends it in an orderly way removes them. */
const held = new Set<string>();
process.once("exit", () => {
	for (const path of held) rmSync(path, { force: true });
});

export class RunStore {
	readonly folder: string;

	private constructor(folder: string) {
		this.folder = folder;
	}

	/** @throws {UserError} when the folder holds something already, or cannot be written: a run never overwrites another. */
	static create(output: string | undefined, startedAt: Date, kind = ""): RunStore {
		const folder = resolve(output ?? join(ROOT, "results", startedAt.toISOString().slice(0, 19).replaceAll(":", "-") + kind));
		if (existsSync(folder) && (!statSync(folder).isDirectory() || readdirSync(folder).length > 0))
			throw new UserError(`the output folder ${folder} exists and is not empty: name another with --output, nothing was overwritten`);
		return new RunStore(writable(folder)).#lock();
	}

	/** The folder of a run that is gone on with. @throws {UserError} when it is not there, or another process works in it */
	static open(path: string): RunStore {
		const folder = resolve(path);
		if (!existsSync(folder)) throw new UserError(`there is no folder ${folder}: name a run's folder, as printed when it began`);
		return new RunStore(writable(folder)).#lock();
	}

	/** One process a folder. A lock whose process is gone is no lock: it was killed. */
	#lock(): this {
		const path = join(this.folder, LOCK);
		try {
			writeFileSync(path, String(process.pid), { flag: "wx" });
		} catch {
			const owner = Number(readFileSync(path, "utf8"));
			if (owner !== process.pid && isAlive(owner))
				throw new UserError(`another run (process ${owner}) works in ${this.folder}: wait for it, or name another folder with --output`);
			writeFileSync(path, String(process.pid));
		}
		held.add(path);
		return this;
	}

	close(): void {
		const path = join(this.folder, LOCK);
		held.delete(path);
		rmSync(path, { force: true });
	}

	/** The paths of one process's measurement file and log. */
	paths(process: Pick<ProcessRecord, "scenario" | "target" | "role" | "block" | "attempt">): { file: string; log: string } {
		const retry = process.attempt > 1 ? `.attempt-${process.attempt}` : "";
		const name = `${process.scenario}/${process.target}.${process.role}-${process.block}${retry}`;
		return { file: join(this.folder, "measurements", `${name}.json`), log: join(this.folder, "logs", `${name}.log`) };
	}

	relative(path: string): string {
		return relative(this.folder, path);
	}

	saveRun(run: RunFile): void {
		writeJson(join(this.folder, "run.json"), run);
	}

	save(name: string, data: unknown): void {
		writeJson(join(this.folder, name), data);
	}
}

function writable(folder: string): string {
	try {
		mkdirSync(folder, { recursive: true });
		accessSync(folder, constants.W_OK);
	} catch (error) {
		throw new UserError(`cannot write to the output folder ${folder}: ${messageOf(error)}`);
	}
	return folder;
}

function isAlive(pid: number): boolean {
	if (!Number.isSafeInteger(pid) || pid <= 0) return false;
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === "EPERM";
	}
}
