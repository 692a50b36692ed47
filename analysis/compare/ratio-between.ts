/** Each pair of a standing has one direction. This file looks it up in the direction that is asked for. */
import type { RatioPair, Verdict } from "../../shared/types.ts";

export type RatioBetween = Pick<RatioPair, "ratio" | "interval" | "verdict">;

/** Returns how many times worse `a` is than `b`, with its verdict; null where the two were not compared. */
export function ratioBetween(pairs: readonly RatioPair[], a: string, b: string): RatioBetween | null {
	for (const { a: one, b: other, ratio, interval, verdict } of pairs) {
		if (one === a && other === b) return { ratio, interval, verdict };
		if (one === b && other === a)
			return {
				ratio: 1 / ratio,
				interval: interval && { low: 1 / interval.high, high: 1 / interval.low },
				verdict: invertVerdict(verdict),
			};
	}
	return null;
}

/** Returns the verdict on `b` against `a` from the one on `a` against `b`. */
function invertVerdict(verdict: Verdict): Verdict {
	return verdict === "better" ? "worse" : verdict === "worse" ? "better" : verdict;
}
