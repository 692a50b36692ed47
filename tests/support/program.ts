/** The program as a user starts it. */
import assert from "node:assert/strict";
import { type ChildProcess, type SpawnSyncReturns, spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "../../orchestrator/files.ts";

/** A test that takes longer hangs, even beside other work. */
export const LIMIT_MS = 900_000;

export const RUN = join(ROOT, "run.sh");

const OPTIONS = { encoding: "utf8", maxBuffer: 2 ** 28 } as const;

export function runProgram(...args: readonly string[]): SpawnSyncReturns<string> {
	return spawnSync(RUN, args, OPTIONS);
}

/** Runs the program, which has to end with status 0. @returns its standard output */
export function succeed(...args: readonly string[]): string {
	const { status, stdout, stderr } = runProgram(...args);
	assert.equal(status, 0, stderr);
	return stdout;
}

/**
 * Starts the program.
 * @returns it once `text` has come out of it; rejects when it ends before
 */
export async function startProgramUntil(
	text: string,
	args: readonly string[],
	{ file = RUN, cwd }: { file?: string; cwd?: string } = {},
): Promise<ChildProcess> {
	const child = spawn(file, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
	let seen = "";
	await new Promise<void>((resolve, reject) => {
		const look = (chunk: Buffer) => {
			seen += chunk;
			if (seen.includes(text)) resolve();
		};
		child.stdout.on("data", look);
		child.stderr.on("data", look);
		child.once("exit", () => reject(new Error(`ended before it said '${text}': ${seen}`)));
	});
	return child;
}
