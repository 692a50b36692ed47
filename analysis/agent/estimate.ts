/** Makes estimates of amounts that add up: a mean over processes, with its interval where there are two. */
import type { CostEstimate } from "../../shared/types.ts";
import { studentQuantile } from "../stats/distributions.ts";
import { CONFIDENCE, type Estimate, type ValueInterval } from "../stats/intervals.ts";
import { meanEstimate } from "../stats/means.ts";
import { confidenceOfEach } from "../stats/multiple-tests.ts";
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
	const low = cost.value - wider * (cost.value - cost.interval.low);
	return low >= least && low > 0;
}
