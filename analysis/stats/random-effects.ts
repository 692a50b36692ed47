/**
 * This file joins the means of several groups, each with its own noise, where the groups themselves differ: a
 * random-effects meta-analysis. Every group counts alike, and the interval is Hartung and Knapp's ("A refined
 * method for the meta-analysis of controlled clinical trials with binary outcome", Statistics in Medicine 20,
 * 2001), which for equal weights is Student's over the groups: it holds whatever the noise of each is
 * (Ibragimov and Müller, "t-Statistic Based Correlation and Heterogeneity Robust Inference", J. Business and
 * Economic Statistics 28:4, 2010). The variance between groups is Paule and Mandel's ("Consensus Values and
 * Weighting Factors", J. Research NBS 87:5, 1982). Whether groups differ at all is asked with Welch's test
 * ("On the Comparison of Several Mean Values", Biometrika 38, 1951): Cochran's Q where few values give the
 * variances.
 */
import { fisherUpper } from "./distributions.ts";
import { CONFIDENCE, type Estimate, ratioEstimate } from "./intervals.ts";
import { mean, standardDeviation, sum } from "./statistics.ts";

/** How far groups differ beyond their own noise. */
export interface Heterogeneity {
	/**
	 * Cochran's Q: the squared distances of the groups from their weighted mean, in units of their variance.
	 */
	q: number;
	degreesOfFreedom: number;
	/** The share of the variance that noise does not explain (Higgins and Thompson 2002), 0 to 1. */
	i2: number;
	/** The probability of such a distance by chance, by Welch's test. */
	p: number;
}

/**
 * Estimates the ratio over all groups. One group has the interval over its blocks, several the interval over
 * the means of the groups.
 * @param groups log-ratios, one a block; empty groups do not count
 * @returns null with fewer than two blocks in a single group
 */
export function ratioOverGroups(
	groups: readonly (readonly number[])[],
	confidence = CONFIDENCE,
): Estimate | null {
	const present = groups.filter(({ length }) => length > 0);
	const [only] = present;
	if (only === undefined) return null;
	return ratioEstimate(present.length === 1 ? only : present.map(mean), confidence);
}

/**
 * Asks whether groups differ beyond their noise.
 * @returns null with fewer than two groups of two blocks each, and where one of them has no spread at all
 */
export function heterogeneityOf(groups: readonly (readonly number[])[]): Heterogeneity | null {
	const known = groups.filter(({ length }) => length > 1);
	const spread = known.map((logs) => ({
		mean: mean(logs),
		weight: logs.length / (standardDeviation(logs) ?? 0) ** 2,
		freedom: logs.length - 1,
	}));
	if (spread.length < 2 || !spread.every(({ weight }) => Number.isFinite(weight))) return null;
	const total = sum(spread.map(({ weight }) => weight));
	const center = sum(spread.map((one) => one.mean * one.weight)) / total;
	const q = sum(spread.map((one) => one.weight * (one.mean - center) ** 2));
	const count = spread.length;
	const lambda = sum(spread.map(({ weight, freedom }) => (1 - weight / total) ** 2 / freedom));
	const f = q / (count - 1) / (1 + (2 * (count - 2) * lambda) / (count ** 2 - 1));
	return {
		q,
		degreesOfFreedom: count - 1,
		i2: q > 0 ? Math.max(0, (q - (count - 1)) / q) : 0,
		p: fisherUpper(f, count - 1, (count ** 2 - 1) / (3 * lambda)),
	};
}

/**
 * Estimates the standard deviation between groups, on the log scale: 0 where the groups differ no more than
 * their noise explains. A group of one value has the noise of the others.
 * @returns null with fewer than two groups, or without any group of two values
 */
export function spreadBetween(groups: readonly (readonly number[])[]): number | null {
	const present = groups.filter(({ length }) => length > 0);
	const freedom = sum(present.map(({ length }) => length - 1));
	if (present.length < 2 || freedom === 0) return null;
	const variances = present.map((logs) => (standardDeviation(logs) ?? 0) ** 2);
	const pooled = sum(variances.map((one, index) => one * ((present[index]?.length ?? 1) - 1))) / freedom;
	const parts = present.map((logs, index) => ({
		mean: mean(logs),
		variance: (logs.length > 1 ? (variances[index] ?? 0) : pooled) / logs.length,
	}));
	return Math.sqrt(betweenVariance(parts));
}

/** Returns the variance at which the distances of the means are as large as chance makes them; 0 or more. */
function betweenVariance(parts: readonly { mean: number; variance: number }[]): number {
	const most = (standardDeviation(parts.map((part) => part.mean)) ?? 0) ** 2;
	const distances = (between: number): number => {
		const weights = parts.map(({ variance }) => 1 / (variance + between));
		const center = sum(parts.map((part, index) => part.mean * (weights[index] ?? 0))) / sum(weights);
		return sum(parts.map((part, index) => (weights[index] ?? 0) * (part.mean - center) ** 2));
	};
	// Without noise in a group its distance has no scale, and the spread of the means is all there is.
	if (parts.some(({ variance }) => variance === 0)) return most;
	let [low, high] = [0, most];
	if (most === 0 || distances(0) <= parts.length - 1) return 0;
	while (distances(high) > parts.length - 1) high *= 2;
	for (let step = 0; step < 80; step++) {
		const middle = (low + high) / 2;
		if (distances(middle) > parts.length - 1) low = middle;
		else high = middle;
	}
	return (low + high) / 2;
}
