/** This file says what the rest of a run can reach, and what a run has reached. */
import { expectedHalfWidth, isNarrowEnough, MOST_BLOCKS } from "../stats/allocation.ts";
import { sum } from "../stats/statistics.ts";
import { isPrecise, type ScenarioProspect } from "./prospect.ts";

/**
 * The precision is the relative half-width that was asked for. Scenarios in which nothing decides do
 * not count.
 */
export type RunDecision =
	| { kind: "more"; precision: number; precise: number; of: number; blocks: number; seconds: number }
	| {
			kind: "precise" | "budget-spent" | "most-blocks";
			precision: number;
			precise: number;
			of: number;
			blocks: number;
	  };

interface Measured {
	prospect: ScenarioProspect;
}

/**
 * Foresees what the planned blocks reach.
 * @param planned blocks of each scenario altogether
 * @returns null where nothing more is planned
 */
export function foresee(
	scenarios: readonly Measured[],
	planned: readonly number[],
	precision: number,
): RunDecision | null {
	const rows = scenarios.map(({ prospect }, index) => ({ prospect, blocks: planned[index] as number }));
	const more = rows.map(({ prospect, blocks }) => blocks - prospect.done);
	const blocks = sum(more);
	if (blocks === 0) return null;
	const deciding = rows.filter(({ prospect }) => prospect.decides);
	const precise = deciding.filter(
		({ prospect, blocks: all }) =>
			isPrecise(prospect, precision) ||
			isNarrowEnough({
				blocks: all,
				halfWidth: expectedHalfWidth(prospect.spread ?? Number.POSITIVE_INFINITY, all),
				precision,
			}),
	).length;
	const seconds = sum(rows.map(({ prospect }, index) => (more[index] as number) * prospect.blockSeconds));
	return { kind: "more", precision, precise, of: deciding.length, blocks, seconds };
}

/** Says why no more blocks follow; null where nothing decides. */
export function conclude(scenarios: readonly Measured[], precision: number): RunDecision | null {
	const deciding = scenarios.filter(({ prospect }) => prospect.decides);
	if (deciding.length === 0) return null;
	const open = deciding.filter(({ prospect }) => !isPrecise(prospect, precision));
	const kind =
		open.length === 0
			? "precise"
			: open.every(({ prospect }) => prospect.done >= MOST_BLOCKS)
				? "most-blocks"
				: "budget-spent";
	const blocks = sum(scenarios.map(({ prospect }) => prospect.done));
	return { kind, precision, precise: deciding.length - open.length, of: deciding.length, blocks };
}
