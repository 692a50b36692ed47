/**
 * Whether a process was left alone. What the machine did decides, never the figures measured: to repeat what
 * looks slow and keep what looks fast would bias every result towards what one expects. The limits were set beside hogs on an otherwise idle 2-core virtual machine
 * (docs/methodology.md has the table).
 */

import type { Disturbance, MonitorRecord } from "../../shared/types.ts";
import { NS_PER_S } from "../../shared/units.ts";

/** CPU use is kept in ticks of 10 ms: of a shorter watch, one tick more or less would be the verdict. */
export const LEAST_WALL_NS = 200e6;

/**
 * Waiting for a processor that others held. Beside one hog a worker of one thread has the second processor: 0
 * to 4 % measured (a Node of seven threads: 8 %), and 37 % and
 * more beside two. Bun, and Rust with ten senders at once, use both processors, and waited 47 to 98 % beside
 * one.
 */
export const WAIT_LIMIT = 0.1;

/**
 * Without the scheduler's figures: one thread has 0 to 1 % alone, 2 to 9 % beside one hog, 49 % and more
 * beside two.
 */
export const PRESSURE_LIMIT = 0.1;

/**
 * Without those either: processors in use by others, beyond all but one. One hog used 0.96 to 1.03 of two
 * processors, two used 1.4.
 */
export const FOREIGN_MARGIN = 0.25;

/**
 * Time that the host gave to other machines: 0 to 0.6 % in quiet hours, and beyond 5 % more than two live
 * workers differ by anyway (a standard deviation of 2 to 4 %).
 */
export const STEAL_LIMIT = 0.05;

/**
 * A quota holds a process back for the rest of its period, up to 100 ms in one go, and does so to the
 * busiest: none of it is harmless.
 */
export const THROTTLE_LIMIT = 0.01;

/** Waiting for memory to be freed or read back: 0 while there is some left. */
export const MEMORY_LIMIT = 0.05;

/**
 * Code read from a disk. A fresh process may do a few (up to 1.3 a second seen); 50 of 1 ms each are 5 % of
 * the time.
 */
export const FAULTS_PER_SECOND_LIMIT = 50;

/** Of the kernel, whose clock ticks 100 times a second for user programs. */
const NS_PER_TICK = 10e6;

/**
 * What disturbed the turns of a process. None is no proof on a machine that tells nothing.
 * Disk pressure, load and frequency are kept in the record and not judged: the first two say nothing of this
 * worker, the last could not be tried out.
 */
export function contamination(record: MonitorRecord): Disturbance[] {
	const { turns, wallNs, stealNs, cpuQuotaThrottledNs, memoryPressureNs, majorFaults } = record;
	if (wallNs < LEAST_WALL_NS) return [];
	// Each turn cuts ticks at both ends, which adds up like a random walk.
	const inTicks = (ns: number | null) =>
		ns === null ? null : Math.max(0, ns - NS_PER_TICK * Math.sqrt(turns)) / wallNs;
	const share = (ns: number | null) => (ns === null ? null : ns / wallNs);
	const found: (Disturbance | null)[] = [
		competition(record, inTicks(record.foreignCpuNs)),
		shareAbove("steal", inTicks(stealNs), STEAL_LIMIT),
		shareAbove("quota", share(cpuQuotaThrottledNs), THROTTLE_LIMIT),
		shareAbove("memory", share(memoryPressureNs), MEMORY_LIMIT),
		majorFaults !== null && majorFaults / (wallNs / NS_PER_S) > FAULTS_PER_SECOND_LIMIT
			? { kind: "major-faults", pages: majorFaults }
			: null,
	];
	return found.filter((disturbance) => disturbance !== null);
}

/**
 * A worker also waits for its own threads (Bun, left alone, half of the time, its threads added up), which is
 * no disturbance: for others it cannot have waited longer than
 * they ran.
 * @param foreign processors in use by others, on average
 */
function competition(
	{ waitNs, pressureNs, processors, wallNs }: MonitorRecord,
	foreign: number | null,
): Disturbance | null {
	if (foreign === null) return null;
	if (waitNs !== null) return shareAbove("waiting", Math.min(1, waitNs / wallNs, foreign), WAIT_LIMIT);
	if (pressureNs !== null)
		return shareAbove("pressure", Math.min(1, pressureNs / wallNs, foreign), PRESSURE_LIMIT);
	if (processors === null || foreign <= processors - 1 + FOREIGN_MARGIN) return null;
	return { kind: "foreign-cpu", used: foreign, processors };
}

function shareAbove(
	kind: "waiting" | "pressure" | "steal" | "quota" | "memory",
	share: number | null,
	limit: number,
): Disturbance | null {
	return share !== null && share > limit ? { kind, share } : null;
}
