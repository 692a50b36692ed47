/** Between which measured sizes one quantity overtakes another, without a law for either. */

/** The logarithm of the ratio of the two at one size, with its interval. */
export interface LogRatioAtSize {
	size: number;
	log: number;
	low: number;
	high: number;
}

export interface Crossing {
	/** The sign of the log-ratio before: 1 when the first one is larger below the crossing. */
	before: 1 | -1;
	/** Where the ratio is 1, by interpolation between measured sizes. */
	size: number;
	/** Where the ends of the intervals are 1. */
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

function crossingBetween(points: readonly LogRatioAtSize[], before: 1 | -1): Crossing {
	// Seen so that the line falls through zero.
	const zero = (of: (point: LogRatioAtSize) => number) => zeroOf(points.map((p) => [p.size, before * of(p)]));
	const near = zero(({ low, high }) => (before === 1 ? low : high));
	const far = zero(({ low, high }) => (before === 1 ? high : low));
	return {
		before,
		size: zero(({ log }) => log),
		low: Math.min(near, far),
		high: Math.max(near, far),
		between: { from: (points[0] as LogRatioAtSize).size, to: (points.at(-1) as LogRatioAtSize).size },
	};
}

/** The first zero of the joined points, the first of which is above zero and the last below. */
function zeroOf(points: readonly (readonly [size: number, value: number])[]): number {
	for (const [index, [toSize, toValue]] of points.entries()) {
		if (index === 0 || toValue > 0) continue;
		const [fromSize, fromValue] = points[index - 1] as readonly [number, number];
		const share = fromValue / (fromValue - toValue);
		// Sizes are spread over decades; a size of 0 has no logarithm.
		return fromSize > 0 ? fromSize * (toSize / fromSize) ** share : fromSize + (toSize - fromSize) * share;
	}
	return (points.at(-1) as readonly [number, number])[0];
}
