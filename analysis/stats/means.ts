/** This file makes intervals of means and differences of values that may be 0 or negative. */
import { addVariances, CONFIDENCE, studentInterval, type ValueInterval } from "./intervals.ts";
import { mean, standardDeviation, sum } from "./statistics.ts";

/** A mean in the unit of what was measured, with the standard error in that unit. */
export interface MeanEstimate extends ValueInterval {
	standardError: number;
	degreesOfFreedom: number;
}

/**
 * Estimates the mean of values that may be negative, one a block.
 * @returns null with fewer than two values
 */
export function meanEstimate(values: readonly number[], confidence = CONFIDENCE): MeanEstimate | null {
	const deviation = values.length === 0 ? null : standardDeviation(values);
	if (deviation === null) return null;
	return meanFrom(mean(values), deviation / Math.sqrt(values.length), values.length - 1, confidence);
}

/**
 * Estimates the difference of two means from independent processes, by Welch's interval.
 * @returns the first less the second; null with fewer than two values on a side
 */
export function meanDifference(
	a: readonly number[],
	b: readonly number[],
	confidence = CONFIDENCE,
): MeanEstimate | null {
	const [one, other] = [meanEstimate(a), meanEstimate(b)];
	return one && other ? sumOf(one.value - other.value, [one, other], { factors: [1, 1], confidence }) : null;
}

/**
 * Estimates the weighted mean of independent estimates.
 * @returns null for none, and without any weight
 */
export function weightedMean(
	parts: readonly { estimate: MeanEstimate; weight: number }[],
	confidence = CONFIDENCE,
): MeanEstimate | null {
	const total = sum(parts.map(({ weight }) => weight));
	if (total <= 0) return null;
	const weights = parts.map(({ weight }) => weight / total);
	const value = sum(parts.map(({ estimate }, index) => estimate.value * (weights[index] ?? 0)));
	return sumOf(
		value,
		parts.map(({ estimate }) => estimate),
		{ factors: weights, confidence },
	);
}

function sumOf(
	value: number,
	parts: readonly MeanEstimate[],
	{ factors, confidence }: { factors: readonly number[]; confidence: number },
): MeanEstimate {
	const { variance, freedom } = addVariances(
		parts.map(({ standardError, degreesOfFreedom }, index) => ({
			variance: (standardError * (factors[index] ?? 0)) ** 2,
			freedom: degreesOfFreedom,
		})),
	);
	return meanFrom(value, Math.sqrt(variance), freedom, confidence);
}

function meanFrom(
	value: number,
	standardError: number,
	degreesOfFreedom: number,
	confidence: number,
): MeanEstimate {
	return {
		...studentInterval(value, standardError, degreesOfFreedom, confidence),
		standardError,
		degreesOfFreedom,
	};
}
