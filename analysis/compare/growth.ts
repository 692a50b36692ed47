/**
 * This file tells how the median latency of each target grows with providers, history, senders and
 * conversation length, and where one target overtakes another.
 */
import type { BenchmarkResult, ComparisonFile, Scaling } from "../../shared/types.ts";
import { scaling } from "../../shared/types.ts";
import { machinesOf } from "../cell/machines.ts";
import { measuringSamples } from "../cell/samples.ts";
import { decidingMetricsOf, figureOf, type Metric } from "../metrics.ts";
import { findCrossings, type LogRatioAtSize } from "../stats/crossover.ts";
import { growthModel } from "../stats/growth.ts";
import { boundsOf, ratioEstimate } from "../stats/intervals.ts";
import { blockLogRatios } from "./pairs.ts";

/** The one metric that decides scale. */
export const SCALE_METRIC = decidingMetricsOf("scale")[0] as Metric;

type Fit = ComparisonFile["growth"][number];
type Dimension = Scaling["series"];

/**
 * Fits the growth of every target in every dimension, and finds where two of them cross. Only comparable
 * cells are points. A target with fewer than two sizes in a dimension has no growth there.
 */
export function growthOf(results: readonly BenchmarkResult[]): Pick<ComparisonFile, "growth" | "crossovers"> {
	return {
		growth: scaling.shape.series.options.flatMap((dimension) =>
			results.flatMap((result) => fitOf(dimension, result) ?? []),
		),
		crossovers: scaling.shape.series.options.flatMap((dimension) =>
			results.flatMap((a, index) => results.slice(index + 1).flatMap((b) => crossoversOf(dimension, a, b))),
		),
	};
}

interface SizePoint {
	size: number;
	scenario: string;
	cell: BenchmarkResult["scenarios"][string];
	/** The cell's figure; the model goes through the values of its processes. */
	figure: number;
	values: number[];
}

/**
 * Returns the comparable cells of a dimension, smallest size first. There are none where the sizes were
 * measured on unlike machines: between these the time does not grow with the size alone.
 */
export function sizePointsOf({ scenarios }: BenchmarkResult, dimension: Dimension): SizePoint[] {
	const points = comparablePoints(scenarios, dimension);
	return new Set(points.flatMap(({ cell }) => machinesOf(cell))).size > 1 ? [] : points;
}

function comparablePoints(scenarios: BenchmarkResult["scenarios"], dimension: Dimension): SizePoint[] {
	return Object.entries(scenarios)
		.flatMap(([scenario, cell]) => {
			if (cell.status !== "comparable" || cell.scaling?.series !== dimension) return [];
			const figure = figureOf(SCALE_METRIC, cell);
			const values = measuringSamples(cell.samples).flatMap((sample) => sample.values[SCALE_METRIC.id] ?? []);
			const { size } = cell.scaling;
			return figure !== null && values.length > 0 ? [{ size, scenario, cell, figure, values }] : [];
		})
		.toSorted((a, b) => a.size - b.size);
}

function fitOf(dimension: Dimension, result: BenchmarkResult): Fit | null {
	const points = sizePointsOf(result, dimension);
	if (points.length < 2) return null;
	const model = growthModel(points);
	return {
		dimension,
		target: result.target.id,
		points: points.map(({ size, figure, values, cell }) => ({
			size,
			value_ms: figure,
			interval: boundsOf(cell.estimates[SCALE_METRIC.id] ?? null),
			processes: values.length,
			warmup_messages: warmupMessages(cell),
		})),
		shape: model?.shape ?? "undecided",
		base_ms: model?.base ?? null,
		costs: (model?.costs ?? []).map(({ from, to, perUnit }) => ({ from, to, per_unit_ms: perUnit })),
		factor: model?.factor ?? null,
	};
}

/** A result that does not say how many there were has as many as were planned. */
function warmupMessages({
	warmup_messages,
	throughput,
	iterations,
	warmup,
}: SizePoint["cell"]): number | null {
	if (warmup_messages !== undefined) return warmup_messages;
	return throughput && iterations > 0 ? Math.round((warmup * throughput.total_messages) / iterations) : null;
}

function crossoversOf(
	dimension: Dimension,
	a: BenchmarkResult,
	b: BenchmarkResult,
): ComparisonFile["crossovers"] {
	return findCrossings(logRatiosBySize(dimension, a, b)).map(({ before, size, low, high, between }) => {
		// Before the crossing the one with the smaller time is better.
		const [below, above] = before === 1 ? [b, a] : [a, b];
		return { dimension, below: below.target.id, above: above.target.id, size, low, high, between };
	});
}

/** Returns the ratios from pairs inside blocks, at every size that both have. */
function logRatiosBySize(dimension: Dimension, a: BenchmarkResult, b: BenchmarkResult): LogRatioAtSize[] {
	const others = new Map(sizePointsOf(b, dimension).map((point) => [point.scenario, point]));
	return sizePointsOf(a, dimension).flatMap(({ size, scenario, cell }) => {
		const other = others.get(scenario);
		const estimate =
			other && ratioEstimate(blockLogRatios(cell.samples, other.cell.samples, SCALE_METRIC.id));
		if (!estimate) return [];
		const [log, low, high] = [estimate.value, estimate.low, estimate.high].map(Math.log);
		const second = other === undefined ? null : figureOf(SCALE_METRIC, other.cell);
		if (second === null) return [];
		return [{ size, second, log: log as number, low: low as number, high: high as number }];
	});
}

/**
 * Returns the pairs of `a` and `b` at the smallest and at the largest size that both have. How many times
 * more one grows than the other follows from them.
 * @returns null with fewer than two common sizes
 */
export function growthEnds(
	dimension: Dimension,
	a: BenchmarkResult,
	b: BenchmarkResult,
): { smallest: EndPair; largest: EndPair } | null {
	const others = new Map(sizePointsOf(b, dimension).map((point) => [point.scenario, point]));
	const common = sizePointsOf(a, dimension).flatMap((point): EndPair[] => {
		const other = others.get(point.scenario);
		if (!other) return [];
		const logs = blockLogRatios(point.cell.samples, other.cell.samples, SCALE_METRIC.id);
		return logs.length === 0
			? []
			: [{ scenario: point.scenario, size: point.size, logs, cells: [point.cell, other.cell] }];
	});
	const [smallest, largest] = [common[0], common.at(-1)];
	return smallest && largest && smallest !== largest ? { smallest, largest } : null;
}

/** Two targets at one size. */
export interface EndPair {
	scenario: string;
	size: number;
	/** How many times slower the first is, one log-ratio a block. */
	logs: number[];
	cells: [BenchmarkResult["scenarios"][string], BenchmarkResult["scenarios"][string]];
}
