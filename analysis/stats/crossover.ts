/** Between which measured sizes one quantity overtakes another, without a law for either. */

/** The logarithm of the ratio of the two at one size, with its interval. */
export interface LogRatioAtSize {
	size: number;
	/** The second one at this size, in any unit. */
	second: number;
	log: number;
	low: number;
	high: number;
}

export interface Crossing {
	/** The sign of the log-ratio before: 1 when the first one is larger below the crossing. */
	before: 1 | -1;
	/** Where the ratio is 1: in the middle of the ways in which measured sizes can be joined. */
	size: number;
	/** The widest interval of these ways. */
	low: number;
	high: number;
	/** The nearest measured sizes at which the two differ significantly, in opposite directions. */
	between: { from: number; to: number };
}

/** Finds every change of order whose both sides are significant. @param ratios at different sizes */
export function findCrossings(ratios: readonly LogRatioAtSize[]): Crossing[] {
	const sorted = ratios.toSorted((a, b) => a.size - b.size);
	const signs = sorted.map(({ low, high }) => (low > 0 ? 1 : high < 0 ? -1 : 0));
	const crossings: Crossing[] = [];
	let last = -1;
	for (const [index, sign] of signs.entries()) {
		if (sign === 0) continue;
		const before = last < 0 ? 0 : (signs[last] as number);
		if (before === -sign)
			crossings.push(crossingBetween(sorted.slice(last, index + 1), before === 1 ? 1 : -1));
		last = index;
	}
	return crossings;
}

type Line = readonly (readonly [size: number, value: number])[];

function crossingBetween(points: readonly LogRatioAtSize[], before: 1 | -1): Crossing {
	// Nothing was measured in between, so the curves may take any smooth way. Where they are lines, their
	// difference is one; where they are powers of the size, the logarithm of their ratio is one.
	const zerosOf = (log: (point: LogRatioAtSize) => number) => [
		zeroOf(points.map((point) => [point.size, before * log(point)])),
		zeroOf(
			points.map((point) => [point.size, before * Math.expm1(log(point)) * point.second]),
			true,
		),
	];
	const ends = [zerosOf(({ low }) => low), zerosOf(({ high }) => high)].flat();
	const [a = 0, b = 0] = zerosOf(({ log }) => log);
	return {
		before,
		size: Math.sqrt(a * b),
		low: Math.min(...ends, a, b),
		high: Math.max(...ends, a, b),
		between: { from: (points[0] as LogRatioAtSize).size, to: (points.at(-1) as LogRatioAtSize).size },
	};
}

/**
 * The first zero of the joined points, the first of which is above zero and the last below.
 * @param straight joins them by lines; else by lines over the logarithm of the size
 */
function zeroOf(points: Line, straight = false): number {
	for (const [index, [toSize, toValue]] of points.entries()) {
		if (index === 0 || toValue > 0) continue;
		const [fromSize, fromValue] = points[index - 1] as Line[number];
		const share = fromValue / (fromValue - toValue);
		// A size of 0 has no logarithm.
		return straight || fromSize === 0
			? fromSize + (toSize - fromSize) * share
			: fromSize * (toSize / fromSize) ** share;
	}
	return (points.at(-1) as Line[number])[0];
}
