/** The bootstrap over whole processes tells how far a pooled quantile moves if other processes are drawn. */

import { Random } from "../../shared/random.ts";
import { logGamma } from "./distributions.ts";
import { sum } from "./statistics.ts";

const RESAMPLES = 1000;
/**
 * Up to this many processes every possible resample is computed, with its probability: 1716 resamples of
 * seven processes.
 */
const MOST_ENUMERATED = 7;

/**
 * Estimates a quantile of all values and how much it varies between draws of processes.
 * @param processes ascending positive values of each
 * @returns the quantile, and the standard deviation of its logarithm over resamples of processes
 */
export function bootstrapDeviation(
	processes: readonly Float64Array[],
	probability: number,
): { value: number; logDeviation: number } {
	const value = pooledQuantile(
		processes,
		processes.map(() => 1),
		probability,
	);
	let [weight, mean, squares] = [0, 0, 0];
	// Mean and variance follow West's weighted update (CACM 22:9, 1979).
	for (const { counts, probability: share } of resamples(processes.length)) {
		const log = Math.log(pooledQuantile(processes, counts, probability));
		weight += share;
		const step = log - mean;
		mean += (share / weight) * step;
		squares += share * step * (log - mean);
	}
	return { value, logDeviation: Math.sqrt(Math.max(0, squares / weight)) };
}

interface Resample {
	/** The number of times that each process is drawn, by its index. */
	counts: number[];
	probability: number;
}

function resamples(processes: number): Iterable<Resample> {
	return processes <= MOST_ENUMERATED ? enumerateResamples(processes) : drawResamples(processes);
}

/** Yields all multisets of that size with their multinomial probabilities. */
function* enumerateResamples(size: number): Generator<Resample> {
	const counts = Array<number>(size).fill(0);
	const total = logGamma(size + 1) - size * Math.log(size);
	function* fill(index: number, left: number): Generator<Resample> {
		if (index === size - 1) {
			counts[index] = left;
			const log = counts.reduce((sum, count) => sum - logGamma(count + 1), total);
			yield { counts, probability: Math.exp(log) };
			return;
		}
		for (let count = 0; count <= left; count++) {
			counts[index] = count;
			yield* fill(index + 1, left - count);
		}
	}
	yield* fill(0, size);
}

/** Yields random draws, the same every time: an interval must not change when a report is printed again. */
function* drawResamples(size: number): Generator<Resample> {
	const random = new Random(size);
	for (let draw = 0; draw < RESAMPLES; draw++) {
		const counts = Array<number>(size).fill(0);
		for (let index = 0; index < size; index++) {
			const drawn = Math.floor(random.next() * size);
			counts[drawn] = (counts[drawn] as number) + 1;
		}
		yield { counts, probability: 1 / RESAMPLES };
	}
}

/**
 * Returns the quantile of type 7 of Hyndman and Fan over the union, with each process counted `counts` times.
 * The union is never built: ten million values are sorted once, not once per resample.
 * @param processes ascending values of each
 */
export function pooledQuantile(
	processes: readonly Float64Array[],
	counts: readonly number[],
	probability: number,
): number {
	const total = sum(processes.map(({ length }, index) => length * (counts[index] as number)));
	const position = (total - 1) * probability;
	const low = pooledOrder(processes, counts, Math.floor(position));
	const share = position - Math.floor(position);
	return share === 0 ? low : low + share * (pooledOrder(processes, counts, Math.ceil(position)) - low);
}

/**
 * Returns the value of that rank (from 0), by bisection over the values of the process that still has the
 * most candidates.
 * @throws {RangeError} where there is no value of that rank
 */
function pooledOrder(processes: readonly Float64Array[], counts: readonly number[], rank: number): number {
	const from = processes.map(() => 0);
	const to = processes.map(({ length }, index) => ((counts[index] as number) > 0 ? length : 0));
	for (;;) {
		let widest = 0;
		for (let index = 1; index < processes.length; index++)
			if (width(from, to, index) > width(from, to, widest)) widest = index;
		const values = processes[widest] as Float64Array;
		if (width(from, to, widest) === 0) throw new RangeError(`no value of rank ${rank}`);
		const pivot = values[((from[widest] as number) + (to[widest] as number)) >> 1] as number;
		let below = 0;
		let upTo = 0;
		const starts: number[] = [];
		const ends: number[] = [];
		for (const [index, process] of processes.entries()) {
			starts.push(firstAtLeast(process, pivot));
			ends.push(firstAbove(process, pivot));
			below += (starts[index] as number) * (counts[index] as number);
			upTo += (ends[index] as number) * (counts[index] as number);
		}
		if (rank >= below && rank < upTo) return pivot;
		for (let index = 0; index < processes.length; index++) {
			if (rank < below) to[index] = Math.min(to[index] as number, starts[index] as number);
			else from[index] = Math.max(from[index] as number, ends[index] as number);
		}
	}
}

function width(from: readonly number[], to: readonly number[], index: number): number {
	return Math.max(0, (to[index] as number) - (from[index] as number));
}

function firstAtLeast(sorted: Float64Array, value: number): number {
	let [low, high] = [0, sorted.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((sorted[middle] as number) < value) low = middle + 1;
		else high = middle;
	}
	return low;
}

function firstAbove(sorted: Float64Array, value: number): number {
	let [low, high] = [0, sorted.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((sorted[middle] as number) <= value) low = middle + 1;
		else high = middle;
	}
	return low;
}
