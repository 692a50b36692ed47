/**
 * What one phase of a load run shows. A message's latency begins when it was to be sent, so that a runtime
 * that stands still has every message that should have come meanwhile in its figures (Tene, "How NOT to
 * Measure Latency", 2013: coordinated omission). The framework's share of it is what is left without the
 * model's time.
 */
import { type LoadMessages, type LoadPhase, OUTCOMES, type Outcome } from "../../shared/types.ts";
import { NS_PER_S } from "../../shared/units.ts";
import { quantileOfSorted, sum } from "../stats/statistics.ts";

export const TAIL = 0.99;

export interface PhaseFigures {
	/** Messages that were sent. */
	sent: number;
	outcomes: Record<Outcome, number>;
	/** The framework's share of the latency; null: so many did not return that it is not known. */
	medianNs: number | null;
	tailNs: number | null;
	/** How late the generator was. */
	lateMedianNs: number;
	lateTailNs: number;
	/** Messages that had returned when the sending ended, over the time of sending. */
	deliveredPerSecond: number;
	/** Processor time of the worker for a message; null: it is not known. */
	cpuPerMessageNs: number | null;
	/** From the end of sending to the last return; null: some had not returned in time. */
	recoveryNs: number | null;
}

/** @returns null where nothing was sent */
export function phaseFigures(phase: LoadPhase): PhaseFigures | null {
	const { messages, sendingNs, cpuNs, drainNs } = phase;
	const sent = messages.intendedNs.length;
	if (sent === 0) return null;
	const shares = sortedShares(messages);
	const late = Float64Array.from(messages.sentNs).sort();
	const returnedAt = returnTimes(messages);
	const inTime = returnedAt.filter((at) => at <= sendingNs).length;
	return {
		sent,
		outcomes: countOutcomes(messages),
		medianNs: finite(quantileOfSorted(shares, 0.5)),
		tailNs: finite(quantileOfSorted(shares, TAIL)),
		lateMedianNs: quantileOfSorted(late, 0.5),
		lateTailNs: quantileOfSorted(late, TAIL),
		deliveredPerSecond: inTime / (sendingNs / NS_PER_S),
		cpuPerMessageNs: cpuNs === null ? null : cpuNs / sent,
		recoveryNs: drainNs === null ? null : Math.max(0, latest(returnedAt) - sendingNs),
	};
}

/** Returns when each message returned, from the beginning of the phase, without those that did not. */
function returnTimes({ intendedNs, returnedNs }: LoadMessages): number[] {
	return returnedNs.flatMap((since, index) => (since === null ? [] : [(intendedNs[index] ?? 0) + since]));
}

function latest(times: readonly number[]): number {
	return times.reduce((last, at) => Math.max(last, at), 0);
}

/**
 * Returns the framework's share of every message's latency, in the order of sending. Infinity: it did not
 * return while it was waited for.
 */
export function sharesOf({ returnedNs, modelNs }: LoadMessages): number[] {
	return returnedNs.map((since, index) =>
		since === null ? Number.POSITIVE_INFINITY : Math.max(0, since - (modelNs[index] ?? 0)),
	);
}

function sortedShares(messages: LoadMessages): Float64Array {
	return Float64Array.from(sharesOf(messages)).sort();
}

export function countOutcomes({ outcomes }: LoadMessages): Record<Outcome, number> {
	const counts = Object.fromEntries(Object.keys(OUTCOMES).map((name) => [name, 0])) as Record<
		Outcome,
		number
	>;
	const names = new Map(
		Object.entries(OUTCOMES).map(([name, letter]) => [letter as string, name as Outcome]),
	);
	for (const letter of outcomes) {
		const name = names.get(letter);
		if (name !== undefined) counts[name]++;
	}
	return counts;
}

/** Counts the messages that did not get the right reply in time. What was cut off is not among them. */
export function countFaults(counts: Record<Outcome, number>): number {
	return sum([counts.wrong, counts.lost, counts.raised, counts.late]);
}

/**
 * Says whether a phase's load was held: 99 % of the messages were answered within the limit, and all of them
 * rightly. Null: the phase was cut, and nobody knows.
 */
export function isHeld(phase: LoadPhase, limitNs: number): boolean | null {
	const figures = phaseFigures(phase);
	if (figures === null || phase.ended === "interrupted") return null;
	if (phase.ended !== null || countFaults(figures.outcomes) > 0 || (phase.misplacedUsers ?? 0) > 0)
		return false;
	return figures.tailNs !== null && figures.tailNs <= limitNs;
}

/** Between infinite values there is no interpolation. */
function finite(value: number): number | null {
	return Number.isFinite(value) ? value : null;
}
