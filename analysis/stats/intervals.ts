/**
 * 95 % intervals from a few fresh processes. Everything is made on the log scale, so that a ratio and its
 * inverse are treated alike, with Student's
 * distribution over the processes (or blocks): Kalibera and Jones, "Rigorous Benchmarking in Reasonable Time"
 * (ISMM 2013), section 6. A percentile bootstrap
 * over five processes covers 84 % (docs/statistics.md).
 */
import { bootstrapDeviation } from "./bootstrap.ts";
import { studentQuantile } from "./distributions.ts";
import { factorOf, mean, median, quantileOfSorted, standardDeviation, sum } from "./statistics.ts";

/** The ends of an interval. */
export interface Bounds {
	low: number;
	high: number;
}

/** In the unit of what was estimated; the standard error is of its logarithm. */
export interface Estimate extends Bounds {
	value: number;
	logStandardError: number;
	degreesOfFreedom: number;
}

export const CONFIDENCE = 0.95;

/**
 * A tail needs this many messages of each process beyond it, or its interval would be narrower than what is
 * known of it.
 */
const LEAST_BEYOND = 5;

/**
 * The log-ratio of two processes that took turns: the median over their pairs of iterations, so that a
 * neighbour's burst, which hits few pairs, does not
 * count. Its spread between processes was measured to be less than half that of the ratio of medians
 * (docs/methodology.md).
 * @throws {RangeError} unless both have the same number of values, at least one, all positive
 */
export function blockLogRatio(a: readonly number[], b: readonly number[]): number {
	if (a.length !== b.length) throw new RangeError(`${a.length} values cannot be paired with ${b.length}`);
	return median(a.map((value, index) => logOf(value) - logOf(b[index] as number)));
}

/**
 * The ratio of two targets from one log-ratio a block.
 * @returns null with fewer than two blocks
 */
export function ratioEstimate(blockLogRatios: readonly number[], confidence = CONFIDENCE): Estimate | null {
	const deviation = blockLogRatios.length === 0 ? null : standardDeviation(blockLogRatios);
	if (deviation === null) return null;
	const count = blockLogRatios.length;
	return estimateFromLog(mean(blockLogRatios), deviation / Math.sqrt(count), count - 1, confidence);
}

/**
 * The ratio of two levels from processes that have nothing to do with each other: Welch's interval
 * (Biometrika 34, 1947) for the difference of mean logs.
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
 * What moves all processes of a side together, such as the machine's mood from run to run: a standard
 * deviation of logs, and what it was estimated from.
 */
export interface Drift {
	log: number;
	degreesOfFreedom: number;
}

/** The estimate with an interval that allows for drift too. */
export function withDrift(estimate: Estimate, drift: Drift, confidence = CONFIDENCE): Estimate {
	const { variance, freedom } = addVariances([
		{ variance: estimate.logStandardError ** 2, freedom: estimate.degreesOfFreedom },
		{ variance: drift.log ** 2, freedom: drift.degreesOfFreedom },
	]);
	return estimateFromLog(Math.log(estimate.value), Math.sqrt(variance), freedom, confidence);
}

/**
 * The geometric mean of one positive value per process: peak memory, start-up, throughput.
 * @returns null with fewer than two processes
 * @throws {RangeError} for values that are not positive
 */
export function levelEstimate(processValues: readonly number[], confidence = CONFIDENCE): Estimate | null {
	return ratioEstimate(processValues.map(logOf), confidence);
}

/**
 * The median of all messages of all processes. Its standard error comes from resampling whole processes (with
 * their iterations and messages: Davison and
 * Hinkley 1997, 3.8; Ren et al., "Nonparametric bootstrapping for hierarchical data", J. Applied Statistics
 * 37, 2010), times sqrt(n / (n - 1)) against the
 * bootstrap's narrowness, with Student's quantile (Hesterberg, "What Teachers Should Know About the
 * Bootstrap", The American Statistician 69:4, 2015).
 * @param processes the messages of each, ascending, positive; no process is empty
 * @returns null with fewer than two processes
 */
export function medianEstimate(processes: readonly Float64Array[], confidence = CONFIDENCE): Estimate | null {
	if (processes.length < 2) return null;
	const { value, logDeviation } = bootstrapDeviation(processes, 0.5);
	const count = processes.length;
	return estimateFromLog(logOf(value), logDeviation * Math.sqrt(count / (count - 1)), count - 1, confidence);
}

/**
 * A tail quantile of a process: the geometric mean over processes. Not that of all messages together, which
 * belongs to the few slowest processes where
 * processes differ: no interval over five or ten of them covers it (docs/statistics.md).
 * @param processes as for the median
 * @returns null with fewer than two processes, or when one has too few messages beyond the quantile
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

/**
 * Totals of a process: an amount, and what it was spread over (time, messages).
 */
export interface Totals {
	amount: number;
	over: number;
}

/**
 * The ratio of the totals of all processes, as messages over seconds. Its standard error is that of a ratio of
 * sums by linearization: Cochran, Sampling Techniques, 3rd ed. (1977), section 6.3.
 * @param processes both totals positive
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
 * The geometric mean of independent estimates, such as the ratios of several scenarios.
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
 * A sum of independent variances with its degrees of freedom, after Welch and Satterthwaite (Biometrics
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
 * The same estimate with an interval no narrower than this on the log scale: what a run may claim that
 * stopped once it was that narrow.
 */
export function widenTo(estimate: Estimate, halfWidthLog: number): Estimate {
	const { value, low, high } = estimate;
	return {
		...estimate,
		low: Math.min(low, value * factorOf(-halfWidthLog)),
		high: Math.max(high, value * factorOf(halfWidthLog)),
	};
}

/** The same estimate the other way round: of b over a instead of a over b. */
export function invertEstimate(estimate: Estimate): Estimate {
	return { ...estimate, value: 1 / estimate.value, low: 1 / estimate.high, high: 1 / estimate.low };
}

/** Only the two ends of an interval; null where there is none. */
export function boundsOf(estimate: Bounds | null | undefined): Bounds | null {
	return estimate ? { low: estimate.low, high: estimate.high } : null;
}

/** A value with its interval by Student's distribution, in the unit of the value. */
export function studentInterval(
	value: number,
	standardError: number,
	degreesOfFreedom: number,
	confidence = CONFIDENCE,
): Bounds & { value: number } {
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
