/**
 * This file judges a series in the order of measurement: which values stand out, and whether the series was
 * steady.
 */
import { normalCdf } from "./distributions.ts";
import { median, type Sample, sum, theilSen } from "./statistics.ts";

/** The words for a series; `null` stands for one that is too short to judge. */
export type Steadiness = "flat" | "warming" | "slowing" | "unsteady";

/** The median absolute deviation of normal values, divided by this, is their standard deviation. */
const MAD_TO_SIGMA = 0.6745;
/** Shorter series are not judged: with eight values the largest possible trend has p = 0.0009. */
const LEAST_JUDGED = 8;
const TREND_P = 0.01;
/** A smaller trend over the whole series is of no consequence, however significant. */
const LEAST_CHANGE = 0.02;
/** The slope of a longer series is taken from this many of its values, evenly spread. */
const MOST_FOR_SLOPE = 400;

/**
 * Counts the values further from the median than `limit` robust standard deviations (Iglewicz and Hoaglin,
 * How to Detect and Handle Outliers, 1993). Where more than half of the values are equal, there is no
 * deviation to measure by, and the count is 0.
 */
export function madOutliers(sample: Sample, limit = 3.5): number {
	const center = median(sample);
	const deviations = Float64Array.from(sample, (value) => Math.abs(value - center));
	const mad = median(deviations);
	if (mad === 0) return 0;
	const bound = (limit * mad) / MAD_TO_SIGMA;
	return deviations.reduce((count, deviation) => count + (deviation > bound ? 1 : 0), 0);
}

/**
 * Tests for a monotone trend after Mann (1945) and Kendall (1975), with the corrections for ties and for
 * continuity.
 * @returns Kendall's S (pairs that rise less pairs that fall), its z and two-sided p; null for fewer than
 *   four values or if all are equal
 */
export function mannKendall(series: readonly number[]): { s: number; z: number; p: number } | null {
	const count = series.length;
	if (count < 4) return null;
	let s = 0;
	for (let later = 1; later < count; later++)
		for (let earlier = 0; earlier < later; earlier++)
			s += Math.sign((series[later] as number) - (series[earlier] as number));
	const term = (n: number) => n * (n - 1) * (2 * n + 5);
	const ties = new Map<number, number>();
	for (const value of series) ties.set(value, (ties.get(value) ?? 0) + 1);
	const variance = (term(count) - sum([...ties.values()].map(term))) / 18;
	if (variance <= 0) return null;
	const z = (s - Math.sign(s)) / Math.sqrt(variance);
	return { s, z, p: 2 * normalCdf(-Math.abs(z)) };
}

/** The 99th percentile of chi-squared with 3 degrees of freedom. */
const CHI_SQUARED_3_99 = 11.344866730144373;
const QUARTERS = 4;

/**
 * Tests whether the quarters of a series lie at different levels, by the rank test of Kruskal and Wallis
 * (JASA 47, 1952) with the correction for ties.
 * @returns H, to compare with chi-squared with 3 degrees of freedom, and the quarters' medians; null for
 *   fewer than eight values or if all are equal
 */
export function compareQuarters(series: readonly number[]): { h: number; medians: number[] } | null {
	const count = series.length;
	if (count < LEAST_JUDGED) return null;
	const order = Array.from(series.keys()).sort((a, b) => (series[a] as number) - (series[b] as number));
	const ranks = Array<number>(count).fill(0);
	let tied = 0;
	for (let start = 0; start < count; ) {
		let end = start;
		while (end < count && series[order[end] as number] === series[order[start] as number]) end++;
		for (let index = start; index < end; index++) ranks[order[index] as number] = (start + end + 1) / 2;
		tied += (end - start) ** 3 - (end - start);
		start = end;
	}
	const correction = 1 - tied / (count ** 3 - count);
	if (correction === 0) return null;
	const bounds = Array.from({ length: QUARTERS + 1 }, (_, quarter) =>
		Math.round((quarter * count) / QUARTERS),
	);
	const groups = bounds.slice(1).map((end, index) => [bounds[index] as number, end] as const);
	const squares = groups.map(([from, to]) => sum(ranks.slice(from, to)) ** 2 / (to - from));
	const h = ((12 / (count * (count + 1))) * sum(squares) - 3 * (count + 1)) / correction;
	return { h, medians: groups.map(([from, to]) => median(series.slice(from, to))) };
}

/**
 * Judges whether a series was steady, after Barrett et al., "Virtual Machine Warmup Blows Hot and Cold"
 * (OOPSLA 2017). A warming series falls, a slowing one rises, an unsteady one has quarters at different
 * levels without a trend, and a flat one does none of these. A flat series with bursts is called anything
 * else in at most 5 % of the cases.
 * @returns null for fewer than eight values
 */
export function steadyState(series: readonly number[]): Steadiness | null {
	if (series.length < LEAST_JUDGED) return null;
	const trend = mannKendall(series);
	if (trend === null) return "flat";
	const level = median(series);
	if (trend.p < TREND_P) {
		const change = (slopeOf(series) * (series.length - 1)) / level;
		if (Math.abs(change) >= LEAST_CHANGE) return change < 0 ? "warming" : "slowing";
	}
	const levels = compareQuarters(series);
	if (levels === null || levels.h < CHI_SQUARED_3_99) return "flat";
	return (Math.max(...levels.medians) - Math.min(...levels.medians)) / level >= LEAST_CHANGE
		? "unsteady"
		: "flat";
}

function slopeOf(series: readonly number[]): number {
	const stride = Math.ceil(series.length / MOST_FOR_SLOPE);
	const points = series.flatMap((value, index): [number, number][] =>
		index % stride === 0 ? [[index, value]] : [],
	);
	return theilSen(points) ?? 0;
}
