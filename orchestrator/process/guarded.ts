/**
 * Runs package managers, compilers and other tools. Each is a group of its own with all that it starts, which
 * ends with this process: at a signal, and when this process is killed.
 */
import { execa } from "execa";
import { setUpEnvironment } from "../environment/environment.ts";
import { messageOf } from "../errors.ts";
import { sendSignal } from "./process-group.ts";
import { Watchdog } from "./watchdog.ts";

export interface GuardedOptions {
	cwd: string;
	/** Instead of the environment of a set-up. */
	env?: Record<string, string>;
	/** Added to the environment. */
	addedEnv?: Record<string, string>;
	/** Its output goes to the end of this file. What is not captured and has no file is dropped. */
	log?: string;
	/** Captures its standard output. */
	captures: boolean;
	/** It is ended after so long. */
	limitMs?: number;
	/** Absent: it runs as this process's user. */
	user?: { uid?: number; gid?: number };
}

export interface Ended {
	/** Null: it ended with status 0. */
	problem: string | null;
	stdout: string;
	/** Empty where there is a log. */
	stderr: string;
	/** Whether it was ended because it took too long. */
	tooLate: boolean;
}

/** A timer takes no more: nearly 25 days. */
const NO_LIMIT_MS = 2 ** 31 - 1;

const groups = new Set<number>();
process.once("exit", () => {
	for (const pid of groups) sendSignal(-pid, "SIGKILL");
});

export async function runGuarded(
	file: string,
	args: readonly string[],
	{ cwd, env = setUpEnvironment(), addedEnv = {}, log, captures, limitMs, user = {} }: GuardedOptions,
): Promise<Ended> {
	const watchdog = new Watchdog();
	const output = log === undefined ? "pipe" : ({ file: log, append: true } as const);
	const child = execa(file, args, {
		cwd,
		env: { ...env, ...addedEnv },
		extendEnv: false,
		stdin: "ignore",
		stdout: captures ? "pipe" : output,
		stderr: output,
		reject: false,
		detached: true,
		// It would take the handling of signals from this process.
		cleanup: false,
		...user,
	});
	const { pid } = child;
	if (pid !== undefined) {
		groups.add(pid);
		watchdog.watch(pid);
	}
	let tooLate = false;
	const limit = setTimeout(() => {
		tooLate = true;
		if (pid !== undefined) sendSignal(-pid, "SIGKILL");
	}, limitMs ?? NO_LIMIT_MS).unref();
	try {
		const result = await child;
		return {
			problem: result.failed ? (result.shortMessage ?? "unknown") : null,
			stdout: textOf(result.stdout),
			stderr: textOf(result.stderr),
			tooLate,
		};
	} catch (error) {
		return { problem: messageOf(error), stdout: "", stderr: "", tooLate };
	} finally {
		clearTimeout(limit);
		if (pid !== undefined) {
			// What it has left behind would change what it has set up.
			sendSignal(-pid, "SIGKILL");
			groups.delete(pid);
			watchdog.release(pid);
		}
		await watchdog.close();
	}
}

function textOf(output: unknown): string {
	return typeof output === "string" ? output : "";
}
