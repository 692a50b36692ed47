/** Says when messages are to be sent. */
import { Random } from "../../shared/random.ts";
import type { LoadPlan } from "../../shared/types.ts";
import { NS_PER_S } from "../../shared/units.ts";

/** Returns an exponential number with this mean. */
export function drawExponential(random: Random, mean: number): number {
	return -mean * Math.log(1 - random.next());
}

/**
 * Returns the times of an open loop in ns from its beginning, ascending. A Poisson process has independent
 * exponential gaps: that is how messages of many users come who know nothing of each other.
 */
export function arrivals(plan: Extract<LoadPlan, { kind: "open" }>, seed: number): number[] {
	const gapNs = NS_PER_S / plan.perSecond;
	const endNs = plan.seconds * NS_PER_S;
	const random = new Random(seed);
	const nextGap = plan.arrivals === "constant" ? () => gapNs : () => drawExponential(random, gapNs);
	const times: number[] = [];
	for (let at = nextGap(); at < endNs; at += nextGap()) times.push(Math.round(at));
	return times;
}
