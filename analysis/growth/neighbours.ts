/** Says whether others worked beside a process. What it keeps is its own then too, but its times are not. */
import type { MonitorRecord, Neighbours } from "../../shared/types.ts";

/** Others may use this share of the processors: a quarter of one of two changed no figure that was tried. */
const FOREIGN_SHARE = 0.125;
/** Processor time of the machine is counted in ticks of 10 ms. In a shorter time one would be the verdict. */
const LEAST_WALL_NS = 200e6;

/** @returns null where they were left alone, or it is not known */
export function neighboursOf(records: readonly (MonitorRecord | null)[]): Neighbours | null {
	const busy = records.flatMap((record): Neighbours[] => {
		if (record === null || record.wallNs < LEAST_WALL_NS) return [];
		const { foreignCpuNs, wallNs, processors } = record;
		if (foreignCpuNs === null || processors === null) return [];
		const used = foreignCpuNs / wallNs;
		return used > FOREIGN_SHARE * processors ? [{ used, of: processors }] : [];
	});
	return busy.toSorted((a, b) => b.used - a.used)[0] ?? null;
}
