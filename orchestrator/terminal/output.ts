/**
 * Keeps the work going when its output cannot be written: the reader has seen enough (`| head`), the terminal
 * is gone, the disk is full.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { messageOf } from "../errors.ts";

/** The reader or the terminal is gone: nobody is left who could be told. */
const READER_GONE = ["EPIPE", "EIO", "ENXIO", "ECONNRESET"];

let problem: string | null = null;

/** Called once, when the program begins. */
export function surviveLostOutput(): void {
	for (const [name, stream] of [
		["standard output", process.stdout],
		["standard error", process.stderr],
	] as const) {
		let isFirst = true;
		stream.on("error", (error: NodeJS.ErrnoException) => {
			// The stream is closed then, and says so of every later line.
			if (isFirst && !READER_GONE.includes(error.code ?? ""))
				problem ??= `${name} could not be written (${messageOf(error)})`;
			isFirst = false;
		});
	}
}

/**
 * Returns what went wrong with the output, if anybody should hear of it. A stream says only a moment later
 * that its last line was lost.
 */
export async function outputProblem(): Promise<string | null> {
	await nextTurn();
	return problem;
}
