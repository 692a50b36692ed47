/** A category is led by the target with the best geometric mean of the ratios over its scenarios. */
import type { BenchmarkResult, CategoryStanding, MetricCategory, RatioPair } from "../../shared/types.ts";
import { metricCategory } from "../../shared/types.ts";
import { measuringSamples, pairableValues } from "../cell/samples.ts";
import { decidingMetricsOf, type Metric } from "../metrics.ts";
import { boundsOf, type Estimate, geometricMean } from "../stats/intervals.ts";
import { factorOf, mean } from "../stats/statistics.ts";
import { estimateOver, floorOn, meanOverMachines, verdictOver } from "./over-machines.ts";
import { type MachineLogs, machineLogRatios } from "./pairs.ts";
import { scaleStanding } from "./scale.ts";
import { type Cells, standingFrom } from "./standing.ts";
import { logTimesWorse } from "./times-worse.ts";
import { decideVerdict } from "./verdict.ts";

interface Entry {
	scenario: string;
	metric: Metric;
	cells: Cells;
}

/**
 * Judges every category. Only scenarios in which every target is comparable count: a mean over different
 * scenarios per target would compare unlike work.
 */
export function categoryStandings(results: readonly BenchmarkResult[]): CategoryStanding[] {
	const ids = [...new Set(results.flatMap(({ scenarios }) => Object.keys(scenarios)))];
	return metricCategory.options.flatMap((category): CategoryStanding[] => {
		if (category === "scale") return scaleStanding(results);
		const inCategory = ids.filter((id) =>
			results.some(({ scenarios }) => scenarios[id]?.categories.includes(category)),
		);
		const targets = results.filter(({ scenarios }) =>
			inCategory.some((id) => scenarios[id]?.status === "comparable"),
		);
		const entries = inCategory.flatMap((id) => entriesOf(id, targets, category));
		const standing = standingFrom(
			pairsOver(
				entries,
				targets.map(({ target }) => target.id),
			),
		);
		if (!standing) return [];
		const counted = new Set(entries.map(({ scenario }) => scenario));
		const cells = entries.map(({ scenario, metric }) => ({ scenario, metric: metric.id }));
		return [
			{
				category,
				cells,
				left_out: inCategory.filter((id) => !counted.has(id)),
				measure: "level",
				at_largest: [],
				standing,
			},
		];
	});
}

function entriesOf(id: string, results: readonly BenchmarkResult[], category: MetricCategory): Entry[] {
	const cells = results.flatMap(({ target, scenarios }): Cells[number][] => {
		const cell = scenarios[id];
		return cell?.status === "comparable" ? [[target.id, cell]] : [];
	});
	if (cells.length < results.length) return [];
	return decidingMetricsOf(category)
		.filter((metric) =>
			cells.every(([, { samples }]) =>
				measuringSamples(samples).some((sample) => pairableValues(sample, metric.id).length > 0),
			),
		)
		.map((metric) => ({ scenario: id, metric, cells }));
}

function pairsOver(entries: readonly Entry[], targets: readonly string[]): RatioPair[] {
	const pairs: RatioPair[] = [];
	for (const [index, a] of targets.entries()) {
		for (const b of targets.slice(index + 1)) {
			const pair = pairOver(entries, a, b);
			if (pair) pairs.push(pair);
		}
	}
	return pairs;
}

function pairOver(entries: readonly Entry[], a: string, b: string): RatioPair | null {
	const scenarios: MachineLogs[][] = [];
	const floors: number[] = [];
	for (const { metric, cells } of entries) {
		const [one, other] = [a, b].map((id) => cells.find(([target]) => target === id)?.[1]);
		if (!one || !other) continue;
		const found = machineLogRatios(one.samples, other.samples, metric.id).map(({ machine, logs }) => ({
			machine,
			logs: logs.map((log) => logTimesWorse(log, metric.better)),
		}));
		if (found.length === 0) continue;
		scenarios.push(found);
		floors.push(mean(found.map(({ machine }) => floorOn(one, other, metric.id, machine))));
	}
	if (scenarios.length === 0) return null;
	const logs = scenarios.map((groups) => groups.map((group) => group.logs));
	const estimates = logs.map((groups) => estimateOver(groups, null));
	const joined = meanOverMachines(scenarios);
	const whole =
		joined?.whole ??
		(estimates.every((estimate): estimate is Estimate => estimate !== null)
			? geometricMean(estimates)
			: null);
	// Systematic differences do not average out as noise does. The mean of the floors bounds the difference
	// over all cells.
	const floorLog = mean(floors);
	return {
		a,
		b,
		blocks: Math.min(...logs.map((groups) => groups.flat().length)),
		floor: Math.expm1(floorLog),
		verdict: verdictOver(
			decideVerdict(whole, floorLog),
			(joined?.machines ?? []).map((one) => decideVerdict(one, floorLog)),
		),
		ratio: whole?.value ?? factorOf(mean(logs.map((groups) => mean(groups.flat())))),
		interval: boundsOf(whole),
		minimum_detectable_effect: null,
	};
}
