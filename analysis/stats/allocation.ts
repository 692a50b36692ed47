/**
 * This file splits a measuring budget between blocks and iterations, and says when enough is measured.
 * Variance components and optimal counts follow Kalibera and Jones, "Rigorous Benchmarking in Reasonable
 * Time" (ISMM 2013), sections 6 and 7.
 */
import { studentQuantile } from "./distributions.ts";
import { CONFIDENCE } from "./intervals.ts";
import { mean, standardDeviation } from "./statistics.ts";

/** Variances of the log-ratios of paired iterations. */
export interface VarianceComponents {
	betweenBlocks: number;
	/** The variance of one pair of iterations inside a block. */
	withinBlock: number;
}

/**
 * For normal noise, the variance of a median is that of a mean times this. A block keeps the median of its
 * pairs.
 */
const MEDIAN_VARIANCE = Math.PI / 2;
/** With fewer blocks the spread of the sample is too often small by chance: stopping on it would deceive. */
export const LEAST_PILOT = 8;
/** No scenario takes more blocks than this, however noisy it is. */
export const MOST_BLOCKS = 200;

/**
 * Estimates the variance between blocks and inside them.
 * @param blocks log-ratios of the paired iterations of each block; blocks may differ in length, and empty
 *   ones are left out
 * @returns variances of log-ratios. The one between blocks is at least 0, and 0 with fewer than two blocks;
 *   the one inside blocks is 0 where no block has two pairs
 */
export function varianceComponents(blocks: readonly (readonly number[])[]): VarianceComponents {
	const present = blocks.filter(({ length }) => length > 0);
	let [squares, freedom] = [0, 0];
	for (const block of present) {
		const deviation = standardDeviation(block);
		if (deviation === null) continue;
		squares += (block.length - 1) * deviation ** 2;
		freedom += block.length - 1;
	}
	const withinBlock = freedom > 0 ? squares / freedom : 0;
	const deviation = present.length > 1 ? standardDeviation(present.map(mean)) : null;
	if (deviation === null) return { betweenBlocks: 0, withinBlock };
	const expected = withinBlock * mean(present.map(({ length }) => 1 / length));
	return { betweenBlocks: Math.max(0, deviation ** 2 - expected), withinBlock };
}

/**
 * Returns how many iterations a process should do, so that a given time gives the narrowest interval: the
 * square root of the ratio of costs times the ratio of variances, within the bounds.
 */
export function iterationsPerProcess(options: {
	components: VarianceComponents;
	/** Time to start and warm up a process. */
	processSeconds: number;
	iterationSeconds: number;
	least: number;
	most: number;
}): number {
	const { components, processSeconds, iterationSeconds, least, most } = options;
	const { betweenBlocks, withinBlock } = components;
	if (withinBlock === 0) return least;
	const best = Math.sqrt(
		((processSeconds / iterationSeconds) * (MEDIAN_VARIANCE * withinBlock)) / betweenBlocks,
	);
	return Math.min(most, Math.max(least, Math.ceil(Number.isFinite(best) ? best : most)));
}

/** Returns half the width of the 95 % interval, on the log scale; infinite with fewer than two blocks. */
export function halfWidth(blockLogRatios: readonly number[]): number {
	const deviation = blockLogRatios.length === 0 ? null : standardDeviation(blockLogRatios);
	return deviation === null ? Number.POSITIVE_INFINITY : expectedHalfWidth(deviation, blockLogRatios.length);
}

/**
 * Says whether to stop: after at least {@link LEAST_PILOT} blocks, once the interval is as narrow as was
 * asked. A run that stops on its own interval preferably stops when chance made it narrow (Chow and Robbins,
 * Annals of Mathematical Statistics 36, 1965; Stein's remedy of 1945 costs half as many blocks again). With
 * the long pilot, and an interval that is then never reported narrower than asked, 93 to 96 % are covered
 * (docs/statistics.md).
 */
export function isNarrowEnough({
	blocks,
	halfWidth,
	precision,
}: {
	blocks: number;
	/** On the log scale. */
	halfWidth: number;
	/** Relative: 0.03 is 3 %. */
	precision: number;
}): boolean {
	return blocks >= LEAST_PILOT && halfWidth <= Math.log1p(precision);
}

/**
 * Returns the half-width of a 95 % interval over so many blocks that scatter by `spread`, on the log
 * scale.
 */
export function expectedHalfWidth(spread: number, blocks: number): number {
	return blocks < 2 ? Number.POSITIVE_INFINITY : (quantileOf(blocks - 1) * spread) / Math.sqrt(blocks);
}

/** A plan asks for the same quantiles thousands of times. */
const quantiles = new Map<number, number>();

function quantileOf(freedom: number): number {
	const known = quantiles.get(freedom) ?? studentQuantile((1 + CONFIDENCE) / 2, freedom);
	quantiles.set(freedom, known);
	return known;
}
