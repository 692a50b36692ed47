/**
 * Some metrics are counted, not measured: how often a framework asks its model, and how much it sends. Beside
 * a real model they can cost more than all its own time, so reports show them next to it.
 */
import type { ComparisonRow, ScenarioComparison } from "../../shared/types.ts";
import { METRICS, toleranceOf } from "../metrics.ts";

const COUNTED: ReadonlySet<string> = new Set(
	METRICS.flatMap(({ id }) => (toleranceOf(id) === null ? [] : id)),
);

export interface CountedLine<Scenario> {
	scenario: Scenario;
	row: ComparisonRow;
}

/** Returns the counts in which targets differ, metric by metric in the order of the registry. */
export function countedDifferences<Scenario extends Pick<ScenarioComparison, "rows">>(
	scenarios: readonly Scenario[],
): CountedLine<Scenario>[] {
	return [...COUNTED].flatMap((metric) =>
		scenarios.flatMap((scenario) =>
			scenario.rows
				.filter((row) => row.metric === metric && doTargetsDiffer(row))
				.map((row) => ({ scenario, row })),
		),
	);
}

function doTargetsDiffer({ metric, values }: ComparisonRow): boolean {
	const known = Object.values(values).filter((value) => value !== null);
	return areCountsApart(metric, Math.min(...known), Math.max(...known));
}

/** True for two counts of a metric that the same work would not give. */
export function areCountsApart(metric: string, one: number, other: number): boolean {
	const [least, most] = [Math.min(one, other), Math.max(one, other)];
	return most > least * (1 + (toleranceOf(metric) ?? 0));
}
