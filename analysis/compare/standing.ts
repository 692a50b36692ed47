/** A standing says who leads among several targets, from the verdicts on all pairs of them. */
import type { RatioPair, ScenarioResult, Standing } from "../../shared/types.ts";
import { pairOfCells } from "./over-machines.ts";
import { ratioBetween } from "./ratio-between.ts";
import { rankIntervals } from "./verdict.ts";

export type Cells = readonly (readonly [target: string, cell: ScenarioResult])[];

/**
 * Makes the standing of one metric.
 * @param cells comparable ones only
 * @param better the direction of the metric; a ratio always says how many times worse
 * @returns null with fewer than two targets that have the metric
 */
export function standingOf(cells: Cells, metric: string, better: "lower" | "higher"): Standing | null {
	const pairs: RatioPair[] = [];
	for (const [index, [a, cell]] of cells.entries()) {
		for (const [b, other] of cells.slice(index + 1)) {
			const pair = pairOfCells({ target: a, cell }, { target: b, cell: other }, metric, better);
			if (pair) pairs.push(pair);
		}
	}
	return standingFrom(pairs);
}

/**
 * Makes a standing from the verdicts on pairs.
 * @returns null with fewer than two targets
 */
export function standingFrom(pairs: RatioPair[]): Standing | null {
	const targets = [...new Set(pairs.flatMap(({ a, b }) => [a, b]))];
	if (targets.length < 2) return null;
	const ranks = rankIntervals(targets, (a, b) => ratioBetween(pairs, a, b)?.verdict ?? "undecided");
	const leaders = targets.filter((target) => ranks[target]?.best === 1);
	const winner = leaders.length === 1 && ranks[leaders[0] ?? ""]?.worst === 1 ? (leaders[0] ?? null) : null;
	return { winner, leaders, ranks, pairs };
}
