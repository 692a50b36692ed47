/**
 * Some metrics are counted, not measured: how often a framework asks its model, and how much it sends; how
 * often it asks a database server, and how many rows come back. Beside a real model, or a server far away,
 * they can cost more than all its own time, so reports show them next to it.
 */
import type { ComparisonRow, ScenarioComparison } from "../../shared/types.ts";
import { METRICS, toleranceOf } from "../metrics.ts";

/** Who is asked. Reports show the counts of each in a table of its own. */
export type Asked = "model" | "database";

export interface CountedLine<Scenario> {
	scenario: Scenario;
	row: ComparisonRow;
}

/** Returns the counts of what is asked of one, in which targets differ, metric by metric as registered. */
export function countedDifferences<Scenario extends Pick<ScenarioComparison, "rows">>(
	scenarios: readonly Scenario[],
	asked: Asked,
): CountedLine<Scenario>[] {
	const counted = METRICS.filter(
		({ derivation }) => derivation.kind === "counted" && derivation.asked === asked,
	);
	return counted.flatMap(({ id: metric }) =>
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
