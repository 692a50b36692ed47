/** Makes estimates of amounts that add up: a mean over processes, with its interval where there are two. */
import type { CostEstimate } from "../../shared/types.ts";
import type { Estimate, ValueInterval } from "../stats/intervals.ts";
import { meanEstimate } from "../stats/means.ts";
import { mean } from "../stats/statistics.ts";

/**
 * Times of the parts of an agent add up to those of the whole, and so do their arithmetic means.
 * @param values one a process
 * @returns null without values
 */
export function costOf(values: readonly number[]): CostEstimate | null {
	if (values.length === 0) return null;
	return intervalOf(meanEstimate(values)) ?? { value: mean(values), interval: null };
}

/** Keeps of an estimate what a report shows. */
export function intervalOf(estimate: ValueInterval | Estimate | null): CostEstimate | null {
	return estimate && { value: estimate.value, interval: { low: estimate.low, high: estimate.high } };
}

/** Says whether an amount is certainly at least `least`. Without an interval nothing is certain. */
export function isAtLeast(cost: CostEstimate | null, least: number): boolean {
	return cost?.interval != null && cost.interval.low >= least && cost.interval.low > 0;
}
