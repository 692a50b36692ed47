/** Leaves the terminal as it was found, whatever way the program ends. */
import { writeSync } from "node:fs";

/** Shows the cursor and wraps lines (ECMA-48; DEC private modes 25 and 7). */
const RESTORE = "\u001b[?25h\u001b[?7h";
const STDERR = 2;

let isChanged = false;
process.once("exit", restoreScreen);

/** Called before something hides the cursor. */
export function noteScreenChange(): void {
	isChanged = true;
}

/** Called when the cursor is there again. */
export function noteScreenRestored(): void {
	isChanged = false;
}

function restoreScreen(): void {
	if (!isChanged) return;
	isChanged = false;
	try {
		writeSync(STDERR, RESTORE);
	} catch {
		// The terminal is gone.
	}
}
