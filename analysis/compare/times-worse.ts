/**
 * The direction of a ratio. A ratio says how many times worse one side is than the other, so the ratio of a rate is
 * the inverse of the quotient of its values.
 */
import type { ComparisonRow, Verdict } from "../../shared/types.ts";
import { type Estimate, invertEstimate } from "../stats/intervals.ts";

type Better = ComparisonRow["better"];

/** How many times worse `value` is than `reference`, both positive. */
export function timesWorse(value: number, reference: number, better: Better): number {
	return better === "higher" ? reference / value : value / reference;
}

/** As {@link timesWorse}, from the logarithm of `value / reference`. */
export function logTimesWorse(log: number, better: Better): number {
	return better === "higher" ? -log : log;
}

/** As {@link timesWorse}, from the estimate of `value / reference`. */
export function estimateTimesWorse(estimate: Estimate, better: Better): Estimate {
	return better === "higher" ? invertEstimate(estimate) : estimate;
}

/** The verdict on `b` against `a`, from the one on `a` against `b`. */
export function invertVerdict(verdict: Verdict): Verdict {
	return verdict === "better" ? "worse" : verdict === "worse" ? "better" : verdict;
}
