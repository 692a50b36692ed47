/** The highest load that a target holds: per process by its search, over processes with an interval. */
import type { LoadPhase, LoadPlan, LoadProcess } from "../../shared/types.ts";
import { type Bounds, boundsOf, levelEstimate, widenTo } from "../stats/intervals.ts";
import { factorOf, mean } from "../stats/statistics.ts";
import { isHeld, phaseFigures } from "./phase.ts";
import { EMPTY_SHARE, rigReasons } from "./rig.ts";

export interface Found {
	/** The highest load that was held; null: none was. */
	held: number | null;
	/** So many messages were sent at that load, on a fresh agent. */
	messages: number | null;
	/** The lowest above it that was not; null: the search was cut before one was found. */
	failed: number | null;
	/** Who could not do more. Null: nobody knows, because the search was cut. */
	boundBy: "runtime" | "rig" | null;
}

export interface Capacity {
	/** Messages a second, or conversations. */
	unit: "per-second" | "conversations";
	/** Null: not even the least load was held. */
	value: number | null;
	/** Over the processes; null with one. */
	interval: Bounds | null;
	/** Why it is at least so much: the rig could not do more, or the search was cut; null: it is so much. */
	atLeast: "rig" | "cut" | null;
	/** What each process has found. */
	processes: Found[];
}

/** The size of a load: messages a second, or conversations. */
export function loadOf(plan: LoadPlan): number {
	if (plan.kind === "open") return plan.perSecond;
	return plan.kind === "closed" ? plan.conversations : 1;
}

/**
 * Reads a process's search: the record has every load that was tried.
 * @param empties the phases of an empty worker beside it
 */
export function searchResult(
	phases: readonly LoadPhase[],
	empties: readonly LoadPhase[],
	limitNs: number,
): Found | null {
	const tried = phases.filter(({ purpose, empty }) => purpose === "search" && !empty);
	if (tried.length === 0) return null;
	const judged = tried.map((phase) => ({ phase, load: loadOf(phase.plan), held: isHeld(phase, limitNs) }));
	const good = judged.filter(({ held }) => held === true).toSorted((a, b) => b.load - a.load);
	const held = good[0]?.load ?? null;
	const messages = good[0]?.phase.messages.intendedNs.length ?? null;
	const above = judged.filter(({ load, held: own }) => own === false && load > (held ?? 0));
	if (above.length === 0) return { held, messages, failed: null, boundBy: null };
	const failed = Math.min(...above.map(({ load }) => load));
	const emptyFails = empties
		.filter(({ purpose }) => purpose === "search")
		.some((phase) => (phaseFigures(phase)?.tailNs ?? Number.POSITIVE_INFINITY) > EMPTY_SHARE * limitNs);
	// A load that failed twice failed by the runtime if the rig was well once.
	const byRig = above
		.filter(({ load }) => load === failed)
		.every(({ phase }) => rigReasons(phase).length > 0);
	return { held, messages, failed, boundBy: byRig || emptyFails ? "rig" : "runtime" };
}

/**
 * Estimates the capacity over processes, on the log scale with Student's distribution. The search knows it
 * to the distance of held and failed only, which widens the interval. Processes that the rig has bound say
 * at least how much it is, and count where no two others are left.
 * @returns null where nothing was searched
 */
export function capacityOf(
	processes: readonly LoadProcess[],
	empties: readonly LoadProcess[],
	limitNs: number,
): Capacity | null {
	const phases = processes.map((process) => process.phases);
	const found = processes.flatMap((one) => {
		const beside = empties.filter(({ process }) => process === one.process).flatMap((empty) => empty.phases);
		return searchResult(one.phases, beside, limitNs) ?? [];
	});
	if (found.length === 0) return null;
	const isClosed = phases.flat().some(({ purpose, plan }) => purpose === "search" && plan.kind === "closed");
	const unit = isClosed ? "conversations" : "per-second";
	const bound = found.filter(({ boundBy }) => boundBy === "runtime");
	const counted = bound.length >= Math.min(2, found.length) ? bound : found;
	const values = counted.flatMap(({ held }) => held ?? []);
	const limit = counted.some(({ boundBy }) => boundBy === "rig") ? "rig" : "cut";
	const atLeast = counted === bound ? null : limit;
	const base = { unit, processes: found, atLeast } as const;
	if (values.length === 0) return { ...base, value: null, interval: null };
	if (atLeast !== null) return { ...base, value: Math.max(...values), interval: null };
	const gaps = counted.flatMap(({ held, failed }) =>
		held === null || failed === null ? [] : [Math.log(failed / held)],
	);
	const estimate = levelEstimate(values);
	const value = factorOf(mean(values.map(Math.log)));
	const interval = estimate === null ? null : boundsOf(widenTo(estimate, gaps.length === 0 ? 0 : mean(gaps)));
	return { ...base, value, interval };
}
