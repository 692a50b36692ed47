/** Runs the program on a real terminal, with what a user does there. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";

const SESSION = fileURLToPath(new URL("terminal_session.py", import.meta.url));
const MOST_SECONDS = 240;

export interface Action {
	/** The action waits until this was printed. */
	after: string;
	/** Seconds that it waits then. */
	pause?: number;
	/** Keys that are pressed. */
	send?: string;
	/** Sent to the program. */
	signal?: "SIGINT" | "SIGTERM" | "SIGHUP";
	/** Whether the terminal goes away. */
	close?: true;
}

export interface Session {
	/** All that the terminal showed, control sequences included. */
	output: string;
	/** Null: it did not end by itself. A signal has its negative number. */
	status: number | null;
	/** From the last action, or the start, to the end. */
	seconds: number;
}

export const CTRL_C = "\u0003";

export function runOnTerminal(
	argv: readonly string[],
	actions: readonly Action[] = [],
	{ env = {}, cwd = tmpdir() }: { env?: Record<string, string>; cwd?: string } = {},
): Session {
	const request = {
		argv,
		env: { ...process.env, TERM: "xterm-256color", ...env },
		cwd,
		actions,
		seconds: MOST_SECONDS,
	};
	const { stdout, stderr, status } = spawnSync("python3", [SESSION], {
		input: JSON.stringify(request),
		encoding: "utf8",
		maxBuffer: 2 ** 26,
	});
	assert.equal(status, 0, stderr);
	return JSON.parse(stdout);
}

/** Says whether the cursor is shown, and lines are wrapped, after all that was printed. */
export function isScreenRestored(output: string): boolean {
	const isOn = (mode: number) =>
		output.lastIndexOf(`\u001b[?${mode}h`) >= output.lastIndexOf(`\u001b[?${mode}l`);
	return isOn(25) && isOn(7);
}
