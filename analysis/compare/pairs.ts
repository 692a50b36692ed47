/** A pair is two processes of one block. Figures of two targets meet only here. */
import type { ProcessSample } from "../../shared/types.ts";
import { aaSamples, measuringSamples, pairableValues } from "../cell/samples.ts";
import { blockLogRatio } from "../stats/intervals.ts";

/**
 * Returns one log-ratio a block, of `a` over `x`, in the order of the blocks. Only processes that took turns
 * with each other count, in blocks that count. If one did fewer iterations than the other, as in a run that
 * was stopped, only the iterations of both count.
 */
export function blockLogRatios(
	a: readonly ProcessSample[],
	x: readonly ProcessSample[],
	metric: string,
): number[] {
	return pairedSeries(a, x, metric).map(([one, other]) => blockLogRatio(one, other));
}

/** The log-ratios of the blocks of one machine. */
export interface MachineLogs {
	machine: number;
	logs: number[];
}

/** Returns the same as {@link blockLogRatios} for each machine, in the order of the machines. */
export function machineLogRatios(
	a: readonly ProcessSample[],
	x: readonly ProcessSample[],
	metric: string,
): MachineLogs[] {
	const machines = [...new Set(a.map(({ machine = 0 }) => machine))].toSorted((one, other) => one - other);
	const on = (samples: readonly ProcessSample[], wanted: number) =>
		samples.filter(({ machine = 0 }) => machine === wanted);
	return machines.flatMap((machine) => {
		const logs = blockLogRatios(on(a, machine), on(x, machine), metric);
		return logs.length === 0 ? [] : [{ machine, logs }];
	});
}

/**
 * Returns the log-ratios of all pairs of iterations, block by block. The variance inside a block is estimated
 * from them.
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

/** Returns the log-ratios of a target's own process over its A/A process, one a block. */
export function aaLogRatios(samples: readonly ProcessSample[], metric: string): number[] {
	return blockLogRatios(measuringSamples(samples), aaSamples(samples), metric);
}

/**
 * Returns one difference a block, of `a` less `x`, of a metric whose values may be 0 or negative. The same
 * processes pair as in {@link blockLogRatios}.
 */
export function blockDifferences(
	a: readonly ProcessSample[],
	x: readonly ProcessSample[],
	metric: string,
): number[] {
	return pairedProcesses(a, x).flatMap(([one, other]) => {
		const [value, from] = [one.values[metric] ?? null, other.values[metric] ?? null];
		return value === null || from === null ? [] : [value - from];
	});
}

function pairedProcesses(
	a: readonly ProcessSample[],
	x: readonly ProcessSample[],
): [ProcessSample, ProcessSample][] {
	const others = new Map(
		x.filter(({ counted }) => counted).map((sample) => [`${sample.block}/${sample.attempt}`, sample]),
	);
	return a
		.filter(({ counted }) => counted)
		.toSorted((one, other) => one.block - other.block)
		.flatMap((sample): [ProcessSample, ProcessSample][] => {
			const other = others.get(`${sample.block}/${sample.attempt}`);
			return other ? [[sample, other]] : [];
		});
}

function pairedSeries(
	a: readonly ProcessSample[],
	x: readonly ProcessSample[],
	metric: string,
): [readonly number[], readonly number[]][] {
	return pairedProcesses(a, x).flatMap(([sample, other]): [readonly number[], readonly number[]][] => {
		const [one, two] = [pairableValues(sample, metric), pairableValues(other, metric)];
		const shared = Math.min(one.length, two.length);
		return shared === 0 ? [] : [[one.slice(0, shared), two.slice(0, shared)]];
	});
}
