/**
 * This file puts a target on a real database beside its twin: the same framework, engine and build on another
 * database. Between the two everything but the database is alike, so their difference is what it costs.
 */
import type {
	BenchmarkResult,
	DatabaseName,
	DatabasePair,
	DatabaseScenario,
	ScenarioComparison,
	ScenarioResult,
	Target,
} from "../../shared/types.ts";
import { databaseName } from "../../shared/types.ts";
import { figureOf, metricOf } from "../metrics.ts";
import { sum } from "../stats/statistics.ts";
import { type RatioBetween, ratioBetween } from "./ratio-between.ts";
import { stageChanges, stageOf } from "./stages.ts";

/** Where messages are sent, two databases are compared by it. */
export const MESSAGE_METRIC = "message_latency_p50_ms";

/** A twin's database stands before the target's own in this list. */
const DATABASES: readonly DatabaseName[] = databaseName.options;
const IN_MEMORY: DatabaseName = "in-memory";

/**
 * Pairs every target on a real database with its twin: in memory, or else on the other real database.
 * @param scenarios the comparison of these results, scenario by scenario
 * @returns nothing where no target has a twin, or no scenario has figures of both
 */
export function databasesOf(
	results: readonly BenchmarkResult[],
	scenarios: readonly ScenarioComparison[],
): DatabasePair[] {
	return results.flatMap((result): DatabasePair[] => {
		const twin = twinOf(result, results);
		if (!twin) return [];
		const rows = scenarios.flatMap((scenario) => scenarioRow(scenario, result, twin) ?? []);
		if (rows.length === 0) return [];
		return [
			{
				target: result.target.id,
				database: databaseOf(result.target),
				twin: twin.target.id,
				twin_database: databaseOf(twin.target),
				scenarios: rows,
			},
		];
	});
}

export function databaseOf({ variants }: Pick<Target, "variants">): DatabaseName {
	return DATABASES.find((name) => variants?.some((variant) => variant === name)) ?? IN_MEMORY;
}

function twinOf(result: BenchmarkResult, all: readonly BenchmarkResult[]): BenchmarkResult | undefined {
	const earlier = DATABASES.slice(0, DATABASES.indexOf(databaseOf(result.target)));
	const alike = all.filter(({ target }) => withoutDatabase(target) === withoutDatabase(result.target));
	return earlier
		.map((database) => alike.find(({ target }) => databaseOf(target) === database))
		.find((found) => found !== undefined);
}

/** Returns what two twins share, as a text. */
function withoutDatabase({ runtime, framework, engine, source, variants = [] }: Target): string {
	const copy = source?.kind === "path" ? source.digest : null;
	const others = variants.filter((variant) => !DATABASES.some((name) => name === variant)).toSorted();
	return JSON.stringify([runtime, framework.package, framework.version, engine, copy, others]);
}

function scenarioRow(
	{ id, rows, deciding_metric }: ScenarioComparison,
	{ target: { id: target }, scenarios }: BenchmarkResult,
	{ target: { id: twin }, scenarios: twinScenarios }: BenchmarkResult,
): DatabaseScenario | null {
	const [cell, twinCell] = [scenarios[id], twinScenarios[id]];
	if (!cell || !twinCell) return null;
	for (const metric of [MESSAGE_METRIC, deciding_metric]) {
		const row = rows.find((one) => one.metric === metric);
		const [value, twinValue] = [row?.values[target] ?? null, row?.values[twin] ?? null];
		if (!row || value === null || twinValue === null) continue;
		const ratio = ratioBetween(row.standing?.pairs ?? [], target, twin);
		return {
			scenario: id,
			metric: row.metric,
			value,
			twin_value: twinValue,
			status: cell.status,
			twin_status: twinCell.status,
			ratio,
			stage: ratio && row.metric === MESSAGE_METRIC ? stageBetween(cell, twinCell, ratio) : null,
			...workOf(cell, twinCell),
		};
	}
	return null;
}

/**
 * Returns the stage in which the difference of two cells is. Null without a difference, and where none stands
 * out of its noise.
 */
function stageBetween(
	{ samples }: ScenarioResult,
	{ samples: twinSamples }: ScenarioResult,
	{ verdict }: RatioBetween,
): DatabaseScenario["stage"] {
	if (verdict !== "better" && verdict !== "worse") return null;
	const changes = stageChanges(twinSamples, samples, true);
	const stage = stageOf(changes, verdict === "worse" ? "slower" : "faster");
	const found = changes.find((change) => change.stage === stage);
	const whole = sum(changes.map(({ difference_ms }) => difference_ms));
	// What observing adds may turn a small difference round. Then no stage has a part of it.
	if (!found || found.difference_ms * whole <= 0) return null;
	const { difference_ms } = found;
	return { stage: found.stage, difference_ms, share: difference_ms / whole };
}

function workOf(
	cell: ScenarioResult,
	twin: ScenarioResult,
): Pick<DatabaseScenario, "statements" | "rows" | "server_cpu_ms" | "cpu_ms" | "twin_cpu_ms"> {
	const figure = (metric: string, of = cell) => figureOf(metricOf(metric), of);
	return {
		statements: figure("statements_per_message"),
		rows: figure("rows_per_message"),
		server_cpu_ms: figure("server_cpu_per_message_ms"),
		cpu_ms: figure("cpu_per_message_ms"),
		twin_cpu_ms: figure("cpu_per_message_ms", twin),
	};
}
