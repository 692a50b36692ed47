/** Pairs of processes of one block: the only place where two targets' figures meet. */
import type { ProcessSample } from "../../shared/types.ts";
import { aaSamples, measuringSamples, pairableValues } from "../cell/samples.ts";
import { blockLogRatio } from "../stats/intervals.ts";

/**
 * One log-ratio a block, of `a` over `x`, in the order of the blocks: only of processes that took turns with
 * each other, in blocks that count.
 * Where one did fewer iterations than the other (a run that was stopped), of the iterations both did.
 */
export function blockLogRatios(
	a: readonly ProcessSample[],
	x: readonly ProcessSample[],
	metric: string,
): number[] {
	return pairedSeries(a, x, metric).map(([one, other]) => blockLogRatio(one, other));
}

/**
 * Per block, the log-ratio of every pair of iterations: what the variance inside a block is estimated from.
 */
export function iterationLogRatios(
	a: readonly ProcessSample[],
	x: readonly ProcessSample[],
	metric: string,
): number[][] {
	return pairedSeries(a, x, metric).map(([one, other]) =>
		one.map((value, index) => Math.log(value / (other[index] ?? Number.NaN))),
	);
}

/** The target against itself: its first and second process of each block. */
export function aaLogRatios(samples: readonly ProcessSample[], metric: string): number[] {
	return blockLogRatios(measuringSamples(samples), aaSamples(samples), metric);
}

function pairedSeries(
	a: readonly ProcessSample[],
	x: readonly ProcessSample[],
	metric: string,
): [readonly number[], readonly number[]][] {
	const others = new Map(
		x.filter(({ counted }) => counted).map((sample) => [`${sample.block}/${sample.attempt}`, sample]),
	);
	return a
		.filter(({ counted }) => counted)
		.toSorted((one, other) => one.block - other.block)
		.flatMap((sample): [readonly number[], readonly number[]][] => {
			const other = others.get(`${sample.block}/${sample.attempt}`);
			if (!other) return [];
			const [one, two] = [pairableValues(sample, metric), pairableValues(other, metric)];
			const shared = Math.min(one.length, two.length);
			return shared === 0 ? [] : [[one.slice(0, shared), two.slice(0, shared)]];
		});
}
