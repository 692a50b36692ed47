/**
 * Does a message cost more, the more messages are stored? Messages are handled one at a time on a fresh
 * agent; the time of each is the framework's alone.
 */
import type { LoadMessages, LoadPhase } from "../../shared/types.ts";
import { type Estimate, ratioEstimate, studentInterval } from "../stats/intervals.ts";
import { mean, median, sum } from "../stats/statistics.ts";

/**
 * So many medians of neighbours make the line. They keep a collection or a neighbour's burst out of it, and
 * are far enough apart to be independent.
 */
const BATCHES = 20;
/** With fewer messages a batch has no median worth the name. */
const LEAST_MESSAGES = 10 * BATCHES;
/** Less growth than this over the phase changes no answer. */
export const LEAST_GROWTH = 0.1;

export interface StoredCost {
	/** Messages of the phase. */
	messages: number;
	/** By the line: of the first message and of the last. */
	firstNs: number;
	lastNs: number;
	/** Last over first, as a logarithm, with its interval by Student's distribution over the batches. */
	log: { value: number; low: number; high: number };
}

/**
 * Fits a line through the times by least squares.
 * @returns null where too few messages returned
 */
export function storedCost({ messages }: Pick<LoadPhase, "messages">): StoredCost | null {
	const times = serviceTimes(messages);
	if (times.length < LEAST_MESSAGES) return null;
	const points = Array.from({ length: BATCHES }, (_, batch) => {
		const from = Math.floor((times.length * batch) / BATCHES);
		const to = Math.floor((times.length * (batch + 1)) / BATCHES);
		return { x: (from + to - 1) / 2, y: median(times.slice(from, to)) };
	});
	const [middleX, middleY] = [mean(points.map(({ x }) => x)), mean(points.map(({ y }) => y))];
	const spread = sum(points.map(({ x }) => (x - middleX) ** 2));
	const slope = sum(points.map(({ x, y }) => (x - middleX) * (y - middleY))) / spread;
	const residuals = points.map(({ x, y }) => y - middleY - slope * (x - middleX));
	const freedom = BATCHES - 2;
	const error = Math.sqrt(sum(residuals.map((residual) => residual ** 2)) / freedom / spread);
	const { low, high } = studentInterval(slope, error, freedom);
	// A line that begins below nothing is a curve. Its first batch says where it begins.
	const least = Math.min(...points.map(({ y }) => y)) / 2;
	const atEnds = (rise: number) => {
		const at = (x: number) => Math.max(least, middleY + rise * (x - middleX));
		return [at(0), at(times.length - 1)] as const;
	};
	const logOf = (rise: number) => {
		const [first, last] = atEnds(rise);
		return Math.log(last / first);
	};
	const [firstNs, lastNs] = atEnds(slope);
	return {
		messages: times.length,
		firstNs,
		lastNs,
		log: { value: logOf(slope), low: logOf(low), high: logOf(high) },
	};
}

/** Says whether one process shows that cost grows, by more than would change an answer. */
export function showsGrowth({ log }: StoredCost): boolean {
	return log.low > 0 && log.value > Math.log1p(LEAST_GROWTH);
}

/** Estimates how many times more the last message costs than the first, over processes; null with one. */
export function growthFactor(costs: readonly StoredCost[]): Estimate | null {
	return ratioEstimate(costs.map(({ log }) => log.value));
}

/** The framework's time for each message that it answered. */
function serviceTimes({ calledNs, returnedNs, modelNs }: LoadMessages): number[] {
	return returnedNs.flatMap((returned, index) => {
		const called = calledNs[index] ?? null;
		return returned === null || called === null ? [] : [returned - called - (modelNs[index] ?? 0)];
	});
}
