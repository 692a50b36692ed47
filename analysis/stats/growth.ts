/**
 * This file models how a positive quantity grows with size: by a base, a cost per unit, and the simplest
 * shape that the data do not rule out. The shapes are the low orders of Extra-P's performance model normal
 * form (Calotoiu et al., "Using automated performance modeling to find scalability bugs in complex codes", SC
 * 2013). The complexity fit of google/benchmark tries them by least squares too, but it does not know the
 * noise, and so cannot say when two shapes fit equally well.
 */
import { studentCdf } from "./distributions.ts";
import { studentInterval, type ValueInterval } from "./intervals.ts";
import { mean, standardDeviation, sum } from "./statistics.ts";

/** One positive value per independent process at one size. */
export interface SizeSample {
	size: number;
	values: readonly number[];
}

/**
 * - constant: no growth was found.
 * - linear: there is a base and one cost per unit.
 * - bend: one cost holds below a measured size, and another above it.
 * - superlinear: the cost per unit itself grows.
 * - undecided: there are too few sizes to claim a shape. The model is a line if a line fits.
 */
export type GrowthShape = "constant" | "linear" | "bend" | "superlinear" | "undecided";

export interface GrowthModel {
	shape: GrowthShape;
	/** The value at size 0 (of a constant: at every size); null where no line describes the points. */
	base: ValueInterval | null;
	/**
	 * The costs per unit between sizes. A line has one. So has a constant, where it does not differ
	 * significantly from 0. A bend has two, and other shapes have one between every two neighbouring sizes.
	 */
	costs: { from: number; to: number; perUnit: ValueInterval }[];
	/** How many times more the largest size takes than the smallest. */
	factor: ValueInterval;
}

/**
 * The risk of a false claim: of any curved shape where growth is linear, and of a slope where there is none.
 */
const SIGNIFICANCE = 0.01;
/** With fewer sizes no shape is claimed: a line fits them only because few points can deviate from it. */
export const LEAST_SIZES = 5;
/** A curve is claimed only if some size is further than this from the line, on the log scale. */
const LEAST_CURVATURE = 0.02;

interface Level {
	size: number;
	log: number;
	/** Standard error of `log`. */
	error: number;
}

/**
 * Fits the simplest shape that the data do not rule out.
 * @param samples at least two sizes, each with at least two processes
 * @returns null with fewer
 */
export function growthModel(samples: readonly SizeSample[]): GrowthModel | null {
	const levels = levelsOf(samples);
	if (levels === null) return null;
	const { points, freedom } = levels;
	const factor = factorBetween(points[0] as Level, points.at(-1) as Level, freedom);
	const curve = points.length > 2 ? bestCurve(points, freedom) : null;
	if (points.length < 3)
		return { shape: "undecided", base: null, costs: costsBetween(points, freedom), factor };
	if (curve === null) {
		const line = lineModel(points, freedom);
		return { ...line, shape: points.length < LEAST_SIZES ? "undecided" : line.shape, factor };
	}
	if (points.length < LEAST_SIZES)
		return { shape: "undecided", base: null, costs: costsBetween(points, freedom), factor };
	if (curve.kind === "superlinear")
		return { shape: "superlinear", base: null, costs: costsBetween(points, freedom), factor };
	return { shape: "bend", base: null, costs: bentCosts(points, curve.at, freedom), factor };
}

/** Fits a base and one cost per unit, or a constant where the cost does not differ significantly from 0. */
function lineModel(points: readonly Level[], freedom: number): Omit<GrowthModel, "factor"> {
	const line = fit(points, [(size) => size]);
	const slope = parameter(line, 1);
	const [from, to] = [(points[0] as Level).size, (points.at(-1) as Level).size];
	const perUnit = intervalOf(slope, freedom);
	if (significance(slope, freedom) >= SIGNIFICANCE)
		return { shape: "constant", base: constantLevel(points, freedom), costs: [{ from, to, perUnit }] };
	return { shape: "linear", base: intervalOf(parameter(line, 0), freedom), costs: [{ from, to, perUnit }] };
}

function levelsOf(samples: readonly SizeSample[]): { points: Level[]; freedom: number } | null {
	const sorted = samples.toSorted((a, b) => a.size - b.size);
	if (sorted.length < 2 || sorted.some(({ values }) => values.length < 2)) return null;
	const logs = sorted.map(({ values }) => values.map(Math.log));
	// All sizes share one spread, because a size has too few processes to know its own.
	const freedom = sum(logs.map(({ length }) => length - 1));
	const variance = sum(logs.map((own) => (own.length - 1) * (standardDeviation(own) ?? 0) ** 2)) / freedom;
	const points = sorted.map(({ size }, index) => {
		const own = logs[index] as number[];
		return { size, log: mean(own), error: Math.sqrt(Math.max(variance, 1e-12) / own.length) };
	});
	return { points, freedom };
}

type Term = (size: number) => number;

interface Fit {
	parameters: number[];
	covariance: number[][];
}

interface Parameter {
	value: number;
	error: number;
}

/**
 * Fits a base and the terms by weighted least squares. The weights follow the fitted values, because the
 * noise is relative.
 */
function fit(points: readonly Level[], terms: readonly Term[]): Fit {
	const rows = points.map(({ size }) => [1, ...terms.map((term) => term(size))]);
	const values = points.map(({ log }) => Math.exp(log));
	let expected = values;
	let found: Fit = { parameters: [], covariance: [] };
	for (let round = 0; round < 8; round++) {
		const weights = points.map(({ error }, index) => 1 / (error * (expected[index] as number)) ** 2);
		found = solve(rows, values, weights);
		const { parameters } = found;
		expected = rows.map((row, index) => {
			const value = sum(row.map((part, column) => part * (parameters[column] as number)));
			// A base below zero would give a small size all the weight.
			return Math.max(value, (values[index] as number) / 2);
		});
	}
	return found;
}

/**
 * Solves the normal equations by Gauss and Jordan. Columns are scaled first, because sizes may be large.
 */
function solve(rows: readonly number[][], values: readonly number[], weights: readonly number[]): Fit {
	const width = (rows[0] as number[]).length;
	const scale = Array.from({ length: width }, (_, column) =>
		Math.max(1e-300, ...rows.map((row) => Math.abs(row[column] as number))),
	);
	const matrix = Array.from({ length: width }, (_, a) =>
		Array.from({ length: width * 2 + 1 }, (_, b) => {
			if (b > width) return b - width - 1 === a ? 1 : 0;
			return sum(
				rows.map((row, index) => {
					const left = (row[a] as number) / (scale[a] as number);
					const right = b === width ? (values[index] as number) : (row[b] as number) / (scale[b] as number);
					return left * right * (weights[index] as number);
				}),
			);
		}),
	);
	for (let pivot = 0; pivot < width; pivot++) {
		let best = pivot;
		for (let row = pivot + 1; row < width; row++)
			if (Math.abs(matrix[row]?.[pivot] as number) > Math.abs(matrix[best]?.[pivot] as number)) best = row;
		[matrix[pivot], matrix[best]] = [matrix[best] as number[], matrix[pivot] as number[]];
		const own = matrix[pivot] as number[];
		const lead = own[pivot] as number;
		for (let column = 0; column < own.length; column++) own[column] = (own[column] as number) / lead;
		for (let row = 0; row < width; row++) {
			const other = matrix[row] as number[];
			const share = other[pivot] as number;
			if (row !== pivot)
				for (let column = 0; column < own.length; column++)
					other[column] = (other[column] as number) - share * (own[column] as number);
		}
	}
	return {
		parameters: matrix.map((row, index) => (row[width] as number) / (scale[index] as number)),
		covariance: matrix.map((row, a) =>
			Array.from(
				{ length: width },
				(_, b) => (row[width + 1 + b] as number) / (scale[a] as number) / (scale[b] as number),
			),
		),
	};
}

function parameter({ parameters, covariance }: Fit, index: number): Parameter {
	return { value: parameters[index] as number, error: Math.sqrt(covariance[index]?.[index] as number) };
}

/** Returns the two-sided p value of a parameter under the hypothesis that it is 0. */
function significance({ value, error }: Parameter, freedom: number): number {
	return 2 * studentCdf(-Math.abs(value / error), freedom);
}

function intervalOf({ value, error }: Parameter, freedom: number): ValueInterval {
	return studentInterval(value, error, freedom);
}

type Curve = { kind: "bend"; at: number } | { kind: "superlinear" };

/**
 * Returns the curved shape that describes the points best, if it is significantly better than a line: a bend
 * at one of the inner sizes, n log n, or a parabola. The place of a bend is a parameter more, so its misfit
 * is increased by 2 (Akaike, IEEE Transactions on Automatic Control 19, 1974).
 */
function bestCurve(points: readonly Level[], freedom: number): Curve | null {
	const inner = points.slice(1, -1).map(({ size }) => size);
	const candidates: { curve: Curve; terms: Term[] }[] = [
		...inner.map((at) => ({
			curve: { kind: "bend" as const, at },
			terms: [(size: number) => size, (size: number) => Math.max(0, size - at)],
		})),
		...[(size: number) => size ** 2, (size: number) => size * Math.log(size + 1)].map((term) => ({
			curve: { kind: "superlinear" as const },
			terms: [(size: number) => size, term],
		})),
	];
	const tried = candidates.map(({ curve, terms }) => {
		const found = fit(points, terms);
		const bent = parameter(found, 2);
		return {
			curve,
			p: significance(bent, freedom),
			rises: bent.value > 0,
			misfit: misfitOf(points, found, terms) + (curve.kind === "bend" ? 2 : 0),
		};
	});
	const curved = tried.filter(({ p }) => p * candidates.length < SIGNIFICANCE);
	if (curved.length === 0 || !isCurvatureLarge(points)) return null;
	const best = curved.toSorted((a, b) => a.misfit - b.misfit)[0];
	if (!best) return null;
	// A parabola that opens downwards is a bend.
	if (best.curve.kind === "superlinear" && !best.rises) {
		const bend = tried
			.filter(({ curve }) => curve.kind === "bend")
			.toSorted((a, b) => a.misfit - b.misfit)[0];
		return bend?.curve ?? null;
	}
	return best.curve;
}

function isCurvatureLarge(points: readonly Level[]): boolean {
	const line = fit(points, [(size) => size]);
	const [base, slope] = line.parameters as [number, number];
	return points.some(
		({ size, log }) => Math.abs(log - Math.log(Math.max(1e-300, base + slope * size))) > LEAST_CURVATURE,
	);
}

/** Returns the sum of squared residuals, in standard errors. */
function misfitOf(points: readonly Level[], { parameters }: Fit, terms: readonly Term[]): number {
	return sum(
		points.map(({ size, log, error }) => {
			const row = [1, ...terms.map((term) => term(size))];
			const expected = sum(row.map((part, column) => part * (parameters[column] as number)));
			return ((log - Math.log(Math.max(1e-300, expected))) / error) ** 2;
		}),
	);
}

/** Returns the weighted mean of the levels. */
function constantLevel(points: readonly Level[], freedom: number): ValueInterval {
	const weights = points.map(({ error }) => 1 / error ** 2);
	const total = sum(weights);
	const log = sum(points.map((point, index) => point.log * (weights[index] as number))) / total;
	return factorInterval(studentInterval(log, 1 / Math.sqrt(total), freedom));
}

function factorBetween(from: Level, to: Level, freedom: number): ValueInterval {
	const error = Math.hypot(from.error, to.error);
	return factorInterval(studentInterval(to.log - from.log, error, freedom));
}

function factorInterval({ value, low, high }: ValueInterval): ValueInterval {
	return { value: Math.exp(value), low: Math.exp(low), high: Math.exp(high) };
}

/** Returns the cost per unit between every two neighbouring sizes, without a model. */
function costsBetween(points: readonly Level[], freedom: number): GrowthModel["costs"] {
	return points.slice(1).map((to, index) => {
		const from = points[index] as Level;
		const [low, high] = [Math.exp(from.log), Math.exp(to.log)];
		const units = to.size - from.size;
		const cost = {
			value: (high - low) / units,
			error: Math.hypot(low * from.error, high * to.error) / units,
		};
		return { from: from.size, to: to.size, perUnit: intervalOf(cost, freedom) };
	});
}

/** Returns the two costs of a bend, with the intervals of its parameters. */
function bentCosts(points: readonly Level[], at: number, freedom: number): GrowthModel["costs"] {
	const found = fit(points, [(size) => size, (size) => Math.max(0, size - at)]);
	const [first, bend] = [parameter(found, 1), parameter(found, 2)];
	const covariance = found.covariance[1]?.[2] as number;
	const second = {
		value: first.value + bend.value,
		error: Math.sqrt(Math.max(0, first.error ** 2 + bend.error ** 2 + 2 * covariance)),
	};
	const [smallest, largest] = [points[0] as Level, points.at(-1) as Level];
	return [
		{ from: smallest.size, to: at, perUnit: intervalOf(first, freedom) },
		{ from: at, to: largest.size, perUnit: intervalOf(second, freedom) },
	];
}
