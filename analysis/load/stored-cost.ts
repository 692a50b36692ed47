/**
 * Does a message cost more, the more messages are stored? Messages are handled one at a time on a fresh
 * agent; the time of each is the framework's alone.
 */
import type { LoadMessages, LoadPhase } from "../../shared/types.ts";
import { ratioEstimate, type ValueInterval } from "../stats/intervals.ts";
import { robustLine } from "../stats/robust-line.ts";
import { median, quantile } from "../stats/statistics.ts";

/**
 * So many parts of the phase make the line, each with its lower quartile: that keeps collections and most
 * of a neighbour's bursts out of it.
 */
const BATCHES = 20;
const QUARTILE = 0.25;
/** With fewer messages a part has no quartile worth the name. */
const LEAST_MESSAGES = 4 * BATCHES;
/** Which question is asked of a target hangs on one process. */
const SURE = 0.99;
/**
 * Growth below this, for a thousand messages, leaves a rate its meaning: it takes ten thousand messages to
 * make one cost half as much again.
 */
export const LEAST_GROWTH = 0.05;
const GROWTH_MESSAGES = 1000;

export interface StoredCost {
	/** Messages of the phase. */
	messages: number;
	/** By the line: of the first message and of the last. */
	firstNs: number;
	lastNs: number;
	/** Last over first, as a logarithm, with its 99 % interval. */
	log: { value: number; low: number; high: number };
}

/**
 * Fits a line through the times.
 * @returns null where too few messages returned
 */
export function storedCost({ messages }: Pick<LoadPhase, "messages">): StoredCost | null {
	const times = serviceTimes(messages);
	if (times.length < LEAST_MESSAGES) return null;
	const points = Array.from({ length: BATCHES }, (_, batch) => {
		const from = Math.floor((times.length * batch) / BATCHES);
		const to = Math.floor((times.length * (batch + 1)) / BATCHES);
		return [(from + to - 1) / 2, quantile(times.slice(from, to), QUARTILE)] as const;
	});
	const line = robustLine(points, SURE);
	if (line === null) return null;
	// A line that begins below nothing is a curve: it begins no lower than half of the least that was seen.
	const least = Math.min(...points.map(([, time]) => time)) / 2;
	const middle = (times.length - 1) / 2;
	const height = line.intercept + line.slope * middle;
	const logOf = (slope: number) => {
		const [first, last] = [height - slope * middle, height + slope * middle].map((at) => Math.max(least, at));
		return Math.log((last as number) / (first as number));
	};
	const firstNs = Math.max(least, line.intercept);
	const lastNs = Math.max(least, line.intercept + line.slope * (times.length - 1));
	return {
		messages: times.length,
		firstNs,
		lastNs,
		log: { value: Math.log(lastNs / firstNs), low: logOf(line.low), high: logOf(line.high) },
	};
}

/**
 * Says whether the phases of one process show that cost grows, by more than would change an answer. A
 * neighbour's burst may look like growth once. So where one phase does, another one is asked.
 */
export function showsGrowth(costs: readonly StoredCost[]): boolean {
	const grows = ({ log, messages }: StoredCost) =>
		log.low > 0 && log.value > Math.log1p((LEAST_GROWTH * messages) / GROWTH_MESSAGES);
	return costs.length > 0 && costs.every(grows);
}

/**
 * Estimates how many times more the last message costs than the first: over processes, or, with one, from all
 * that the lines of its phases leave possible.
 * @param processes at least one, each with at least one phase
 */
export function growthFactor(processes: readonly (readonly StoredCost[])[]): ValueInterval {
	const levels = processes.map((costs) => median(costs.map(({ log }) => log.value)));
	const over = ratioEstimate(levels);
	if (over !== null) return over;
	const logs = processes.flat().map(({ log }) => log);
	return {
		value: Math.exp(median(levels)),
		low: Math.exp(Math.min(...logs.map(({ low }) => low))),
		high: Math.exp(Math.max(...logs.map(({ high }) => high))),
	};
}

/** The framework's time for each message that it answered. */
function serviceTimes({ calledNs, returnedNs, modelNs }: LoadMessages): number[] {
	return returnedNs.flatMap((returned, index) => {
		const called = calledNs[index] ?? null;
		return returned === null || called === null ? [] : [returned - called - (modelNs[index] ?? 0)];
	});
}
