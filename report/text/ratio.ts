/** Ratios between targets, turned so that they say what a reader asks, with their intervals. */
import { type RatioBetween, ratioBetween } from "../../analysis/compare/ratio-between.ts";
import type { RatioPair, Standing } from "../../shared/types.ts";
import { ratioText } from "./units.ts";

/** How a target compares with a reference: how many times worse it is, with the verdict on it. */
export interface RatioToReference extends RatioBetween {
	id: string;
}

/** How many times worse `id` is than `reference`; null where the two were not compared. */
export function ratioToReference(
	pairs: readonly RatioPair[],
	id: string,
	reference: string,
): RatioToReference | null {
	const found = ratioBetween(pairs, id, reference);
	return found && { id, ...found };
}

/** The target that the others are compared with: the winner, or the first of those that share the lead. */
export function referenceOf({ winner, leaders }: Standing): string | null {
	return winner ?? leaders[0] ?? null;
}

/** All others of a standing as ratios to its reference, the nearest first. */
export function othersOf(standing: Standing): RatioToReference[] {
	const reference = referenceOf(standing);
	if (reference === null) return [];
	return Object.keys(standing.ranks)
		.flatMap((id) => (id === reference ? [] : (ratioToReference(standing.pairs, id, reference) ?? [])))
		.toSorted((one, other) => one.ratio - other.ratio);
}

/** Two ends of an interval, as short as they can be told apart: `1.93x to 2.31x`. */
export function intervalText(
	{ low, high }: { low: number; high: number },
	show: (value: number) => string,
): string {
	const [from, to] = [show(low), show(high)];
	return from === to ? from : `${from} to ${to}`;
}

/** `2.10x (1.93x to 2.31x)` */
export function ratioWithInterval({
	ratio: value,
	interval,
}: Pick<RatioToReference, "ratio" | "interval">): string {
	return interval ? `${ratioText(value)} (${intervalText(interval, ratioText)})` : ratioText(value);
}
