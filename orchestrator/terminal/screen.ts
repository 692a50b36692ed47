/** Leaves the terminal as it was found, whatever way the program ends. */
import { closeSync, writeSync } from "node:fs";
import { isatty } from "node:tty";

/** Shows the cursor and wraps lines (ECMA-48; DEC private modes 25 and 7). */
const RESTORE = "\u001b[?25h\u001b[?7h";
const STDERR = 2;

const terminals = [0, 1, STDERR].filter((descriptor) => isatty(descriptor));
let isChanged = false;
process.once("exit", () => {
	restoreScreen();
	closeLostTerminals();
});

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

/** Node.js aborts when it cannot put back the mode of a terminal that is gone, unless it is closed. */
function closeLostTerminals(): void {
	for (const descriptor of terminals)
		try {
			if (!isatty(descriptor)) closeSync(descriptor);
		} catch {
			// It is closed.
		}
}
