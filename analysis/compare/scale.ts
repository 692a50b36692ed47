/** The category *scale* is led by who grows least from the smallest to the largest size of each dimension. */
import type { BenchmarkResult, CategoryStanding, RatioPair, Scaling } from "../../shared/types.ts";
import { scaling } from "../../shared/types.ts";
import { boundsOf, differenceEstimate, type Estimate, geometricMean } from "../stats/intervals.ts";
import { factorOf, mean } from "../stats/statistics.ts";
import { type EndPair, growthEnds, SCALE_METRIC, sizePointsOf } from "./growth.ts";
import { pairFloorLog } from "./noise.ts";
import { standingFrom, standingOf } from "./standing.ts";
import { decideVerdict } from "./verdict.ts";

/**
 * Makes the standing of the category. Only dimensions count in which every target is comparable at two sizes
 * or more.
 */
export function scaleStanding(results: readonly BenchmarkResult[]): CategoryStanding[] {
	const known = scaling.shape.series.options.filter((dimension) =>
		results.some((result) => sizePointsOf(result, dimension).length > 1),
	);
	const targets = results.filter((result) =>
		known.some((dimension) => sizePointsOf(result, dimension).length > 1),
	);
	const common = known.filter((dimension) =>
		targets.every((result) => sizePointsOf(result, dimension).length > 1),
	);
	const pairs = targets.flatMap((a, index) =>
		targets.slice(index + 1).flatMap((b) => pairOver(common, a, b) ?? []),
	);
	const standing = standingFrom(pairs);
	if (!standing) return [];
	const counted = new Set(common.flatMap((dimension) => endScenarios(dimension, targets)));
	const all = new Set(
		known.flatMap((dimension) => results.flatMap((result) => endScenarios(dimension, [result]))),
	);
	return [
		{
			category: "scale",
			cells: [...counted].map((scenario) => ({ scenario, metric: SCALE_METRIC.id })),
			left_out: [...all].filter((scenario) => !counted.has(scenario)),
			measure: "growth",
			at_largest: common.flatMap((dimension) => leadersAtLargest(dimension, targets)),
			standing,
		},
	];
}

/** Returns the scenarios of the smallest and the largest size that all have. */
function endScenarios(dimension: Scaling["series"], targets: readonly BenchmarkResult[]): string[] {
	const [first, ...others] = targets.map((result) => sizePointsOf(result, dimension));
	const common = (first ?? []).filter(({ scenario }) =>
		others.every((points) => points.some((point) => point.scenario === scenario)),
	);
	const [smallest, largest] = [common[0], common.at(-1)];
	return smallest && largest && smallest !== largest ? [smallest.scenario, largest.scenario] : [];
}

function leadersAtLargest(
	dimension: Scaling["series"],
	targets: readonly BenchmarkResult[],
): CategoryStanding["at_largest"] {
	const [, scenario] = endScenarios(dimension, targets);
	const points = targets.flatMap((result) => {
		const point = sizePointsOf(result, dimension).find((one) => one.scenario === scenario);
		return point ? [[result.target.id, point] as const] : [];
	});
	const size = points[0]?.[1].size;
	const standing = standingOf(
		points.map(([id, { cell }]) => [id, cell] as const),
		SCALE_METRIC.id,
		"lower",
	);
	// With too few blocks nobody is the fastest, and nobody equals another.
	const isDecided = standing?.pairs.every(({ verdict }) => verdict !== "undecided");
	return scenario === undefined || size === undefined || !standing || !isDecided
		? []
		: [{ dimension, size, scenario, leaders: standing.leaders }];
}

function pairOver(
	dimensions: readonly Scaling["series"][],
	a: BenchmarkResult,
	b: BenchmarkResult,
): RatioPair | null {
	const ends = dimensions.flatMap((dimension) => growthEnds(dimension, a, b) ?? []);
	if (ends.length === 0) return null;
	const estimates = ends.map(({ smallest, largest }) => differenceEstimate(largest.logs, smallest.logs));
	const whole = estimates.every((estimate): estimate is Estimate => estimate !== null)
		? geometricMean(estimates)
		: null;
	// Each end may be off by its own floor.
	const floorLog = mean(ends.map(({ smallest, largest }) => floorLogOf(smallest) + floorLogOf(largest)));
	return {
		a: a.target.id,
		b: b.target.id,
		blocks: Math.min(...ends.flatMap(({ smallest, largest }) => [smallest.logs.length, largest.logs.length])),
		floor: Math.expm1(floorLog),
		verdict: decideVerdict(whole, floorLog),
		ratio:
			whole?.value ??
			factorOf(mean(ends.map(({ smallest, largest }) => mean(largest.logs) - mean(smallest.logs)))),
		interval: boundsOf(whole),
		minimum_detectable_effect: null,
	};
}

function floorLogOf({ cells: [one, other] }: EndPair): number {
	return pairFloorLog(one, other, SCALE_METRIC.id);
}
