/** Makes estimates of amounts that add up: a mean over processes, with its interval where there are two. */
import type { CostEstimate } from "../../shared/types.ts";
import { studentQuantile } from "../stats/distributions.ts";
import { CONFIDENCE, type Estimate, type ValueInterval } from "../stats/intervals.ts";
import { meanEstimate } from "../stats/means.ts";
import { confidenceOfEach } from "../stats/multiple-tests.ts";
import { mean } from "../stats/statistics.ts";

/**
 * Times of the parts of an agent add up to those of the whole, and so do their arithmetic means. No time is
 * below 0, and so no end of an interval is.
 * @param values one a process
 * @returns null without values
 */
export function costOf(values: readonly number[]): CostEstimate | null {
	if (values.length === 0) return null;
	const estimate = meanEstimate(values);
	if (estimate === null) return { value: mean(values), interval: null };
	return { value: estimate.value, interval: { low: Math.max(0, estimate.low), high: estimate.high } };
}

/** Keeps of an estimate what a report shows. */
export function intervalOf(estimate: ValueInterval | Estimate | null): CostEstimate | null {
	return estimate && { value: estimate.value, interval: { low: estimate.low, high: estimate.high } };
}

/**
 * Says whether an amount is certainly at least `least`. Without an interval nothing is certain. Where the
 * same is asked of many plugins, the interval is as much wider as makes all of them hold together.
 * @param processes that the amount is a mean over
 * @param asked so many plugins are asked about
 */
export function isAtLeast(
	cost: CostEstimate | null,
	least: number,
	{ processes, asked }: { processes: number; asked: number },
): boolean {
	if (cost?.interval == null || processes < 2) return false;
	const quantile = (confidence: number) => studentQuantile((1 + confidence) / 2, processes - 1);
	const wider = quantile(confidenceOfEach(CONFIDENCE, asked)) / quantile(CONFIDENCE);
	// Where the end was set to 0, the wider one is not above it.
	const low = cost.value - wider * (cost.value - cost.interval.low);
	return low >= least && low > 0;
}
