/**
 * The processor time of those who work for a worker and are no descendants of it, such as its database
 * server. It is not that of others.
 */
import { listChildren, NS_PER_TICK, parseProcess, type Roots, readShort } from "./kernel.ts";

export interface Helpers {
	/** Ids of processes. One that ends within a turn is taken for a stranger in it. */
	readonly processes: readonly string[];
	/** Ids of processes that count with their children, also with those that have ended. */
	readonly families: readonly string[];
	/** Children of these that do not count. */
	readonly except: readonly string[];
}

/** Null: they are not known. */
export type ListHelpers = () => Helpers | null;

export const NO_HELPERS: ListHelpers = () => ({ processes: [], families: [], except: [] });

/** The processor time of helpers until now, in ns. */
export interface HelperTimes {
	/** By process id. */
	readonly processes: ReadonlyMap<string, number>;
	readonly families: number;
}

/** @returns null where they are not known */
export function readHelpers(helpers: Helpers | null, roots: Roots): HelperTimes | null {
	if (helpers === null) return null;
	const processes = new Map<string, number>();
	for (const id of helpers.processes) {
		const ticks = parseProcess(readShort(`${roots.proc}/${id}/stat`))?.cpuTicks;
		if (ticks !== undefined) processes.set(id, ticks * NS_PER_TICK);
	}
	let families = 0;
	for (const id of helpers.families) {
		const ticks = familyTicks(id, helpers.except, roots);
		if (ticks === null) return null;
		families += ticks * NS_PER_TICK;
	}
	return { processes, families };
}

/**
 * The children are read first: one that ends between the two counts twice in this moment, which is less wrong
 * than not at all.
 */
function familyTicks(id: string, except: readonly string[], roots: Roots): number | null {
	const children = listChildren(Number(id), roots);
	if (children === null) return null;
	let ticks = 0;
	for (const child of children)
		if (!except.includes(child))
			ticks += parseProcess(readShort(`${roots.proc}/${child}/stat`))?.cpuTicks ?? 0;
	const parent = parseProcess(readShort(`${roots.proc}/${id}/stat`));
	return parent === null ? null : ticks + parent.cpuTicks + parent.endedChildrenTicks;
}

/**
 * Sums the time of the helpers that exist at the end. A process that has started meanwhile began at 0.
 * @returns ns; null where they were not known at one of the ends
 */
export function helperTime(before: HelperTimes | null, after: HelperTimes | null): number | null {
	if (before === null || after === null) return null;
	let sum = after.families - before.families;
	for (const [id, time] of after.processes) sum += time - (before.processes.get(id) ?? 0);
	return sum;
}
