/**
 * This file makes 95 % intervals from a few fresh processes. It works on the log scale, so that a ratio and
 * its inverse are treated alike, with Student's distribution over the processes or blocks: Kalibera and
 * Jones, "Rigorous Benchmarking in Reasonable Time" (ISMM 2013), section 6. A percentile bootstrap over five
 * processes covers 84 % (docs/statistics.md).
 */
import { bootstrapDeviation } from "./bootstrap.ts";
import { studentQuantile } from "./distributions.ts";
import { factorOf, mean, median, quantileOfSorted, standardDeviation, sum } from "./statistics.ts";

/** The two ends of an interval. */
export interface Bounds {
	low: number;
	high: number;
}

/** This is a value with its interval, in the same unit. */
export interface ValueInterval extends Bounds {
	value: number;
}

/** Value and bounds have the unit of what was estimated. The standard error is that of the logarithm. */
export interface Estimate extends ValueInterval {
	logStandardError: number;
	degreesOfFreedom: number;
}

export const CONFIDENCE = 0.95;

/**
 * A tail needs this many values of each process beyond it. With fewer, its interval would be narrower than
 * the knowledge of it.
 */
const LEAST_BEYOND = 5;

/**
 * Returns the log-ratio of two processes that took turns: the median over their pairs of iterations. A burst
 * of a neighbour hits few pairs and so does not count. The spread of this between processes was measured to
 * be less than half that of the ratio of medians (docs/methodology.md).
 * @throws {RangeError} unless both have the same number of values, at least one, all positive
 */
export function blockLogRatio(a: readonly number[], b: readonly number[]): number {
	if (a.length !== b.length) throw new RangeError(`${a.length} values cannot be paired with ${b.length}`);
	return median(a.map((value, index) => logOf(value) - logOf(b[index] as number)));
}

/**
 * Estimates a ratio from one log-ratio a block.
 * @returns null with fewer than two blocks
 */
export function ratioEstimate(blockLogRatios: readonly number[], confidence = CONFIDENCE): Estimate | null {
	const deviation = blockLogRatios.length === 0 ? null : standardDeviation(blockLogRatios);
	if (deviation === null) return null;
	const count = blockLogRatios.length;
	return estimateFromLog(mean(blockLogRatios), deviation / Math.sqrt(count), count - 1, confidence);
}

/**
 * Estimates the ratio of two levels from independent processes, by Welch's interval (Biometrika 34, 1947) for
 * the difference of mean logs.
 * @returns how many times larger the first is; null with fewer than two values on a side
 */
export function differenceEstimate(
	logsA: readonly number[],
	logsB: readonly number[],
	confidence = CONFIDENCE,
): Estimate | null {
	const parts = [logsA, logsB].flatMap((logs) => {
		const deviation = logs.length === 0 ? null : standardDeviation(logs);
		return deviation === null ? [] : [{ variance: deviation ** 2 / logs.length, freedom: logs.length - 1 }];
	});
	if (parts.length < 2) return null;
	const { variance, freedom } = addVariances(parts);
	return estimateFromLog(mean(logsA) - mean(logsB), Math.sqrt(variance), freedom, confidence);
}

/**
 * A drift moves all values of a side together, as a machine does from run to run. It is a standard deviation
 * of logs, with the degrees of freedom of its estimate.
 */
export interface Drift {
	log: number;
	degreesOfFreedom: number;
}

/** Returns the estimate with an interval that allows for drift too. */
export function withDrift(estimate: Estimate, drift: Drift, confidence = CONFIDENCE): Estimate {
	const { variance, freedom } = addVariances([
		{ variance: estimate.logStandardError ** 2, freedom: estimate.degreesOfFreedom },
		{ variance: drift.log ** 2, freedom: drift.degreesOfFreedom },
	]);
	return estimateFromLog(Math.log(estimate.value), Math.sqrt(variance), freedom, confidence);
}

/**
 * Estimates the geometric mean of one positive value per process.
 * @returns null with fewer than two processes
 * @throws {RangeError} for values that are not positive
 */
export function levelEstimate(processValues: readonly number[], confidence = CONFIDENCE): Estimate | null {
	return ratioEstimate(processValues.map(logOf), confidence);
}

/**
 * Estimates the median of all values of all processes. Its standard error comes from resampling whole
 * processes with everything in them (Davison and Hinkley 1997, 3.8; Ren et al., "Nonparametric bootstrapping
 * for hierarchical data", J. Applied Statistics 37, 2010). It is multiplied by sqrt(n / (n - 1)) against the
 * narrowness of the bootstrap, and used with Student's quantile (Hesterberg, "What Teachers Should Know About
 * the Bootstrap", The American Statistician 69:4, 2015).
 * @param processes the values of each, ascending, positive; no process is empty
 * @returns null with fewer than two processes
 */
export function medianEstimate(processes: readonly Float64Array[], confidence = CONFIDENCE): Estimate | null {
	if (processes.length < 2) return null;
	const { value, logDeviation } = bootstrapDeviation(processes, 0.5);
	const count = processes.length;
	return estimateFromLog(logOf(value), logDeviation * Math.sqrt(count / (count - 1)), count - 1, confidence);
}

/**
 * Estimates a tail quantile of a process: the geometric mean over processes. The quantile of all values
 * together belongs to the few slowest processes where processes differ, and no interval over five or ten of
 * them covers it (docs/statistics.md).
 * @param processes as for the median
 * @returns null with fewer than two processes, or if one has too few values beyond the quantile
 */
export function tailEstimate(
	processes: readonly Float64Array[],
	probability: number,
	confidence = CONFIDENCE,
): Estimate | null {
	if (processes.some(({ length }) => length * (1 - probability) < LEAST_BEYOND - 1e-9)) return null;
	return levelEstimate(
		processes.map((process) => quantileOfSorted(process, probability)),
		confidence,
	);
}

/** The totals of a process are an amount and what it is spread over, such as a count over a time. */
export interface Totals {
	amount: number;
	over: number;
}

/**
 * Estimates the ratio of the totals of all processes. Its standard error is that of a ratio of sums by
 * linearization: Cochran, Sampling Techniques, 3rd ed. (1977), section 6.3.
 * @param processes totals of each, both positive
 * @returns null with fewer than two processes
 */
export function totalsEstimate(processes: readonly Totals[], confidence = CONFIDENCE): Estimate | null {
	const count = processes.length;
	if (count < 2) return null;
	const amount = mean(processes.map((process) => process.amount));
	const over = mean(processes.map((process) => process.over));
	const ratio = amount / over;
	const residuals = processes.map((process) => (process.amount - ratio * process.over) / amount);
	const deviation = standardDeviation(residuals) ?? 0;
	return estimateFromLog(logOf(ratio), deviation / Math.sqrt(count), count - 1, confidence);
}

/**
 * Estimates the geometric mean of independent estimates.
 * @returns null for none
 */
export function geometricMean(estimates: readonly Estimate[], confidence = CONFIDENCE): Estimate | null {
	if (estimates.length === 0) return null;
	const count = estimates.length;
	const { variance, freedom } = addVariances(
		estimates.map(({ logStandardError, degreesOfFreedom }) => ({
			variance: logStandardError ** 2,
			freedom: degreesOfFreedom,
		})),
	);
	return estimateFromLog(
		mean(estimates.map(({ value }) => Math.log(value))),
		Math.sqrt(variance) / count,
		freedom,
		confidence,
	);
}

/**
 * Adds independent variances. The degrees of freedom of the sum follow Welch and Satterthwaite (Biometrics
 * Bulletin 2, 1946).
 */
export function addVariances(parts: readonly { variance: number; freedom: number }[]): {
	variance: number;
	freedom: number;
} {
	const variance = sum(parts.map((part) => part.variance));
	const weights = sum(parts.map((part) => part.variance ** 2 / part.freedom));
	return {
		variance,
		freedom: weights > 0 ? variance ** 2 / weights : Math.min(...parts.map(({ freedom }) => freedom)),
	};
}

/**
 * Returns the same estimate with an interval at least this wide on the log scale. A run that stopped once its
 * interval was that narrow may claim no more.
 */
export function widenTo(estimate: Estimate, halfWidthLog: number): Estimate {
	const { value, low, high } = estimate;
	return {
		...estimate,
		low: Math.min(low, value * factorOf(-halfWidthLog)),
		high: Math.max(high, value * factorOf(halfWidthLog)),
	};
}

/** Returns the estimate of b over a from that of a over b. */
export function invertEstimate(estimate: Estimate): Estimate {
	return { ...estimate, value: 1 / estimate.value, low: 1 / estimate.high, high: 1 / estimate.low };
}

/** Returns only the two ends of an interval; null where there is none. */
export function boundsOf(estimate: Bounds | null | undefined): Bounds | null {
	return estimate ? { low: estimate.low, high: estimate.high } : null;
}

/** Returns a value with its interval by Student's distribution, in the unit of the value. */
export function studentInterval(
	value: number,
	standardError: number,
	degreesOfFreedom: number,
	confidence = CONFIDENCE,
): ValueInterval {
	const half = standardError * studentQuantile((1 + confidence) / 2, degreesOfFreedom);
	return { value, low: value - half, high: value + half };
}

function estimateFromLog(
	log: number,
	logStandardError: number,
	degreesOfFreedom: number,
	confidence: number,
): Estimate {
	const { value, low, high } = studentInterval(log, logStandardError, degreesOfFreedom, confidence);
	return {
		value: factorOf(value),
		low: factorOf(low),
		high: factorOf(high),
		logStandardError,
		degreesOfFreedom,
	};
}

function logOf(value: number): number {
	if (!(value > 0)) throw new RangeError(`only positive values have a logarithm, not ${value}`);
	return Math.log(value);
}
