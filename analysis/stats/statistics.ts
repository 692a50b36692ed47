/**
 * Descriptive statistics over one sample. Every function takes a non-empty array of finite numbers in any
 * order, up to ten million and more, and returns the unit of the sample. Every function but the sum throws a
 * RangeError for an empty sample: a figure without data must not become a 0.
 */

/** A sample is a plain or typed array. Nothing here changes it. */
export type Sample = ArrayLike<number>;

/** Returns the arithmetic mean. */
export function mean(sample: Sample): number {
	const center = sample[0];
	if (center === undefined) throw empty();
	// Differences from the first value keep the precision of large, nearly equal numbers.
	let sum = 0;
	for (let index = 0; index < sample.length; index++) sum += (sample[index] as number) - center;
	return center + sum / sample.length;
}

/** Returns the sum; 0 for an empty sample. */
export function sum(sample: Sample): number {
	let total = 0;
	for (let index = 0; index < sample.length; index++) total += sample[index] as number;
	return total;
}

/**
 * Returns the sample standard deviation (n - 1 in the denominator); null for a single value, whose spread is
 * unknown.
 */
export function standardDeviation(sample: Sample): number | null {
	const center = mean(sample);
	if (sample.length < 2) return null;
	let squares = 0;
	for (let index = 0; index < sample.length; index++) squares += ((sample[index] as number) - center) ** 2;
	return Math.sqrt(squares / (sample.length - 1));
}

/**
 * Returns the quantile by linear interpolation between order statistics: type 7 of Hyndman and Fan, "Sample
 * Quantiles in Statistical Packages" (The American Statistician 50:4, 1996), the default of R and NumPy.
 * @param probability in [0, 1]
 * @throws {RangeError} for another probability
 */
export function quantile(sample: Sample, probability: number): number {
	return quantileOfSorted(Float64Array.from(sample).sort(), probability);
}

/**
 * Returns the {@link quantile} of an ascending sample. It saves sorting for several quantiles of one sample.
 */
export function quantileOfSorted(sorted: Sample, probability: number): number {
	if (!(probability >= 0 && probability <= 1))
		throw new RangeError(`a probability lies between 0 and 1, not ${probability}`);
	const position = (sorted.length - 1) * probability;
	const [low, high] = [sorted[Math.floor(position)], sorted[Math.ceil(position)]];
	if (low === undefined || high === undefined) throw empty();
	return low + (high - low) * (position - Math.floor(position));
}

/** Returns the median; of an even number of values, the mean of the middle two. */
export function median(sample: Sample): number {
	return quantile(sample, 0.5);
}

/** Counts the values further than `limit` standard deviations from the mean. */
export function outliers(sample: Sample, limit = 3): number {
	const deviation = standardDeviation(sample);
	if (deviation === null) return 0;
	const center = mean(sample);
	let found = 0;
	for (let index = 0; index < sample.length; index++)
		if (Math.abs((sample[index] as number) - center) > limit * deviation) found++;
	return found;
}

/**
 * Returns the slope of y over x: the median of the slopes of all pairs of points (Theil 1950; Sen, "Estimates
 * of the Regression Coefficient Based on Kendall's Tau", JASA 63, 1968). A few points far off do not move it.
 * @returns null with fewer than two different x
 */
export function theilSen(points: readonly (readonly [x: number, y: number])[]): number | null {
	const slopes: number[] = [];
	for (const [index, [x, y]] of points.entries()) {
		for (const [otherX, otherY] of points.slice(index + 1))
			if (otherX !== x) slopes.push((otherY - y) / (otherX - x));
	}
	return slopes.length === 0 ? null : median(slopes);
}

function empty(): RangeError {
	return new RangeError("no statistics of an empty sample");
}

/**
 * Beyond this (1e130) a factor only says that nothing is known. A larger exponent would soon be no number.
 */
const MOST_LOG = 300;

/** Returns the factor of a logarithm, within 1e-130 and 1e130. */
export function factorOf(log: number): number {
	return Math.exp(Math.max(-MOST_LOG, Math.min(MOST_LOG, log)));
}

/**
 * Returns the middle half of some rows by a value of theirs, in ascending order. Its mean is the midmean:
 * what is disturbed lies at the ends (Rosenberger and Gasko, "Comparing Location Estimators", in
 * Understanding Robust and Exploratory Data Analysis, 1983). With fewer than four rows all are kept.
 */
export function middleHalf<Row>(rows: readonly Row[], amountOf: (row: Row) => number): Row[] {
	const cut = Math.floor(rows.length / 4);
	return rows.toSorted((one, other) => amountOf(one) - amountOf(other)).slice(cut, rows.length - cut);
}
