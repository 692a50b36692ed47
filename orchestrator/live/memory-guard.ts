/** Ends a process before it takes the machine's memory: the system would end whatever it likes. */
import { writeFileSync } from "node:fs";
import { BYTES_PER_GB, BYTES_PER_MB } from "../../shared/units.ts";
import { readAvailable, readRss } from "../machine/memory.ts";

const LOOK_MS = 100;
/** Of what is available when a command begins, a process may take so much. */
const SHARE = 0.6;
/** The machine keeps at least this much, whoever has taken the rest. */
const KEPT_BYTES = 256 * BYTES_PER_MB;
/** Where the system does not say what is available. */
const DEFAULT_BYTES = 4 * BYTES_PER_GB;
/** If memory runs out all the same, the kernel ends the process first (man 5 proc_pid_oom_score_adj). */
const FIRST_TO_GO = "1000";

/** @returns the most that a process may occupy by default, in bytes */
export function defaultMemoryLimit(): number {
	const available = readAvailable() ?? DEFAULT_BYTES / SHARE;
	// It knows the limits of older cgroups too.
	return Math.floor(SHARE * Math.min(available, process.constrainedMemory() || Number.POSITIVE_INFINITY));
}

export class MemoryGuard {
	/** What was reached, in words; null: nothing. */
	reached: string | null = null;
	readonly #timer: NodeJS.Timeout;

	/** @param end called once, when the process has reached the limit */
	constructor(pid: number, limitBytes: number, end: () => void) {
		offerToKernel(pid);
		this.#timer = setInterval(() => {
			this.reached = whatIsReached(readRss(pid), readAvailable(), limitBytes);
			if (this.reached === null) return;
			this.close();
			end();
		}, LOOK_MS);
	}

	close(): void {
		clearInterval(this.#timer);
	}
}

function offerToKernel(pid: number): void {
	try {
		writeFileSync(`/proc/${pid}/oom_score_adj`, FIRST_TO_GO);
	} catch {
		// Not Linux, or not allowed.
	}
}

/** @returns null while the process may go on */
export function whatIsReached(
	rssBytes: number | null,
	availableBytes: number | null,
	limitBytes: number,
): string | null {
	if (rssBytes === null) return null;
	const megabytes = (bytes: number) => `${Math.round(bytes / BYTES_PER_MB).toLocaleString("en-US")} MB`;
	if (rssBytes > limitBytes)
		return `occupied ${megabytes(rssBytes)}, more than the limit of ${megabytes(limitBytes)}`;
	if (availableBytes !== null && availableBytes < KEPT_BYTES)
		return `occupied ${megabytes(rssBytes)} when the machine had ${megabytes(availableBytes)} left`;
	return null;
}
