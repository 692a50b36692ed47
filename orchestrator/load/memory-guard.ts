/** Ends a worker that takes more memory than it may, before the machine has none left. */
import { readFileSync, writeFileSync } from "node:fs";
import { freemem } from "node:os";
import { BYTES_PER_GB, BYTES_PER_KB } from "../../shared/units.ts";
import type { LiveWorker } from "../live/live-worker.ts";
import { residentBytes } from "./phase-runner.ts";

const LOOK_MS = 100;
/** A worker may have so much of what the machine has left when the run begins. */
const SHARE = 0.75;
/** If the machine runs out all the same, the kernel ends the worker first (man 5 proc_pid_oom_score_adj). */
const FIRST_TO_GO = "1000";

export class MemoryGuard {
	/** Why it was ended; null: it was not. */
	words: string | null = null;

	constructor(worker: LiveWorker, memoryBytes: number) {
		offerToKernel(worker.pid);
		const timer = setInterval(() => {
			const bytes = residentBytes(worker.pid);
			if (bytes === null || bytes <= memoryBytes) return;
			clearInterval(timer);
			this.words = `took ${gigabytes(bytes)} of memory and was ended: it may take ${gigabytes(memoryBytes)}`;
			void worker.kill();
		}, LOOK_MS);
		timer.unref();
		void worker.lost.then(() => clearInterval(timer));
	}
}

function offerToKernel(pid: number | undefined): void {
	try {
		writeFileSync(`/proc/${pid}/oom_score_adj`, FIRST_TO_GO);
	} catch {
		// Not Linux, or not allowed.
	}
}

function gigabytes(bytes: number): string {
	return `${(bytes / BYTES_PER_GB).toPrecision(2)} GB`;
}

/** Returns how many bytes a worker may take: most of what machine and container have left now. */
export function memoryLimit(): number {
	const constrained = process.constrainedMemory() || Number.POSITIVE_INFINITY;
	return Math.floor(SHARE * Math.min(availableBytes(), constrained));
}

function availableBytes(): number {
	try {
		const found = /^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync("/proc/meminfo", "utf8"));
		return found ? Number(found[1]) * BYTES_PER_KB : freemem();
	} catch {
		return freemem();
	}
}
