/**
 * A comparison puts several results side by side: every value with its interval, its ratio to the best one,
 * and who leads.
 */
import {
	type BenchmarkResult,
	type ComparisonFile,
	type ComparisonRow,
	type ObservedPipeline,
	type ScenarioComparison,
	type ScenarioResult,
	type Steadiness,
	stageName,
} from "../../shared/types.ts";
import { cellOn, machinesOf } from "../cell/machines.ts";
import { decidingMetricOf, figureOf, METRICS, type Metric } from "../metrics.ts";
import { boundsOf, ratioEstimate } from "../stats/intervals.ts";
import { factorOf, mean, sum } from "../stats/statistics.ts";
import { calibrationOf } from "./calibration.ts";
import { categoryStandings } from "./categories.ts";
import { databasesOf } from "./databases.ts";
import { cellDetail } from "./detail.ts";
import { findingsOf } from "./findings.ts";
import { growthOf } from "./growth.ts";
import { machinesCompared } from "./machines.ts";
import { cellNoise, falseAlarms } from "./noise.ts";
import { ratioBetween } from "./ratio-between.ts";
import { sharpnessOf } from "./sharpness.ts";
import { type Cells, standingOf } from "./standing.ts";
import { timesWorse } from "./times-worse.ts";

/**
 * Compares the results of one run.
 * @param results one per target; they must come from one run, or at least from runs measured alike
 * @throws {RangeError} if there is none, or if two results are of one target
 */
export function compare(results: readonly BenchmarkResult[]): ComparisonFile {
	return new RunningComparison().update(results);
}

/** A running comparison is updated while results grow. It computes only scenarios with new cells again. */
export class RunningComparison {
	readonly #known = new Map<
		string,
		{ cells: readonly (ScenarioResult | undefined)[]; row: ScenarioComparison }
	>();

	/** Compares as {@link compare} does. A cell that has changed must be another object than before. */
	update(results: readonly BenchmarkResult[]): ComparisonFile {
		if (results.length === 0) throw new RangeError("nothing to compare");
		if (new Set(results.map(({ target }) => target.id)).size < results.length)
			throw new RangeError("two results of one target");
		const ids = new Set(results.flatMap(({ scenarios }) => Object.keys(scenarios)));
		return wholeComparison(
			results,
			[...ids].map((id) => this.scenario(id, results)),
		);
	}

	scenario(id: string, results: readonly BenchmarkResult[]): ScenarioComparison {
		const cells = results.map(({ scenarios }) => scenarios[id]);
		const known = this.#known.get(id);
		if (known?.cells.length === cells.length && known.cells.every((cell, index) => cell === cells[index]))
			return known.row;
		const row = compareScenario(id, results);
		this.#known.set(id, { cells, row });
		return row;
	}
}

function wholeComparison(
	results: readonly BenchmarkResult[],
	scenarios: ScenarioComparison[],
): ComparisonFile {
	const databases = databasesOf(results, scenarios);
	const calibration = calibrationOf(results, scenarios);
	const machines = machinesCompared(results, scenarios, (id, own) => compareScenario(id, own).rows);
	return {
		...comparisonHeader(results),
		...(machines.length === 0 ? {} : { machines }),
		categories: categoryStandings(results),
		...growthOf(results),
		...(databases.length === 0 ? {} : { databases }),
		...(calibration === null ? {} : { calibration }),
		pipelines: pipelinesOf(results),
		findings: findingsOf(results),
		false_alarms: falseAlarms(scenarios.map(({ noise }) => noise)),
		sharpness: sharpnessOf(scenarios),
		scenarios,
	};
}

/**
 * Returns who was measured, where and how, which is known before the first scenario is done.
 * @throws {RangeError} if there is no result
 */
export function comparisonHeader(
	results: readonly BenchmarkResult[],
): Omit<
	ComparisonFile,
	| "machines"
	| "categories"
	| "pipelines"
	| "growth"
	| "crossovers"
	| "databases"
	| "calibration"
	| "findings"
	| "false_alarms"
	| "sharpness"
	| "scenarios"
> {
	const first = results[0];
	if (!first) throw new RangeError("nothing to compare");
	const { runtime_version: _, ...system } = first.system;
	const server = results.find(({ database_server }) => database_server !== undefined)?.database_server;
	return {
		schema_version: first.schema_version,
		kind: "comparison",
		timestamp: first.timestamp,
		profile: first.profile,
		seed: first.seed,
		model_delay_ms: first.model_delay_ms,
		complete: results.every(({ complete }) => complete),
		alternate: first.alternate,
		resumed: Math.max(...results.map(({ resumed }) => resumed)),
		machine: first.machine,
		...(first.merged === undefined ? {} : { merged: first.merged }),
		system,
		targets: results.map(({ target, versions, size, runtime }) => ({
			id: target.id,
			label: target.label,
			runtime,
			versions,
			size,
		})),
		...(server === undefined ? {} : { database_server: server }),
		left_out: [
			...new Map(
				results.flatMap(({ left_out = [] }) => left_out.map((one) => [one.id, one] as const)),
			).values(),
		],
	};
}

/**
 * Compares the results in one scenario.
 * @throws {RangeError} if no result has the scenario
 */
export function compareScenario(id: string, results: readonly BenchmarkResult[]): ScenarioComparison {
	const cells = results.flatMap(({ target, scenarios }): Cells[number][] => {
		const cell = scenarios[id];
		return cell ? [[target.id, cell]] : [];
	});
	const commands = new Map(results.map(({ target, command }) => [target.id, command]));
	const first = cells[0]?.[1];
	if (!first) throw new RangeError(`no result has the scenario ${id}`);
	// A stage that no target reached says nothing. A zero anywhere else is a figure.
	const rows = METRICS.filter(({ inTables }) => inTables)
		.map((metric) => rowOf(metric, cells, hasRatios(first)))
		.filter(
			({ values, section, standing }) =>
				standing !== null ||
				Object.values(values).some((value) => value !== null && (section !== "pipeline" || value !== 0)),
		);
	const deciding = decidingMetricOf(first, (id) => rows.some((one) => one.metric === id))?.id ?? null;
	return {
		id,
		name: first.name,
		question: first.question,
		iterations: Math.max(...cells.map(([, cell]) => cell.iterations)),
		warmup: first.warmup,
		cells: Object.fromEntries(
			cells.map(([target, cell]) => [target, summarizeCell(id, cell, commands.get(target) ?? [])]),
		),
		deciding_metric: deciding,
		noise: Object.fromEntries(
			cells.flatMap(([target, cell]) => {
				const noise = cellNoise(target, cell, deciding);
				return noise ? [[target, noise]] : [];
			}),
		),
		rows,
	};
}

/**
 * Averages the shares of the stages over scenarios. Every scenario counts alike, whatever its messages take.
 */
function pipelinesOf(results: readonly BenchmarkResult[]): ComparisonFile["pipelines"] {
	return results.flatMap(({ target, scenarios }) => {
		const observed = Object.values(scenarios).flatMap(({ status, pipeline }) =>
			status === "comparable" && pipeline.observed && pipeline.observed.message_avg_ms > 0
				? [pipeline.observed]
				: [],
		);
		if (observed.length === 0) return [];
		const shares: ComparisonFile["pipelines"][number]["shares"] = {};
		for (const { stages, message_avg_ms } of observed)
			for (const { stage, self_ms } of stages)
				shares[stage] = (shares[stage] ?? 0) + self_ms / message_avg_ms / observed.length;
		const notObservable = stageName.options.filter((stage) =>
			observed.every(({ sources }) => sources.some((one) => one.stage === stage && !one.observable)),
		);
		return [
			{
				target: target.id,
				scenarios: observed.length,
				shares,
				not_observable: notObservable,
				observer_cost: meanObserverCost(observed),
			},
		];
	});
}

/** The spread of fewer scenarios is too often small by chance. */
const LEAST_SCENARIOS = 4;

/**
 * Averages the observer's cost over scenarios. Of one scenario few pairs are affordable; all together know it
 * much better. The interval is over scenarios.
 */
function meanObserverCost(
	observed: readonly ObservedPipeline[],
): ComparisonFile["pipelines"][number]["observer_cost"] {
	const logs = observed.flatMap(({ observer_cost }) =>
		observer_cost === null || observer_cost <= -1 ? [] : [Math.log1p(observer_cost)],
	);
	if (logs.length === 0) return null;
	const found = logs.length < LEAST_SCENARIOS ? null : ratioEstimate(logs);
	return {
		value: factorOf(mean(logs)) - 1,
		interval: found && { low: found.low - 1, high: found.high - 1 },
	};
}

function summarizeCell(
	id: string,
	cell: ScenarioResult,
	command: BenchmarkResult["command"],
): ScenarioComparison["cells"][string] {
	const steadiness: Partial<Record<Steadiness, number>> = {};
	const measured = cell.samples.filter(({ role }) => role === "measure");
	for (const { steadiness: word } of measured) if (word) steadiness[word] = (steadiness[word] ?? 0) + 1;
	return {
		status: cell.status,
		reasons: cell.reasons,
		processes: cell.processes,
		disturbed: measured.filter(({ counted, disturbed }) => counted && disturbed.length > 0).length,
		repeated: measured.filter(({ counted }) => !counted).length,
		steadiness,
		outliers: cell.latency?.outliers ?? 0,
		mad_outliers: cell.latency?.mad_outliers ?? 0,
		detail: cellDetail(id, cell, command),
	};
}

/** Without a category nobody is better. A calibration has none, but its operations are alike. */
function hasRatios({ kind, categories }: ScenarioResult): boolean {
	return kind === "calibration" || categories.length > 0;
}

function rowOf(metric: Metric, cells: Cells, withRatios: boolean): ComparisonRow {
	const { id, label, parent, section, unit, better, stage: explained } = metric;
	const values = Object.fromEntries(cells.map(([target, cell]) => [target, figureOf(metric, cell)]));
	// Only comparable cells compete: a divergent one did other work.
	const competing = cells.filter(([, cell]) => {
		const figures = machinesOf(cell).map((machine) => figureOf(metric, cellOn(cell, machine) ?? cell));
		const known = figures.length > 0 && figures.every((figure) => figure !== null && figure > 0);
		return withRatios && better !== "none" && cell.status === "comparable" && known;
	});
	const absent = cells.flatMap(([target, { pipeline }]) => {
		const { observed } = pipeline;
		if (!explained || !observed) return [];
		if (values[target] === null) return [[target, "not observable" as const]];
		return observed.stages.some(({ stage }) => stage === explained) ? [] : [[target, "not called" as const]];
	});
	const standing = better === "none" || !withRatios ? null : standingOf(competing, id, better);
	return {
		metric: id,
		label,
		parent,
		section,
		unit,
		better,
		values,
		intervals: Object.fromEntries(cells.map(([target, { estimates }]) => [target, boundsOf(estimates[id])])),
		absent: Object.fromEntries(absent),
		ratios: ratiosToBest(better, values, cells, competing, standing),
		standing,
	};
}

/**
 * Returns how many times worse each competing target is than the best, by the pairs inside blocks as in the
 * verdict. Targets that never shared a block are compared by their figures.
 */
function ratiosToBest(
	better: ComparisonRow["better"],
	values: Record<string, number | null>,
	cells: Cells,
	competing: Cells,
	standing: ComparisonRow["standing"],
): ComparisonRow["ratios"] {
	const none = Object.fromEntries(cells.map(([target]) => [target, null]));
	const ids = competing.map(([target]) => target);
	if (ids.length < 2) return none;
	// Times of unlike machines give no ratio, so their targets need pairs.
	const known = (a: string, b: string) =>
		ratioBetween(standing?.pairs ?? [], a, b) !== null || (values[a] ?? null) !== null;
	if (!ids.every((a) => ids.every((b) => a === b || known(a, b)))) return none;
	const logRatio = (a: string, b: string): number => {
		const pair = ratioBetween(standing?.pairs ?? [], a, b);
		return Math.log(pair?.ratio ?? timesWorse(values[a] ?? Number.NaN, values[b] ?? Number.NaN, better));
	};
	// Ratios of three targets need not agree. The best is the one with the lowest mean ratio to all others.
	const badness = (id: string) => sum(ids.map((other) => (other === id ? 0 : logRatio(id, other))));
	const best = ids.toSorted((a, b) => badness(a) - badness(b))[0] as string;
	return {
		...none,
		...Object.fromEntries(ids.map((id) => [id, id === best ? 1 : factorOf(logRatio(id, best))])),
	};
}
