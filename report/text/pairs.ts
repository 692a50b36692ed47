/** Pairs of targets, turned so that they say what is asked. */
import type { RatioPair, Standing } from "../../shared/types.ts";

export interface Against {
	id: string;
	/** How many times worse than the reference. */
	ratio: number;
	interval: RatioPair["interval"];
	/** Of `id` against the reference. */
	verdict: RatioPair["verdict"];
}

const TURNED = { better: "worse", worse: "better", tie: "tie", undecided: "undecided" } as const;

/** How many times worse `id` is than `reference`; null where the two were not held against each other. */
export function against(pairs: readonly RatioPair[], id: string, reference: string): Against | null {
	const direct = pairs.find(({ a, b }) => a === id && b === reference);
	if (direct) return { id, ratio: direct.ratio, interval: direct.interval, verdict: direct.verdict };
	const turned = pairs.find(({ a, b }) => a === reference && b === id);
	if (!turned) return null;
	const { interval } = turned;
	return {
		id,
		ratio: 1 / turned.ratio,
		interval: interval && { low: 1 / interval.high, high: 1 / interval.low },
		verdict: TURNED[turned.verdict],
	};
}

/** What the others are held against: the winner, or the first of those that share the lead. */
export function referenceOf({ winner, leaders }: Standing): string | null {
	return winner ?? leaders[0] ?? null;
}

/** All others of a standing against its reference, the nearest first. */
export function othersOf(standing: Standing): Against[] {
	const reference = referenceOf(standing);
	if (reference === null) return [];
	return Object.keys(standing.ranks)
		.flatMap((id) => (id === reference ? [] : (against(standing.pairs, id, reference) ?? [])))
		.toSorted((one, other) => one.ratio - other.ratio);
}
