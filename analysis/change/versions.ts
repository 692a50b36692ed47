/**
 * This file compares versions of one framework that were measured in one run in the same blocks: where each
 * metric changed from one version to the next.
 */
import {
	type BenchmarkResult,
	type CellChange,
	type HistoryFile,
	type HistorySeries,
	SCHEMA_VERSION,
} from "../../shared/types.ts";
import { COMPETING_METRICS, figureOf, findMetric } from "../metrics.ts";
import { boundsOf } from "../stats/intervals.ts";
import { compareChange } from "./change.ts";
import { emptySeries, severityOf } from "./history.ts";
import { judgeTogether } from "./significance.ts";

/**
 * Makes the history of the versions. Neighbours are compared by the verdicts of a change between two targets
 * of one run. If a version does not do a scenario as it asks, the versions before and after it are
 * neighbours. There are series of the deciding metrics, and of every other metric that changed somewhere.
 * @param results one per version, in the order of the versions
 */
export function versionHistory(results: readonly BenchmarkResult[]): HistoryFile {
	const changeOf = memoizeChanges(results);
	const scenarios = [...new Set(results.flatMap((result) => Object.keys(result.scenarios)))];
	const series = scenarios.flatMap((scenario) => {
		const chain = results.flatMap((result, index) =>
			result.scenarios[scenario]?.status === "comparable" ? [index] : [],
		);
		const steps = chain.slice(1).map((to, place) => ({ to, from: chain[place] ?? 0 }));
		const cells = judgeSteps(steps.map(({ from, to }) => ({ from, to, cell: changeOf(from, to, scenario) })));
		const [first, last] = [chain[0], chain.at(-1)];
		const whole =
			first === undefined || last === undefined || first === last ? null : changeOf(first, last, scenario);
		return COMPETING_METRICS.flatMap(({ id: metric }) => {
			const one = seriesOf(results, scenario, metric, cells, whole);
			const decides = cells.some(({ cell }) => cell?.deciding_metric === metric);
			return one && (decides || one.changes.length > 0) ? [{ one, decides }] : [];
		});
	});
	return {
		schema_version: SCHEMA_VERSION,
		kind: "history",
		over: "versions",
		runs: results.length,
		series: series
			.toSorted((a, b) => Number(b.decides) - Number(a.decides) || severityOf(b.one) - severityOf(a.one))
			.map(({ one }) => one),
	};
}

interface Step {
	/** Both are indexes of results. */
	from: number;
	to: number;
	cell: CellChange | null;
}

/**
 * Judges all steps of a scenario together: the deciding metric over all of them, and so every other metric.
 * With each step for itself, six versions that are alike would have a change in every fourth history.
 */
function judgeSteps(steps: readonly Step[]): Step[] {
	const kinds = [true, false].map((decides) =>
		steps.flatMap(
			({ cell }) => cell?.rows.filter((row) => (row.metric === cell.deciding_metric) === decides) ?? [],
		),
	);
	const judged = new Map(
		kinds.flatMap((rows) => {
			const together = judgeTogether(rows);
			return rows.map((row, index) => [row, together[index] ?? row] as const);
		}),
	);
	return steps.map(({ cell, ...step }) => ({
		...step,
		cell: cell && { ...cell, rows: cell.rows.map((row) => judged.get(row) ?? row) },
	}));
}

function memoizeChanges(
	results: readonly BenchmarkResult[],
): (from: number, to: number, scenario: string) => CellChange | null {
	const side = { name: "versions", results };
	const known = new Map<string, CellChange[]>();
	return (from, to, scenario) => {
		const [base, head] = [results[from]?.target.id ?? "", results[to]?.target.id ?? ""];
		const key = `${from} ${to}`;
		const cells = known.get(key) ?? compareChange(side, side, { pairs: [[base, head]], paired: true }).cells;
		known.set(key, cells);
		return cells.find((cell) => cell.scenario === scenario) ?? null;
	};
}

/** Returns null if no version has a figure. */
function seriesOf(
	results: readonly BenchmarkResult[],
	scenario: string,
	metric: string,
	steps: readonly Step[],
	whole: CellChange | null,
): HistorySeries | null {
	const definition = findMetric(metric);
	const [first] = results;
	if (!definition || !first) return null;
	const points = results.map((result): HistorySeries["points"][number] => {
		const cell = result.scenarios[scenario];
		const value = cell?.status === "comparable" ? figureOf(definition, cell) : null;
		const estimate = cell?.estimates[metric];
		return {
			timestamp: result.timestamp,
			version: result.versions?.framework ?? result.target.framework.version,
			value,
			interval: value === null ? null : boundsOf(estimate),
			status: cell?.status ?? "failed",
		};
	});
	if (points.every(({ value }) => value === null)) return null;
	const changes = steps.flatMap(({ from, to, cell }): HistorySeries["changes"] => {
		const row = cell?.rows.find((one) => one.metric === metric);
		const [before, after] = [points[from], points[to]];
		if (
			!cell ||
			!row ||
			!before ||
			!after ||
			row.ratio === null ||
			(row.change !== "slower" && row.change !== "faster")
		)
			return [];
		return [
			{
				index: to,
				timestamp: after.timestamp,
				version_before: before.version,
				version: after.version,
				ratio: row.ratio,
				interval: row.interval,
				change: row.change,
				stage: metric === cell.deciding_metric ? cell.stage : null,
			},
		];
	});
	const end = whole?.rows.find((one) => one.metric === metric);
	return {
		...emptySeries(first, scenario, definition),
		label: runtimeLabel(results),
		points,
		changes,
		// Between two changes the versions differ by less than the noise: they have no level in common.
		levels: [],
		ends: end?.ratio != null ? { ratio: end.ratio, interval: end.interval, change: end.change } : null,
	};
}

/**
 * Returns the words with which the labels of all versions begin: `TypeScript` for `TypeScript 2.0.0-alpha.3`
 * and `TypeScript 2.0.0-alpha.10`.
 */
function runtimeLabel(results: readonly BenchmarkResult[]): string {
	const [first = [], ...others] = results.map(({ target }) => target.label.split(" "));
	const common = first.filter((word, index) => others.every((words) => words[index] === word));
	return common.join(" ") || (results[0]?.target.runtime ?? "");
}
