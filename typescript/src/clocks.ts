/**
 * The clocks and the kernel's counters. Everything is an integer, in nanoseconds or bytes; null where this
 * system has no such figure.
 */
import { readFileSync, writeFileSync } from "node:fs";

export const NS_PER_MS = 1e6;
const NS_PER_US = 1000;
const BYTES_PER_KIB = 1024;
/** Written to `clear_refs`, resets the high-water mark of the resident set (proc(5)). */
const RESET_PEAK = "5";

/**
 * Milliseconds with nanoseconds behind the point. Reading it allocates nothing, unlike
 * `process.hrtime.bigint()`.
 */
export const now: () => number = performance.now.bind(performance);

/** Whole nanoseconds since a reading of {@link now}. */
export function nsSince(started: number): number {
	return nsBetween(started, now());
}

/** Whole nanoseconds between two readings. */
export function nsBetween(started: number, ended: number): number {
	return Math.round((ended - started) * NS_PER_MS);
}

/** User and system time of the process, all threads. */
export function readCpuNs(): number {
	const { user, system } = process.cpuUsage();
	return (user + system) * NS_PER_US;
}

export function readRssBytes(): number | null {
	return readStatusField("VmRSS");
}

export function readPeakRssBytes(): number | null {
	return readStatusField("VmHWM");
}

/** @returns whether the mark could be reset; if not, the peak is not that of the phase. */
export function resetPeakRss(): boolean {
	try {
		writeFileSync("/proc/self/clear_refs", RESET_PEAK);
		return true;
	} catch {
		return false;
	}
}

function readStatusField(name: string): number | null {
	try {
		const kib = new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(
			readFileSync("/proc/self/status", "utf8"),
		)?.[1];
		return kib === undefined ? null : Number(kib) * BYTES_PER_KIB;
	} catch {
		return null;
	}
}
