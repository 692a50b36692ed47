/**
 * A ratio says how many times worse one side is than the other. So the ratio of a rate is the inverse of the
 * quotient of its values. This file decides that direction.
 */
import type { ComparisonRow } from "../../shared/types.ts";
import { type Estimate, invertEstimate } from "../stats/intervals.ts";

type Better = ComparisonRow["better"];

/** Returns how many times worse `value` is than `reference`, both positive. */
export function timesWorse(value: number, reference: number, better: Better): number {
	return better === "higher" ? reference / value : value / reference;
}

/** Does the same as {@link timesWorse} for the logarithm of `value / reference`. */
export function logTimesWorse(log: number, better: Better): number {
	return better === "higher" ? -log : log;
}

/** Does the same as {@link timesWorse} for the estimate of `value / reference`. */
export function estimateTimesWorse(estimate: Estimate, better: Better): Estimate {
	return better === "higher" ? invertEstimate(estimate) : estimate;
}
