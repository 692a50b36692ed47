/**
 * How each target grows with providers, history, concurrency and conversation length, and where one overtakes
 * another.
 */
import type { BenchmarkResult, ComparisonFile, Scaling } from "../../shared/types.ts";
import { scaling } from "../../shared/types.ts";
import { crossover, growth, type PowerLaw, perDoubling, powerLaw } from "../stats/scaling.ts";
import { measured } from "./pairs.ts";

const METRIC = "message_latency_p50_ms";

type Fit = ComparisonFile["scaling"][number];

/** Only comparable cells are points; a target with fewer than two sizes in a series has no fit there. */
export function growthOf(
	results: readonly BenchmarkResult[],
): Pick<ComparisonFile, "scaling" | "crossovers"> {
	const fits: Fit[] = [];
	const crossovers: ComparisonFile["crossovers"] = [];
	for (const series of scaling.shape.series.options) {
		const laws = results.flatMap((result): [string, PowerLaw][] => {
			const points = pointsOf(result, series);
			const law = points.length >= 2 ? powerLaw(points) : null;
			if (points.length >= 2) fits.push(fitOf(series, result.target.id, law, points));
			return law ? [[result.target.id, law]] : [];
		});
		for (const [index, [a, law]] of laws.entries()) {
			for (const [b, other] of laws.slice(index + 1)) {
				const found = crossover(law, other);
				if (!found) continue;
				// The steeper one is better below.
				const [below, above] = law.exponent.value > other.exponent.value ? [a, b] : [b, a];
				crossovers.push({
					series,
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
	return { scaling: fits, crossovers };
}

function pointsOf(
	{ scenarios }: BenchmarkResult,
	series: Scaling["series"],
): { size: number; values: number[] }[] {
	return Object.values(scenarios)
		.flatMap((cell) => {
			if (cell.status !== "comparable" || cell.scaling?.series !== series) return [];
			const values = measured(cell.samples).flatMap(({ values }) => values[METRIC] ?? []);
			return values.length > 0 ? [{ size: cell.scaling.size, values }] : [];
		})
		.toSorted((a, b) => a.size - b.size);
}

function fitOf(
	series: Scaling["series"],
	target: string,
	law: PowerLaw | null,
	points: { size: number; values: number[] }[],
): Fit {
	const shown = points.map(({ size, values }) => ({
		size,
		value_ms: Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length),
		processes: values.length,
	}));
	if (!law)
		return {
			series,
			target,
			points: shown,
			exponent: null,
			growth: "undecided",
			per_doubling: null,
			local: [],
		};
	return {
		series,
		target,
		points: shown,
		exponent: bare(law.exponent),
		growth: growth(law.exponent),
		per_doubling: bare(perDoubling(law.exponent)),
		local: law.local.map(({ from, to, exponent }) => ({ from, to, exponent: bare(exponent) })),
	};
}

function bare({ value, low, high }: { value: number; low: number; high: number }): {
	value: number;
	low: number;
	high: number;
} {
	return { value, low, high };
}
