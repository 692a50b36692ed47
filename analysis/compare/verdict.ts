/**
 * This file decides when a difference is one: by intervals, floors and ranks instead of the order of two
 * means.
 */
import type { Verdict } from "../../shared/types.ts";
import { logGamma, normalCdf, studentQuantile } from "../stats/distributions.ts";
import { CONFIDENCE, type Estimate } from "../stats/intervals.ts";
import { factorOf, mean } from "../stats/statistics.ts";

/**
 * Returns how far a target was seen to differ from itself: the size of the mean of A/A log-ratios, one a
 * block. Both processes are the same program, so with many blocks the rest is the method's own bias. With few
 * blocks it is noise too, and a lead that is no larger is none.
 * @returns a log-ratio of at least 0; null with fewer than two blocks
 */
export function noiseFloor(aaBlockLogRatios: readonly number[]): number | null {
	return aaBlockLogRatios.length < 2 ? null : Math.abs(mean(aaBlockLogRatios));
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
	return Math.expm1(floorLog + (noncentrality(blocks - 1, power) * deviation) / Math.sqrt(blocks));
}

const known = new Map<string, number>();

/**
 * Returns the noncentrality at which the lower end of a 95 % t interval lies above 0 with this probability.
 */
function noncentrality(df: number, power: number): number {
	const key = `${df}/${power}`;
	const found = known.get(key) ?? solveNoncentrality(df, power);
	known.set(key, found);
	return found;
}

function solveNoncentrality(df: number, power: number): number {
	const critical = studentQuantile((1 + CONFIDENCE) / 2, df);
	let [low, high] = [0, 20 * critical];
	for (let step = 0; step < 60; step++) {
		const middle = (low + high) / 2;
		if (powerAt(middle, critical, df) < power) low = middle;
		else high = middle;
	}
	return (low + high) / 2;
}

/**
 * Returns P(Z + shift > critical W), where W is the sample's standard deviation over the true one, by
 * Simpson's rule over the density of W.
 */
function powerAt(shift: number, critical: number, df: number): number {
	const constant = Math.log(2) + (df / 2) * Math.log(df / 2) - logGamma(df / 2);
	const density = (w: number) =>
		w === 0 && df > 1 ? 0 : Math.exp(constant + (df === 1 ? 0 : (df - 1) * Math.log(w)) - (df * w * w) / 2);
	const [steps, most] = [2000, 1 + 8 / Math.sqrt(2 * df)];
	const width = most / steps;
	let sum = 0;
	for (let step = 0; step <= steps; step++) {
		const w = step * width;
		const weight = step === 0 || step === steps ? 1 : step % 2 === 1 ? 4 : 2;
		sum += weight * normalCdf(shift - critical * w) * density(w);
	}
	return (sum * width) / 3;
}
