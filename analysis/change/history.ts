/** A history follows one metric of every cell over many runs: points, levels, and where a level changes. */
import {
	type BenchmarkResult,
	type HistoryFile,
	type HistorySeries,
	SCHEMA_VERSION,
} from "../../shared/types.ts";
import { resultsByMachine } from "../cell/machines.ts";
import { logTimesWorse } from "../compare/times-worse.ts";
import {
	COMPETING_METRICS,
	decidingMetricOf,
	figureOf,
	findMetric,
	type Metric,
	metricOf,
} from "../metrics.ts";
import { changePoints } from "../stats/change-points.ts";
import { boundsOf, differenceEstimate } from "../stats/intervals.ts";
import { factorOf, mean } from "../stats/statistics.ts";

/** A smaller step between two levels is not reported: over many runs any machine takes some. */
const LEAST_STEP_LOG = Math.log(1.01);

/** A user's agent changes its content over time. At another place, or with other plugins, it is another. */
function identityOf({ target: { agent } }: BenchmarkResult): unknown {
	return agent === undefined ? null : [agent.path, agent.added, agent.without];
}

export interface HistoryOptions {
	/** The default is the deciding metric of each scenario. */
	metric?: string;
	/** The default is all scenarios, and all targets. */
	scenarios?: readonly string[];
	targets?: readonly string[];
}

/**
 * Makes the history of the complete runs.
 * @param results those of many runs, in any order
 * @throws {RangeError} if no competing metric has that id
 */
export function history(
	results: readonly BenchmarkResult[],
	{ metric, scenarios, targets }: HistoryOptions = {},
): HistoryFile {
	if (metric !== undefined && !COMPETING_METRICS.some(({ id }) => id === metric))
		throw new RangeError(`no metric ${metric}`);
	const sorted = results
		.flatMap(resultsByMachine)
		.filter(({ complete }) => complete)
		.toSorted((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp));
	const series = new Map<string, HistorySeries>();
	for (const result of sorted) {
		if (targets && !targets.includes(result.target.id)) continue;
		for (const [scenario, cell] of Object.entries(result.scenarios)) {
			if (scenarios && !scenarios.includes(scenario)) continue;
			const of = chosenMetric(cell, metric);
			if (!of) continue;
			const key = JSON.stringify([
				result.target.id,
				scenario,
				of.id,
				machineKey(result),
				cell.definition,
				result.model_delay_ms,
				result.alternate,
				identityOf(result),
			]);
			const known = series.get(key) ?? emptySeries(result, scenario, of);
			series.set(key, known);
			const value = cell.status === "comparable" ? figureOf(of, cell) : null;
			const estimate = cell.estimates[of.id];
			known.label = result.target.label;
			known.points.push({
				timestamp: result.timestamp,
				version: result.versions?.framework ?? "unknown",
				value,
				status: cell.status,
				interval: value === null ? null : boundsOf(estimate),
			});
		}
	}
	return {
		schema_version: SCHEMA_VERSION,
		kind: "history",
		over: "runs",
		runs: new Set(sorted.map(({ timestamp }) => timestamp)).size,
		series: [...series.values()].map(findLevels).toSorted((a, b) => severityOf(b) - severityOf(a)),
	};
}

function chosenMetric(cell: BenchmarkResult["scenarios"][string], wanted: string | undefined): Metric | null {
	if (wanted !== undefined) return findMetric(wanted);
	return decidingMetricOf(cell, (id) => figureOf(metricOf(id), cell) !== null);
}

/** Returns what identifies a machine. Figures of machines that differ in any of it are not joined. */
export function machineKey({ machine }: BenchmarkResult): string {
	const {
		cpu_model: cpuModel,
		cpus,
		usable_cpus: usable = cpus,
		cpu_quota: quota = null,
		arch,
		os,
	} = machine;
	const cores = usable === cpus ? `${cpus} cores` : `${usable} of ${cpus} cores`;
	return `${cpuModel}, ${cores}, ${quota === null ? "" : `a quota of ${quota}, `}${os} ${arch}`;
}

/** Makes the series of one metric in one cell, without points. */
export function emptySeries(
	result: BenchmarkResult,
	scenario: string,
	{ id, label, unit, better }: Metric,
): HistorySeries {
	return {
		target: result.target.id,
		label: result.target.label,
		scenario,
		metric: id,
		metric_label: label,
		unit,
		better: better === "higher" ? "higher" : "lower",
		machine: machineKey(result),
		points: [],
		levels: [],
		changes: [],
		ends: null,
	};
}

/** Finds change points among the points that have a value. Gaps neither make one nor hide one. */
function findLevels(series: HistorySeries): HistorySeries {
	const known = series.points.flatMap(({ value }, index) =>
		value !== null && value > 0 ? [{ index, log: Math.log(value) }] : [],
	);
	const starts = [0, ...changePoints(known.map(({ log }) => log)), known.length];
	const segments = starts.slice(0, -1).map((from, place) => known.slice(from, starts[place + 1]));
	const changes = segments.slice(1).flatMap((after, place): HistorySeries["changes"] => {
		const before = segments[place] ?? [];
		const [first, last] = [after[0], before.at(-1)];
		const estimate = differenceEstimate(
			after.map(({ log }) => logTimesWorse(log, series.better)),
			before.map(({ log }) => logTimesWorse(log, series.better)),
		);
		const [point, previous] = [series.points[first?.index ?? -1], series.points[last?.index ?? -1]];
		if (!first || !point || !previous || !estimate || Math.abs(Math.log(estimate.value)) < LEAST_STEP_LOG)
			return [];
		return [
			{
				index: first.index,
				timestamp: point.timestamp,
				version_before: previous.version,
				version: point.version,
				ratio: estimate.value,
				interval: boundsOf(estimate),
				change: estimate.value > 1 ? "slower" : "faster",
				stage: null,
			},
		];
	});
	const kept = segments.filter(
		(segment, place) => place === 0 || changes.some(({ index }) => index === segment[0]?.index),
	);
	const levels = kept.flatMap((segment, place) => {
		const [from, until] = [segment[0]?.index, kept[place + 1]?.[0]?.index ?? Number.POSITIVE_INFINITY];
		if (from === undefined) return [];
		const logs = known.filter(({ index }) => index >= from && index < until).map(({ log }) => log);
		return [{ from, value: factorOf(mean(logs)) }];
	});
	return { ...series, levels, changes };
}

/**
 * Returns a number that is larger for series to show first, by their last change: slower comes before faster,
 * and larger before smaller.
 */
export function severityOf({ changes }: HistorySeries): number {
	const last = changes.at(-1);
	return last ? Math.abs(Math.log(last.ratio)) + (last.change === "slower" ? 1000 : 1) : 0;
}
