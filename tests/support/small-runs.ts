/** Small runs of all runtimes, each made once for all tests of a file that look at it. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, readJson } from "../../orchestrator/files.ts";
import { RUNTIME_NAMES, RUNTIMES } from "../../orchestrator/runtimes/index.ts";
import { type BenchmarkResult, benchmarkResult, runFile } from "../../shared/types.ts";
import { succeed } from "./program.ts";

/** One whose messages are timed, and one whose rate is. */
export const SCENARIOS = ["single-message", "concurrent-10"];
/** Blocks of the first run; the resumed one has one more. */
export const BLOCKS = 2;

/** Calls a function when it is first needed, and never again. */
export function once<T>(make: () => T): () => T {
	let made: { value: T } | undefined;
	return () => {
		made ??= { value: make() };
		return made.value;
	};
}

export interface SmallRuns {
	/** The folder of the runs. */
	folder: string;
	first: () => string;
	/** Another run, resumed for one more block. */
	resumed: () => string;
}

export function smallRuns(folder: string): SmallRuns {
	const measureInto = (name: string) => {
		const output = join(folder, name);
		const amount = ["--iterations", "2", "--warmup", "1", "--observe", "1", "--blocks", String(BLOCKS)];
		succeed("--scenarios", SCENARIOS.join(), ...amount, "--output", output);
		return output;
	};
	const first = once(() => measureInto("first"));
	const resumed = once(() => {
		const output = measureInto("resumed");
		resumeForOneMore(output);
		return output;
	});
	return { folder, first, resumed };
}

/** Resumes a run as if it had been interrupted before its last block. */
export function resumeForOneMore(output: string): void {
	const record = readJson(join(output, "run.json"), runFile, "run file");
	const settings = { ...record.settings, blocks: record.settings.blocks + 1 };
	const interrupted = { ...record, settings, status: "interrupted", finishedScenarios: [] };
	writeFileSync(join(output, "run.json"), JSON.stringify(interrupted));
	succeed("--resume", output);
}

/** What a small run has measured of a target. */
export function cellOf(run: string, target: string): BenchmarkResult["scenarios"][string] {
	const result = readJson(join(run, `${target}.json`), benchmarkResult, "result file");
	return result.scenarios["single-message"] ?? assert.fail("the scenario is missing");
}

/** Cleans a copy of the project in which everything is set up. @returns which of the paths are left then */
export function cleanCopy(copy: string): { afterClean: string[]; afterAll: string[] } {
	for (const name of ["analysis", "orchestrator", "report", "shared", "package.json"])
		cpSync(join(ROOT, name), join(copy, name), { recursive: true });
	symlinkSync(join(ROOT, "node_modules"), join(copy, "node_modules"));
	const paths = [
		"results/a-run",
		...RUNTIME_NAMES.flatMap((runtime) => [`.cache/targets/${runtime}-1`, ...RUNTIMES[runtime].products]),
	];
	for (const path of paths) {
		mkdirSync(join(copy, path), { recursive: true });
		writeFileSync(join(copy, path, "file"), "");
	}
	const clean = (...options: string[]) => {
		const script = ["--import", "tsx", "orchestrator/main.ts", "clean", ...options];
		const { status, stderr } = spawnSync(process.execPath, script, { cwd: copy, encoding: "utf8" });
		assert.equal(status, 0, stderr);
		return paths.filter((path) => existsSync(join(copy, path)));
	};
	return { afterClean: clean(), afterAll: clean("--all") };
}
