/**
 * This file tells how each target grows with providers, history, concurrency and conversation length, and
 * where one overtakes another.
 */
import type { BenchmarkResult, ComparisonFile, Scaling } from "../../shared/types.ts";
import { scaling } from "../../shared/types.ts";
import { measuringSamples } from "../cell/samples.ts";
import { figureOf, metricOf } from "../metrics.ts";
import { classifyGrowth, crossover, type PowerLaw, perDoubling, powerLaw } from "../stats/scaling.ts";

const METRIC = metricOf("message_latency_p50_ms");

type Fit = ComparisonFile["growth"][number];

/**
 * Fits the growth of every target. Only comparable cells are points. A target with fewer than two sizes in a
 * dimension has no fit there.
 */
export function growthOf(results: readonly BenchmarkResult[]): Pick<ComparisonFile, "growth" | "crossovers"> {
	const fits: Fit[] = [];
	const crossovers: ComparisonFile["crossovers"] = [];
	for (const dimension of scaling.shape.series.options) {
		const laws = results.flatMap((result): [string, PowerLaw][] => {
			const points = pointsOf(result, dimension);
			const law = points.length >= 2 ? powerLaw(points) : null;
			if (points.length >= 2) fits.push(fitOf(dimension, result.target.id, law, points));
			return law ? [[result.target.id, law]] : [];
		});
		for (const [index, [a, law]] of laws.entries()) {
			for (const [b, other] of laws.slice(index + 1)) {
				const found = crossover(law, other);
				if (!found) continue;
				// The target with the larger exponent is better below the crossover.
				const [below, above] = law.exponent.value > other.exponent.value ? [a, b] : [b, a];
				crossovers.push({
					dimension,
					below,
					above,
					size: found.size,
					low: found.low,
					high: found.high,
					within: found.within,
				});
			}
		}
	}
	return { growth: fits, crossovers };
}

interface SizePoint {
	size: number;
	/** The cell's figure; the fit goes through the values of its processes. */
	figure: number;
	values: number[];
}

function pointsOf({ scenarios }: BenchmarkResult, dimension: Scaling["series"]): SizePoint[] {
	return Object.values(scenarios)
		.flatMap((cell) => {
			if (cell.status !== "comparable" || cell.scaling?.series !== dimension) return [];
			const figure = figureOf(METRIC, cell);
			const values = measuringSamples(cell.samples).flatMap((sample) => sample.values[METRIC.id] ?? []);
			return figure !== null && values.length > 0 ? [{ size: cell.scaling.size, figure, values }] : [];
		})
		.toSorted((a, b) => a.size - b.size);
}

function fitOf(
	dimension: Scaling["series"],
	target: string,
	law: PowerLaw | null,
	points: readonly SizePoint[],
): Fit {
	const shown = points.map(({ size, figure, values }) => ({
		size,
		value_ms: figure,
		processes: values.length,
	}));
	if (!law)
		return {
			dimension,
			target,
			points: shown,
			exponent: null,
			shape: "undecided",
			per_doubling: null,
			local: [],
		};
	return {
		dimension,
		target,
		points: shown,
		exponent: pickInterval(law.exponent),
		shape: classifyGrowth(law.exponent),
		per_doubling: pickInterval(perDoubling(law.exponent)),
		local: law.local.map(({ from, to, exponent }) => ({ from, to, exponent: pickInterval(exponent) })),
	};
}

function pickInterval({ value, low, high }: { value: number; low: number; high: number }): {
	value: number;
	low: number;
	high: number;
} {
	return { value, low, high };
}
