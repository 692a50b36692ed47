/**
 * This file tells how far a target differs from itself: the floors that a win must exceed, and how often the
 * method raises a false alarm.
 */
import type { CellNoise, FalseAlarms, RatioPair, ScenarioResult } from "../../shared/types.ts";
import { cellOn, machinesOf } from "../cell/machines.ts";
import { studentQuantile } from "../stats/distributions.ts";
import { boundsOf, CONFIDENCE, type Estimate, ratioEstimate, widenTo } from "../stats/intervals.ts";
import { factorOf, mean, median, standardDeviation, sum } from "../stats/statistics.ts";
import { aaLogRatios } from "./pairs.ts";
import { decideVerdict, minimumDetectableEffect, noiseFloor } from "./verdict.ts";

export interface Floor {
	/** A log-ratio, 0 where no difference was seen; null where the target was not measured against itself. */
	log: number | null;
	source: CellNoise["floor_source"];
	blocks: number;
}

/**
 * Returns the floor of one metric of a cell: the systematic difference of the target from itself, over all
 * A/A blocks there are.
 */
export function floorOf(cell: ScenarioResult, metric: string): Floor {
	if (cell.on_machines) return floorOver(cell, metric);
	const own = aaLogRatios(cell.samples, metric);
	const earlier = cell.earlier_aa[metric] ?? [];
	const all = [...earlier, ...own];
	const log = noiseFloor(all);
	if (log === null) return { log, source: "not measured", blocks: 0 };
	const source =
		own.length === 0 ? "earlier runs" : earlier.length === 0 ? "this run" : "this and earlier runs";
	return { log, source, blocks: all.length };
}

/** Every unlike machine has a floor of its own. Over all of them it is the mean of those that are known. */
function floorOver(cell: ScenarioResult, metric: string): Floor {
	const floors = machinesOf(cell).flatMap((machine) => {
		const own = cellOn(cell, machine);
		return own ? [floorOf(own, metric)] : [];
	});
	const known = floors.filter(({ log }) => log !== null);
	const [first] = known;
	if (!first) return { log: null, source: "not measured", blocks: 0 };
	const source = known.every((one) => one.source === first.source) ? first.source : "this and earlier runs";
	return {
		log: mean(known.map(({ log }) => log ?? 0)),
		source,
		blocks: sum(known.map(({ blocks }) => blocks)),
	};
}

/**
 * Returns the floor that a ratio of two cells has to clear. Where nothing was measured, that is none: the
 * two took turns, and the interval alone decides.
 */
export function pairFloorLog(one: ScenarioResult, other: ScenarioResult, metric: string): number {
	return Math.max(floorOf(one, metric).log ?? 0, floorOf(other, metric).log ?? 0);
}

/**
 * Estimates the ratio of two targets over their blocks. Where the blocks were ended by their own interval,
 * the interval is no narrower than that precision.
 * @param precision relative half-width at which the blocks were ended, at 95 %; null where they were not
 * @returns null with fewer than two blocks
 */
export function pairEstimate(
	blockLogRatios: readonly number[],
	precision: number | null,
	confidence = CONFIDENCE,
): Estimate | null {
	const estimate = ratioEstimate(blockLogRatios, confidence);
	return estimate === null || precision === null
		? estimate
		: widenToPrecision(estimate, precision, confidence);
}

/** Returns the estimate with an interval no narrower than the precision at which the blocks were ended. */
export function widenToPrecision(estimate: Estimate, precision: number, confidence: number): Estimate {
	const [half, halfThen] = [confidence, CONFIDENCE].map((level) =>
		studentQuantile((1 + level) / 2, estimate.degreesOfFreedom),
	) as [number, number];
	return widenTo(estimate, (Math.log1p(precision) * half) / halfThen);
}

/**
 * Makes the pair of two targets, with its verdict.
 * @param blockLogRatios how many times worse `a` is than `b`, as one log-ratio a block
 * @param precision as in {@link pairEstimate}
 * @returns null without blocks
 */
export function ratioPairOf(
	a: string,
	b: string,
	blockLogRatios: readonly number[],
	floorLog: number,
	precision: number | null = null,
): RatioPair | null {
	if (blockLogRatios.length === 0) return null;
	const estimate = pairEstimate(blockLogRatios, precision);
	const spread = standardDeviation(blockLogRatios);
	return {
		a,
		b,
		blocks: blockLogRatios.length,
		floor: Math.expm1(floorLog),
		verdict: decideVerdict(estimate, floorLog),
		ratio: estimate?.value ?? factorOf(blockLogRatios[0] ?? 0),
		interval: boundsOf(estimate),
		minimum_detectable_effect:
			spread === null
				? null
				: minimumDetectableEffect({ standardDeviation: spread, blocks: blockLogRatios.length, floorLog }),
	};
}

/**
 * Describes the noise of a cell.
 * @param metric the one that decides the scenario; null if nothing was measured
 */
export function cellNoise(target: string, cell: ScenarioResult, metric: string | null): CellNoise | null {
	if (metric === null || cell.samples.length === 0) return null;
	const { log, source, blocks } = floorOf(cell, metric);
	// The A/A pair is judged by the floor known before this run. Its own floor would clear itself by
	// construction.
	const known = noiseFloor(cell.earlier_aa[metric] ?? []) ?? 0;
	const aa = ratioPairOf(target, `${target}~aa`, aaLogRatios(cell.samples, metric), known);
	return { floor: log === null ? null : Math.expm1(log), floor_source: source, floor_blocks: blocks, aa };
}

/**
 * Counts the cells that the method calls different from themselves. Where no earlier run gives a floor, a
 * cell is judged by the median floor of the target's other cells, never by its own.
 * @param noise one entry a scenario, by target
 */
export function falseAlarms(noise: readonly Record<string, CellNoise>[]): FalseAlarms | null {
	const cells = noise.flatMap((row, scenario) =>
		Object.entries(row).map(([target, cell]) => ({ scenario, target, cell })),
	);
	const judged = cells.flatMap(({ scenario, target, cell: { aa, floor_source } }) => {
		if (aa === null || aa.interval === null) return [];
		const others = cells.filter(
			(row) => row.target === target && row.scenario !== scenario && row.cell.floor_source === "this run",
		);
		const borrowed =
			floor_source === "this run" && others.length > 0
				? median(others.map(({ cell }) => cell.floor ?? 0))
				: aa.floor;
		return [{ ...aa.interval, floor: borrowed }];
	});
	if (judged.length === 0) return null;
	return {
		comparisons: judged.length,
		outside_interval: judged.filter(({ low, high }) => low > 1 || high < 1).length,
		verdicts: judged.filter(({ low, high, floor }) => low > 1 + floor || high < 1 / (1 + floor)).length,
	};
}
