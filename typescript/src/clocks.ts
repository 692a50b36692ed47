/**
 * Reads the clocks and the kernel's counters. Times are whole nanoseconds, sizes are bytes. A value is null
 * where the system does not offer it.
 */
import { readFileSync, writeFileSync } from "node:fs";

export const NS_PER_MS = 1e6;
const NS_PER_US = 1000;
const NS_PER_S = 1e9;
/** The number of the clock in Linux: see clock_gettime(2). */
const CLOCK_MONOTONIC = 1;
/** The quickest of so many readings says where the clocks stand to each other, to less than a microsecond. */
const OFFSET_TRIES = 20;
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

/** What {@link readyMonotonicClock} found: CLOCK_MONOTONIC less {@link now}, in nanoseconds. */
let monotonicOffsetNs: number | null = null;

/**
 * Makes ready for {@link readMonotonicNs}.
 * @throws if the C library of the system cannot be called
 */
export async function readyMonotonicClock(): Promise<void> {
	if (monotonicOffsetNs !== null) return;
	const readNs = "Bun" in globalThis ? await openSystemClock() : () => Number(process.hrtime.bigint());
	let shortest = Number.POSITIVE_INFINITY;
	for (let tries = 0; tries < OFFSET_TRIES; tries++) {
		const before = now();
		const read = readNs();
		const after = now();
		if (after - before >= shortest) continue;
		shortest = after - before;
		monotonicOffsetNs = read - ((before + after) / 2) * NS_PER_MS;
	}
}

/** Reads CLOCK_MONOTONIC, which all processes of a machine share. */
export function readMonotonicNs(): number {
	if (monotonicOffsetNs === null) throw new Error("the monotonic clock has not been made ready");
	return Math.round(now() * NS_PER_MS + monotonicOffsetNs);
}

/** Bun's own clocks begin with the process, `process.hrtime` too. */
async function openSystemClock(): Promise<() => number> {
	// A variable, because Node.js has no such module.
	const name: string = "bun:ffi";
	const { dlopen, ptr } = (await import(name)) as {
		dlopen(
			library: string,
			symbols: object,
		): { symbols: { clock_gettime(clock: number, time: number): number } };
		ptr(view: ArrayBufferView): number;
	};
	const { symbols } = dlopen("libc.so.6", { clock_gettime: { args: ["i32", "ptr"], returns: "i32" } });
	const time = new BigInt64Array(2);
	return () => {
		symbols.clock_gettime(CLOCK_MONOTONIC, ptr(time));
		const [seconds = 0n, nanoseconds = 0n] = time;
		return Number(seconds) * NS_PER_S + Number(nanoseconds);
	};
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
