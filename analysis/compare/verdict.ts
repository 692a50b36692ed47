/**
 * This file decides when a difference is one: by intervals, floors and ranks instead of the order of two
 * means.
 */
import type { Verdict } from "../../shared/types.ts";
import { CONFIDENCE, type Estimate, ratioEstimate } from "../stats/intervals.ts";
import { detectableShift } from "../stats/power.ts";
import { factorOf } from "../stats/statistics.ts";

/** Fewer blocks of A/A than this give no floor. */
const LEAST_BLOCKS = 3;

/**
 * Returns the systematic difference of a target from itself, from A/A log-ratios, one a block: their mean
 * where it differs from 0 significantly, else 0. Scatter is no part of it. A ratio's own interval has that
 * already, and the size of a mean over few blocks is mostly scatter.
 * @returns a log-ratio of at least 0; null with fewer than three blocks
 */
export function noiseFloor(aaBlockLogRatios: readonly number[]): number | null {
	if (aaBlockLogRatios.length < LEAST_BLOCKS) return null;
	const estimate = ratioEstimate(aaBlockLogRatios);
	if (estimate === null) return null;
	const { value, low, high } = estimate;
	return low > 1 || high < 1 ? Math.abs(Math.log(value)) : 0;
}

/**
 * Gives the verdict on one side of an estimate.
 * @param estimate how many times worse the one is than the other; null with too few blocks
 * @param floorLog the difference that must be exceeded, on the log scale
 */
export function decideVerdict(estimate: Pick<Estimate, "low" | "high"> | null, floorLog: number): Verdict {
	if (estimate === null) return "undecided";
	if (estimate.high < factorOf(-floorLog)) return "better";
	return estimate.low > factorOf(floorLog) ? "worse" : "tie";
}

/**
 * Returns the ranks that each id may hold: behind all that are significantly better, before all that are
 * significantly worse.
 */
export function rankIntervals(
	ids: readonly string[],
	verdictOf: (a: string, b: string) => Verdict,
): Record<string, { best: number; worst: number }> {
	return Object.fromEntries(
		ids.map((id) => {
			const verdicts = ids.filter((other) => other !== id).map((other) => verdictOf(id, other));
			const count = (wanted: Verdict) => verdicts.filter((verdict) => verdict === wanted).length;
			return [id, { best: 1 + count("worse"), worst: ids.length - count("better") }];
		}),
	);
}

export interface Detection {
	/** The standard deviation of the log-ratios of blocks. */
	standardDeviation: number;
	blocks: number;
	floorLog: number;
	/** The probability with which the difference should be found. */
	power?: number;
}

/**
 * Returns the relative difference (0.05 is 5 %) that {@link decideVerdict} would find with the given
 * probability. The noncentral t distribution says how far the mean must lie from the floor, in standard
 * errors (Cohen, Statistical Power Analysis, 1988, ch. 2).
 * @returns null with fewer than two blocks
 */
export function minimumDetectableEffect({
	standardDeviation: deviation,
	blocks,
	floorLog,
	power = 0.9,
}: Detection): number | null {
	if (blocks < 2) return null;
	return Math.expm1(
		floorLog + (detectableShift(blocks - 1, (1 + CONFIDENCE) / 2, power) * deviation) / Math.sqrt(blocks),
	);
}
