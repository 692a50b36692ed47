/**
 * This file describes growth with size: it fits power laws through the processes at each size, and finds
 * where two laws cross.
 */
import { studentQuantile } from "./distributions.ts";
import { addVariances, CONFIDENCE, studentInterval } from "./intervals.ts";
import { factorOf, mean, standardDeviation, sum } from "./statistics.ts";

/** One positive value per process at one size. */
export interface Point {
	size: number;
	values: readonly number[];
}

export interface Exponent {
	value: number;
	low: number;
	high: number;
	standardError: number;
	degreesOfFreedom: number;
}

export interface PowerLaw {
	exponent: Exponent;
	/** The logarithm of the value at the middle of the sizes, where it does not depend on the exponent. */
	logMiddle: number;
	logMiddleError: number;
	/** The geometric mean of the sizes. */
	middle: number;
	sizes: { smallest: number; largest: number };
	/**
	 * Exponents between neighbouring sizes, smallest first. They are given only where they differ by more than
	 * their noise, so that one exponent does not describe all sizes.
	 */
	local: { from: number; to: number; exponent: Exponent }[];
}

interface LogMean {
	logSize: number;
	log: number;
	/** The variance of the mean `log`. */
	variance: number;
	freedom: number;
}

/**
 * Fits value = coefficient x size^exponent by ordinary least squares through the mean logarithm at each size.
 * Weights would let the size with the least noise decide. The standard error is propagated from the variance
 * between processes at each size, with degrees of freedom after Welch and Satterthwaite. It does not say how
 * well a power law fits; `local` does.
 * @returns null unless there are at least two sizes, each with at least two processes
 * @throws {RangeError} unless sizes and values are positive
 */
export function powerLaw(points: readonly Point[]): PowerLaw | null {
	const sorted = points.toSorted((a, b) => a.size - b.size);
	const levels = sorted.map(meanLogAt);
	if (
		new Set(sorted.map(({ size }) => size)).size < 2 ||
		!levels.every((level): level is LogMean => level !== null)
	)
		return null;
	const center = mean(levels.map(({ logSize }) => logSize));
	const local = levels.slice(1).map((level, index) => {
		const pair = [levels[index] as LogMean, level];
		return {
			from: (sorted[index] as Point).size,
			to: (sorted[index + 1] as Point).size,
			exponent: slopeOf(pair),
		};
	});
	return {
		exponent: slopeOf(levels),
		logMiddle: mean(levels.map(({ log }) => log)),
		logMiddleError: Math.sqrt(sum(levels.map(({ variance }) => variance))) / levels.length,
		middle: factorOf(center),
		sizes: { smallest: (sorted[0] as Point).size, largest: (sorted.at(-1) as Point).size },
		local: exponentsDiffer(local.map(({ exponent }) => exponent)) ? local : [],
	};
}

function meanLogAt({ size, values }: Point): LogMean | null {
	if (!(size > 0) || values.some((value) => !(value > 0)))
		throw new RangeError("sizes and values of a power law are positive");
	const logs = values.map(Math.log);
	const deviation = logs.length > 0 ? standardDeviation(logs) : null;
	if (deviation === null) return null;
	return {
		logSize: Math.log(size),
		log: mean(logs),
		variance: deviation ** 2 / logs.length,
		freedom: logs.length - 1,
	};
}

function slopeOf(levels: readonly LogMean[]): Exponent {
	const center = mean(levels.map(({ logSize }) => logSize));
	const spread = sum(levels.map(({ logSize }) => (logSize - center) ** 2));
	const weights = levels.map(({ logSize }) => (logSize - center) / spread);
	const value = sum(levels.map(({ log }, index) => (weights[index] as number) * log));
	const { variance, freedom } = addVariances(
		levels.map((level, index) => ({
			variance: (weights[index] as number) ** 2 * level.variance,
			freedom: level.freedom,
		})),
	);
	const standardError = Math.sqrt(variance);
	return { ...studentInterval(value, standardError, freedom), standardError, degreesOfFreedom: freedom };
}

/** Says whether any two exponents differ by more than their noise, and by enough to matter. */
function exponentsDiffer(exponents: readonly Exponent[]): boolean {
	const matters = 0.1;
	return exponents.some((one, index) =>
		exponents
			.slice(index + 1)
			.some(
				(other) =>
					Math.abs(one.value - other.value) > matters && (one.low > other.high || other.low > one.high),
			),
	);
}

export type Growth = "constant" | "less than linear" | "linear" | "worse than linear" | "undecided";

/**
 * An exponent this near to 0 or 1 counts as 0 or 1. Doubling the size then changes the value by less than 7 %
 * from what a constant or a line would give.
 */
const NEAR = 0.1;
/** An interval that holds 0 or 1 and is wider than this tells nothing. */
const WIDEST = 0.4;

/** Puts an exponent into words; "undecided" where the interval allows for more than one of them. */
export function classifyGrowth({ low, high }: Pick<Exponent, "low" | "high">): Growth {
	const within = (center: number) => low >= center - NEAR && high <= center + NEAR;
	const holds = (center: number) => low <= center && high >= center && high - low <= WIDEST;
	if (within(0)) return "constant";
	if (within(1)) return "linear";
	if (low > 1) return "worse than linear";
	if (high < 0 || (low > 0 && high < 1)) return "less than linear";
	if (holds(1)) return "linear";
	return holds(0) ? "constant" : "undecided";
}

/** Returns the factor by which the value grows when the size doubles. */
export function perDoubling({ value, low, high }: Exponent): { value: number; low: number; high: number } {
	return { value: 2 ** value, low: 2 ** low, high: 2 ** high };
}

/** A law is followed beyond the measured sizes by at most this factor. */
const FARTHEST = 10;

/**
 * Finds the size at which two laws cross. The interval comes from the delta method on the logarithm of the
 * size (Casella and Berger, Statistical Inference, 2nd ed., 5.5.4).
 * @returns null unless the exponents differ beyond the noise and the laws cross within ten times the measured
 *   sizes; `within` says whether they cross among the measured ones
 */
export function crossover(
	a: PowerLaw,
	b: PowerLaw,
): { size: number; low: number; high: number; within: boolean } | null {
	const steeper = a.exponent.value - b.exponent.value;
	const error = Math.hypot(a.exponent.standardError, b.exponent.standardError);
	const freedom = Math.min(a.exponent.degreesOfFreedom, b.exponent.degreesOfFreedom);
	const critical = studentQuantile((1 + CONFIDENCE) / 2, freedom);
	if (Math.abs(steeper) <= critical * error) return null;
	// Where the exponent of a law changes with the size, the law is not followed beyond its ends, and it does
	// not tell where two laws cross between them.
	if (a.local.length > 0 || b.local.length > 0) return null;
	const offset =
		b.logMiddle -
		b.exponent.value * Math.log(b.middle) -
		(a.logMiddle - a.exponent.value * Math.log(a.middle));
	const logSize = offset / steeper;
	const smallest = Math.max(a.sizes.smallest, b.sizes.smallest);
	const largest = Math.min(a.sizes.largest, b.sizes.largest);
	if (!(logSize > Math.log(smallest / FARTHEST) && logSize < Math.log(largest * FARTHEST))) return null;
	// For evenly spread sizes, middle and exponent of one law are independent. The distance to the middle turns
	// the error of the exponent into one of the level.
	const levelError = (law: PowerLaw) =>
		Math.hypot(law.logMiddleError, (logSize - Math.log(law.middle)) * law.exponent.standardError);
	const half = (critical * Math.hypot(levelError(a), levelError(b))) / Math.abs(steeper);
	const size = factorOf(logSize);
	return {
		size,
		low: factorOf(logSize - half),
		high: factorOf(logSize + half),
		within: size >= smallest && size <= largest,
	};
}
