/** Ratios between targets, turned so that they say what a reader asks, with their intervals. */
import type { RatioPair, Standing } from "../../shared/types.ts";
import { ratioText } from "./units.ts";

/** How a target compares with a reference. */
export interface RatioToReference {
	id: string;
	/** How many times worse than the reference. */
	ratio: number;
	interval: RatioPair["interval"];
	/** The verdict on `id`. */
	verdict: RatioPair["verdict"];
}

const INVERSE = { better: "worse", worse: "better", tie: "tie", undecided: "undecided" } as const;

/** How many times worse `id` is than `reference`; null where the two were not compared. */
export function ratioToReference(
	pairs: readonly RatioPair[],
	id: string,
	reference: string,
): RatioToReference | null {
	const direct = pairs.find(({ a, b }) => a === id && b === reference);
	if (direct) return { id, ratio: direct.ratio, interval: direct.interval, verdict: direct.verdict };
	const inverse = pairs.find(({ a, b }) => a === reference && b === id);
	if (!inverse) return null;
	const { interval } = inverse;
	return {
		id,
		ratio: 1 / inverse.ratio,
		interval: interval && { low: 1 / interval.high, high: 1 / interval.low },
		verdict: INVERSE[inverse.verdict],
	};
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
