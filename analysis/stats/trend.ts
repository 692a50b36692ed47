/**
 * This file fits a line to readings of one process that follow each other, such as its memory after so many
 * messages. Such readings are not independent: a heap grows in steps, and an allocator keeps what it has got.
 * Their deviations from the line are taken for an autoregression of the first order in time, and the interval
 * of the slope is averaged over all autocorrelations, weighted by how well each explains the readings
 * (Zellner and Tiao, "Bayesian analysis of the regression model with autocorrelated errors", JASA 59, 1964).
 * Without autocorrelation this is the line of least squares; with the strongest it is the line through the
 * ends, whose interval comes from the increments. docs/statistics.md says what the interval covers.
 */
import { studentCdf, studentQuantile } from "./distributions.ts";
import { CONFIDENCE, type ValueInterval } from "./intervals.ts";
import { mean, sum } from "./statistics.ts";

export interface Reading {
	x: number;
	y: number;
}

export interface Trend {
	/** In units of y per unit of x. */
	slope: ValueInterval;
	/** Where the line is at x = 0. */
	base: number;
}

/** With fewer readings nothing is known of how they depend on each other. */
export const LEAST_READINGS = 5;

/**
 * Autocorrelations between two neighbours at the mean distance, from 0 to 0.999. Beforehand the memory of the
 * process for its deviations is as likely to be short as long: all are equally likely on the scale of
 * log(1 - r). A scale of r itself covers 71 % where readings are a random walk.
 */
const CORRELATIONS = Array.from({ length: 25 }, (_, index) => 1 - 10 ** (-index / 8));
/** What explains the readings a thousand times worse than the rest is left out of the interval. */
const LEAST_SHARE = 1e-4;
/** Readings are whole bytes or nanoseconds: no line fits better than this share of their spread. */
const LEAST_MISFIT = 1e-18;

interface Fit {
	slope: number;
	error: number;
	base: number;
	/** The logarithm of how likely the readings are, up to a constant. */
	log: number;
}

/**
 * @param readings with ascending, different x
 * @returns null with fewer than five readings
 */
export function trendOf(readings: readonly Reading[], confidence = CONFIDENCE): Trend | null {
	const count = readings.length;
	if (count < LEAST_READINGS) return null;
	// Centred and scaled, so that no digits are lost.
	const center = { x: mean(readings.map(({ x }) => x)), y: mean(readings.map(({ y }) => y)) };
	const span = (readings.at(-1) as Reading).x - (readings[0] as Reading).x;
	const spread = Math.max(...readings.map(({ y }) => Math.abs(y - center.y)));
	if (!(span > 0)) throw new RangeError("readings of a trend have ascending x");
	if (spread === 0) return { slope: { value: 0, low: 0, high: 0 }, base: center.y };
	const scaled = readings.map(({ x, y }) => ({ x: (x - center.x) / span, y: (y - center.y) / spread }));
	const step = 1 / (count - 1);
	const fits = CORRELATIONS.map((correlation) => fitWith(scaled, correlation, step));
	const best = Math.max(...fits.map(({ log }) => log));
	const weights = fits.map(({ log }) => Math.exp(log - best));
	const total = sum(weights);
	const mixture = fits.flatMap((fit, index): Component[] => {
		const share = (weights[index] as number) / total;
		return share < LEAST_SHARE ? [] : [{ ...fit, share }];
	});
	const kept = sum(mixture.map(({ share }) => share));
	const averageOf = (value: (fit: Fit) => number) => sum(mixture.map((one) => one.share * value(one))) / kept;
	const unit = spread / span;
	const at = (probability: number) => unit * mixtureQuantile(mixture, count - 2, probability);
	const slope = {
		value: unit * averageOf((fit) => fit.slope),
		low: at((1 - confidence) / 2),
		high: at((1 + confidence) / 2),
	};
	return { slope, base: center.y + spread * averageOf((fit) => fit.base) - slope.value * center.x };
}

/**
 * Returns the difference of two independent estimates, with an interval from theirs: Zou and Donner,
 * "Construction of confidence limits about effect measures: a general approach", Statistics in Medicine 27,
 * 2008. Intervals need not be symmetric.
 */
export function differenceOf(from: ValueInterval, to: ValueInterval): ValueInterval {
	const value = to.value - from.value;
	return {
		value,
		low: value - Math.hypot(to.value - to.low, from.high - from.value),
		high: value + Math.hypot(to.high - to.value, from.value - from.low),
	};
}

/** Fits the line by least squares after what one reading says of the next one is taken out. */
function fitWith(readings: readonly Reading[], correlation: number, step: number): Fit {
	let [ones, onesX, xs, onesY, xsY, ys, logs] = [0, 0, 0, 0, 0, 0, 0];
	for (const [index, { x, y }] of readings.entries()) {
		const before = readings[index - 1];
		const kept = before === undefined ? 0 : correlation ** ((x - before.x) / step);
		const variance = 1 - kept ** 2;
		const one = 1 - kept;
		const [ownX, ownY] = before === undefined ? [x, y] : [x - kept * before.x, y - kept * before.y];
		ones += one ** 2 / variance;
		onesX += (one * ownX) / variance;
		xs += ownX ** 2 / variance;
		onesY += (one * ownY) / variance;
		xsY += (ownX * ownY) / variance;
		ys += ownY ** 2 / variance;
		logs += Math.log(variance);
	}
	const determinant = ones * xs - onesX ** 2;
	const slope = (ones * xsY - onesX * onesY) / determinant;
	const base = (xs * onesY - onesX * xsY) / determinant;
	const misfit = Math.max(ys - base * onesY - slope * xsY, LEAST_MISFIT);
	const freedom = readings.length - 2;
	return {
		slope,
		base,
		error: Math.sqrt(((misfit / freedom) * ones) / determinant),
		log: -(logs + Math.log(determinant) + freedom * Math.log(misfit)) / 2,
	};
}

interface Component extends Fit {
	/** The components' shares add up to 1, but for those that are left out. */
	share: number;
}

/** Returns the quantile of a mixture of Student's distributions, to a millionth of its width. */
function mixtureQuantile(mixture: readonly Component[], freedom: number, probability: number): number {
	const below = (value: number) =>
		sum(mixture.map(({ slope, error, share }) => share * studentCdf((value - slope) / error, freedom)));
	const wanted = probability * sum(mixture.map(({ share }) => share));
	// The quantile of a mixture lies between those of its parts.
	const quantile = studentQuantile(probability, freedom);
	const own = mixture.map(({ slope, error }) => slope + error * quantile);
	let [low, high] = [Math.min(...own), Math.max(...own)];
	for (let round = 0; round < 20; round++) {
		const middle = (low + high) / 2;
		if (below(middle) < wanted) low = middle;
		else high = middle;
	}
	return (low + high) / 2;
}
