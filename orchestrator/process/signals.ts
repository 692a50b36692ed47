/**
 * Decides what Ctrl-C, a request to end and a terminal that goes away do. The program listens from its first
 * moment on: as the first process of a container it would not be ended otherwise.
 */
import { EXIT } from "../errors.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** Set by run.sh where the program was started to outlive its terminal (`nohup`). */
const IGNORES_HUP = "ELIZA_BENCHMARK_IGNORES_HUP";

/** What the next signal does; null: it ends the program. */
let stopInOrder: (() => void) | null = null;
/** True once a signal has come that no work could end for. */
let isKept = false;

/** Called once, when the program begins. */
export function listenForSignals(): void {
	const ignoresHup = process.env[IGNORES_HUP] !== undefined;
	for (const signal of SIGNALS)
		process.on(signal, () => {
			if (signal === "SIGHUP" && ignoresHup) return;
			const stop = stopInOrder;
			stopInOrder = null;
			// Everything that this process has started ends with it.
			if (stop === null) process.exit(EXIT.interrupted);
			stop();
		});
}

/**
 * Lets the next signal end the work in order. The one after it ends the program at once. A signal that was
 * kept for this work ends it now.
 */
export function onNextSignal(stop: () => void): void {
	stopInOrder = stop;
	if (!isKept) return;
	isKept = false;
	stopInOrder = null;
	stop();
}

/**
 * Keeps the next signal for the work that begins after it: between two works nobody would hear it.
 * @param say is called when it comes
 */
export function keepNextSignal(say: () => void): void {
	stopInOrder = () => {
		isKept = true;
		say();
	};
}

/** Says whether a signal was kept that no work has taken. */
export function hasKeptSignal(): boolean {
	return isKept;
}
