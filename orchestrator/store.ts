/** The run's folder: where every file lies, and the only place that writes there. */
import { accessSync, constants, existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import type { ProcessRecord, RunFile } from "../shared/types.ts";
import { messageOf, UserError } from "./errors.ts";
import { ROOT, writeJson } from "./files.ts";

export class RunStore {
	readonly folder: string;

	/** @throws {UserError} when the folder holds something already, or cannot be written: a run never overwrites another. */
	constructor(output: string | undefined, startedAt: Date, kind = "") {
		this.folder = resolve(output ?? join(ROOT, "results", startedAt.toISOString().slice(0, 19).replaceAll(":", "-") + kind));
		if (existsSync(this.folder) && (!statSync(this.folder).isDirectory() || readdirSync(this.folder).length > 0))
			throw new UserError(`the output folder ${this.folder} exists and is not empty: name another with --output, nothing was overwritten`);
		try {
			mkdirSync(this.folder, { recursive: true });
			accessSync(this.folder, constants.W_OK);
		} catch (error) {
			throw new UserError(`cannot write to the output folder ${this.folder}: ${messageOf(error)}`);
		}
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
