/**
 * Reads the clocks and the kernel's counters. Times are whole nanoseconds, sizes are bytes. A value is null
 * where the system does not offer it.
 */
import { readFileSync, writeFileSync } from "node:fs";

export const NS_PER_MS = 1e6;
const NS_PER_US = 1000;
const BYTES_PER_KIB = 1024;
/** Written to `clear_refs`, this resets the high-water mark of the resident set: see proc(5). */
const RESET_PEAK = "5";

/**
 * Returns milliseconds, with a resolution of nanoseconds. A reading allocates nothing, unlike one of
 * `process.hrtime.bigint()`.
 */
export const now: () => number = performance.now.bind(performance);

/** @param started a reading of {@link now} */
export function nsSince(started: number): number {
	return nsBetween(started, now());
}

/** Rounds the time between two readings of {@link now} to whole nanoseconds. */
export function nsBetween(started: number, ended: number): number {
	return Math.round((ended - started) * NS_PER_MS);
}

/** Reads the user and system time of the process, which includes all its threads. */
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

/** @returns false if the mark could not be reset and the peak is therefore that of the whole process */
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
