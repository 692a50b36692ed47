/** This file says what the rest of a run can reach, and what a run has reached. */
import { expectedHalfWidth, MOST_BLOCKS } from "../stats/allocation.ts";
import { median, sum } from "../stats/statistics.ts";
import { isPrecise, type ScenarioProspect } from "./prospect.ts";

/**
 * How well the least known ratios of scenarios are known. Scenarios in which nothing decides do not
 * count.
 */
export interface Knowledge {
	/** The relative half-width that was asked for. */
	precision: number;
	/** Relative half-widths over the scenarios that have an interval; null: none has. */
	known: { median: number; largest: number } | null;
	/** Scenarios without an interval. */
	unknown: number;
}

export type RunDecision = Knowledge &
	(
		| { kind: "more"; blocks: number; seconds: number }
		| { kind: "precise" | "most-blocks"; blocks: number }
		/** The seconds that the blocks take which scenarios lack of their least number. */
		| { kind: "budget-spent"; blocks: number; lackingSeconds: number }
	);

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
	const widths = deciding.map(({ prospect, blocks: all }) =>
		all === prospect.done
			? prospect.halfWidth
			: expectedHalfWidth(prospect.spread ?? Number.POSITIVE_INFINITY, all),
	);
	const seconds = sum(rows.map(({ prospect }, index) => (more[index] as number) * prospect.blockSeconds));
	return { kind: "more", ...knowledgeOf(widths, precision), blocks, seconds };
}

/**
 * Says why no more blocks follow; null where nothing decides.
 * @param least the number of blocks that each scenario has at least, if there is time
 */
export function conclude(
	scenarios: readonly Measured[],
	precision: number,
	least: readonly number[],
): RunDecision | null {
	const deciding = scenarios.filter(({ prospect }) => prospect.decides);
	if (deciding.length === 0) return null;
	const open = deciding.filter(({ prospect }) => !isPrecise(prospect, precision));
	const blocks = sum(scenarios.map(({ prospect }) => prospect.done));
	const widths = deciding.map(({ prospect }) => prospect.halfWidth);
	const reached = { ...knowledgeOf(widths, precision), blocks };
	if (open.length === 0) return { kind: "precise", ...reached };
	if (open.every(({ prospect }) => prospect.done >= MOST_BLOCKS)) return { kind: "most-blocks", ...reached };
	const lackingSeconds = sum(
		scenarios.map(
			({ prospect }, index) => Math.max(0, (least[index] ?? 0) - prospect.done) * prospect.blockSeconds,
		),
	);
	return { kind: "budget-spent", ...reached, lackingSeconds };
}

/**
 * @param halfWidths of the least known ratio of each scenario, on the log scale; null and Infinity: not
 *   known
 */
function knowledgeOf(halfWidths: readonly (number | null)[], precision: number): Knowledge {
	const widths = halfWidths.flatMap((width) =>
		width === null || !Number.isFinite(width) ? [] : [Math.expm1(width)],
	);
	return {
		precision,
		known: widths.length === 0 ? null : { median: median(widths), largest: Math.max(...widths) },
		unknown: halfWidths.length - widths.length,
	};
}
