/**
 * This file judges whether a process was left alone. Only the machine's own figures decide, never the figures
 * measured: repeating what looks slow and keeping what looks fast would bias every result towards what one
 * expects. The limits were set beside hogs on an otherwise idle 2-core virtual machine (docs/methodology.md
 * has the table).
 */

import type { Disturbance, MonitorRecord } from "../../shared/types.ts";
import { NS_PER_S } from "../../shared/units.ts";

/** CPU use is counted in ticks of 10 ms. In a shorter time, one tick more or less would be the verdict. */
export const LEAST_WALL_NS = 200e6;

/**
 * This is the share of the time that a process waits for a processor that others hold. Beside one hog a
 * worker of one thread has the second processor: it waited 0 to 4 % (a Node of seven threads: 8 %), and 37 %
 * and more beside two. Bun, and Rust with ten senders at once, use both processors, and waited 47 to 98 %
 * beside one.
 */
export const WAIT_LIMIT = 0.1;

/**
 * This limit holds where the scheduler's figures are missing. One thread has 0 to 1 % alone, 2 to 9 % beside
 * one hog, 49 % and more beside two.
 */
const PRESSURE_LIMIT = 0.1;

/**
 * This limit holds where pressure figures are missing too: it is the processors in use by others, beyond all
 * but one. One hog used 0.96 to 1.03 of two processors, two used 1.4.
 */
const FOREIGN_MARGIN = 0.25;

/**
 * This is the share of time that the host gave to other machines: 0 to 0.6 % in quiet hours. Beyond 5 % it is
 * more than two live workers differ by anyway (a standard deviation of 2 to 4 %).
 */
export const STEAL_LIMIT = 0.05;

/**
 * A quota holds a process back for the rest of its period, up to 100 ms in one go. The busiest process
 * suffers most, so no amount is harmless.
 */
const THROTTLE_LIMIT = 0.01;

/**
 * This is the share of time spent waiting for memory to be freed or read back: 0 while there is some left.
 */
const MEMORY_LIMIT = 0.05;

/**
 * Major faults read code from a disk. A fresh process may have a few (up to 1.3 a second were seen). 50
 * faults of 1 ms each are 5 % of the time.
 */
const FAULTS_PER_SECOND_LIMIT = 50;

/** The kernel's clock for user programs ticks 100 times a second. */
const NS_PER_TICK = 10e6;

/**
 * Returns what disturbed the turns of a process. An empty list proves nothing on a machine that tells
 * nothing. Disk pressure, load and frequency are recorded and not judged: the first two say nothing about
 * this worker, and the last could not be tried out.
 */
export function contamination(record: MonitorRecord): Disturbance[] {
	const { turns, wallNs, stealNs, cpuQuotaThrottledNs, memoryPressureNs, majorFaults } = record;
	if (wallNs < LEAST_WALL_NS) return [];
	// Each turn cuts ticks at both ends. The errors add up like a random walk.
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
 * Judges whether others took processors from the worker. A worker also waits for its own threads (Bun, left
 * alone, half of the time, its threads added up), which is no disturbance: it cannot have waited for others
 * longer than they ran.
 * @param foreign processors in use by others, on average; null if unknown
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
