/**
 * These functions turn the ratio of two targets to the side that a reader asks for, and write it with its
 * interval.
 */
import { type RatioBetween, ratioBetween } from "../../analysis/compare/ratio-between.ts";
import type { RatioPair, Standing } from "../../shared/types.ts";
import { ratioText } from "./units.ts";

/** A target is so many times worse than a reference, with the verdict on the target. */
export interface RatioToReference extends RatioBetween {
	id: string;
}

/** Returns how many times worse `id` is than `reference`. Null where the two were not compared. */
export function ratioToReference(
	pairs: readonly RatioPair[],
	id: string,
	reference: string,
): RatioToReference | null {
	const found = ratioBetween(pairs, id, reference);
	return found && { id, ...found };
}

/** Returns the target that the others are compared with: the winner, or the first that shares the lead. */
export function referenceOf({ winner, leaders }: Standing): string | null {
	return winner ?? leaders[0] ?? null;
}

/** Returns the ratios of all others to the reference of the standing, the nearest first. */
export function othersOf(standing: Standing): RatioToReference[] {
	const reference = referenceOf(standing);
	if (reference === null) return [];
	return Object.keys(standing.ranks)
		.flatMap((id) => (id === reference ? [] : (ratioToReference(standing.pairs, id, reference) ?? [])))
		.toSorted((one, other) => one.ratio - other.ratio);
}

/** Writes an interval: `1.93x to 2.31x`. Ends that look alike are written once. */
export function intervalText(
	{ low, high }: { low: number; high: number },
	show: (value: number) => string,
): string {
	const [from, to] = [show(low), show(high)];
	return from === to ? from : `${from} to ${to}`;
}

/** Writes a ratio with its interval: `2.10x (1.93x to 2.31x)`. */
export function ratioWithInterval({
	ratio: value,
	interval,
}: Pick<RatioToReference, "ratio" | "interval">): string {
	return interval ? `${ratioText(value)} (${intervalText(interval, ratioText)})` : ratioText(value);
}
