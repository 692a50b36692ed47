/**
 * Change points are where the level of a series changes. They are found by hierarchical divisive estimation
 * with the energy distance (E-divisive; Matteson and James, "A Nonparametric Approach for Multiple Change
 * Point Analysis of Multivariate Data", JASA 109, 2014). Performance histories of whole CI systems are
 * watched with it (Daly et al., "The Use of Change Point Detection to Identify Software Performance
 * Regressions in a Continuous Integration System", ICPE 2020).
 */
import { Random } from "../../shared/random.ts";

export interface ChangePointOptions {
	/** Chance may give a split as clear as an accepted one this often. */
	significance: number;
	/** Fewer values on a side are no level: one odd value changes nothing. */
	leastSegment: number;
	permutations: number;
	seed: number;
}

const CHANGE_POINT_DEFAULTS: ChangePointOptions = {
	significance: 0.01,
	leastSegment: 3,
	permutations: 499,
	seed: 1,
};

/**
 * Finds the change points of a series.
 * @param series one value a run, in order; on the log scale where ratios matter
 * @returns ascending indices at which another level begins
 */
export function changePoints(series: readonly number[], options: Partial<ChangePointOptions> = {}): number[] {
	const settings = { ...CHANGE_POINT_DEFAULTS, ...options };
	const random = new Random(settings.seed);
	const found: number[] = [];
	const segments: [number, number][] = [[0, series.length]];
	for (let segment = segments.pop(); segment; segment = segments.pop()) {
		const [from, to] = segment;
		const at = significantSplit(series.slice(from, to), settings, random);
		if (at === null) continue;
		found.push(from + at);
		segments.push([from, from + at], [from + at, to]);
	}
	return found.toSorted((a, b) => a - b);
}

/** Returns the clearest split of one segment, or null if shuffled segments too often have one as clear. */
function significantSplit(
	values: readonly number[],
	{ significance, leastSegment, permutations }: ChangePointOptions,
	random: Random,
): number | null {
	const best = bestSplit(values, leastSegment);
	if (best === null) return null;
	const allowed = Math.floor(significance * (permutations + 1)) - 1;
	let clearer = 0;
	for (let permutation = 0; permutation < permutations; permutation++) {
		if (
			(bestSplit(random.shuffle(values), leastSegment)?.distance ?? 0) >= best.distance &&
			++clearer > allowed
		)
			return null;
	}
	return best.at;
}

/**
 * Returns the split with the largest scaled energy distance between the values before it and those from it up
 * to some later end: nm / (n + m) (2 E|X - Y| - E|X - X'| - E|Y - Y'|), with means over distinct pairs. The
 * end need not be that of the series, so that a level that comes back later hides nothing. The time is
 * quadratic in the number of values.
 * @returns null where the values are too few for two segments
 */
export function bestSplit(
	values: readonly number[],
	leastSegment: number,
): { at: number; distance: number } | null {
	const count = values.length;
	if (count < 2 * leastSegment) return null;
	const sums = cumulateDistances(values);
	const upTo = (a: number, b: number) => sums[a * (count + 1) + b] as number;
	let best: { at: number; distance: number } | null = null;
	for (let at = leastSegment; at <= count - leastSegment; at++) {
		for (let end = at + leastSegment; end <= count; end++) {
			const [n, m] = [at, end - at];
			const within = upTo(at, at) / (n * (n - 1));
			const beyond = (upTo(end, end) - 2 * upTo(at, end) + upTo(at, at)) / (m * (m - 1));
			const between = (upTo(at, end) - upTo(at, at)) / (n * m);
			const distance = ((n * m) / (n + m)) * (2 * between - within - beyond);
			if (best === null || distance > best.distance) best = { at, distance };
		}
	}
	return best;
}

/**
 * Returns the sums of the distances between the first a and the first b values, row by row. The sum over any
 * rectangle of pairs is a difference of four of them.
 */
function cumulateDistances(values: readonly number[]): Float64Array {
	const width = values.length + 1;
	const sums = new Float64Array(width * width);
	for (let a = 1; a < width; a++) {
		let row = 0;
		for (let b = 1; b < width; b++) {
			row += Math.abs((values[a - 1] as number) - (values[b - 1] as number));
			sums[a * width + b] = (sums[(a - 1) * width + b] as number) + row;
		}
	}
	return sums;
}
