/** Finds out who else uses the processors just now. */

import { setTimeout as sleep } from "node:timers/promises";
import { sum } from "../../../analysis/stats/statistics.ts";
import { NS_PER_MS } from "../../../shared/units.ts";
import { listOptional, NS_PER_TICK, parseProcess, type Roots, readOptional } from "../kernel.ts";

/** Processes whose share is below this are not worth a name. */
const LEAST_SHARE = 0.03;
const MOST_NAMES = 3;

export interface Consumption {
	/** Processors in use by processes other than this one, on average. */
	processors: number;
	/** The busiest, with their use of one processor. */
	top: { name: string; pid: number; share: number }[];
}

/** CPU time by process id. */
export type Usage = Map<number, { name: string; cpuNs: number }>;

/**
 * Watches every process for a while.
 * @returns null without /proc
 */
export async function watchConsumers(roots: Roots, watchMs: number): Promise<Consumption | null> {
	const before = readUsage(roots);
	const started = performance.now();
	await sleep(watchMs);
	const elapsedNs = (performance.now() - started) * NS_PER_MS;
	return before.size === 0 ? null : consumption(before, readUsage(roots), elapsedNs, process.pid);
}

/** @param own the process that does not count */
export function consumption(before: Usage, after: Usage, elapsedNs: number, own: number): Consumption {
	const shares = [...after]
		.filter(([pid]) => pid !== own)
		// A process that has started meanwhile began at 0. One that has ended is not known any more.
		.map(([pid, { name, cpuNs }]) => ({
			name,
			pid,
			share: Math.max(0, cpuNs - (before.get(pid)?.cpuNs ?? 0)) / elapsedNs,
		}))
		.sort((left, right) => right.share - left.share);
	return {
		processors: sum(shares.map(({ share }) => share)),
		top: shares.filter(({ share }) => share >= LEAST_SHARE).slice(0, MOST_NAMES),
	};
}

function readUsage({ proc }: Roots): Usage {
	const usage: Usage = new Map();
	for (const entry of listOptional(proc)) {
		const stat = /^\d+$/.test(entry) ? parseProcess(readOptional(`${proc}/${entry}/stat`)) : null;
		if (stat !== null) usage.set(Number(entry), { name: stat.name, cpuNs: stat.cpuTicks * NS_PER_TICK });
	}
	return usage;
}
