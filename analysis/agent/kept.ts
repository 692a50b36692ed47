/**
 * Says what a message leaves because of each plugin, from processes of the agent with and without it that do
 * nothing but answer and have their memory read after a collection.
 */
import type { AgentFile, PluginKept, SoakProcess } from "../../shared/types.ts";
import { BOUNDED_BYTES, memoryOf, readingsOf } from "../growth/soak.ts";
import { CONFIDENCE, type ValueInterval } from "../stats/intervals.ts";
import { confidenceOfEach } from "../stats/multiple-tests.ts";
import { mean } from "../stats/statistics.ts";
import { differenceOf, trendOf } from "../stats/trend.ts";

/** The risk of naming any plugin of those that are asked about for what it does not keep. */
const CERTAIN = 0.99;

/** Less than this share of what the agent leaves is nothing that its user would care about. */
const MATTERS = 0.05;

/** @returns a row for each plugin; none where nothing was measured */
export function keptByPlugins({ kept }: Pick<AgentFile, "kept">): PluginKept[] {
	if (kept === undefined) return [];
	const certain = confidenceOfEach(CERTAIN, kept.without.length);
	return kept.without.map(({ plugin, process }) => {
		const of = [...kept.whole, process].every(({ points }) => memoryOf(points) === "heap") ? "heap" : "rss";
		const slopes = (confidence: number) => {
			const whole = kept.whole.flatMap((one) => slopeOf(one, of, confidence) ?? []);
			const without = slopeOf(process, of, confidence);
			return whole.length === 0 || without === null ? null : { whole, without };
		};
		const [shown, sure] = [slopes(CONFIDENCE), slopes(certain)];
		if (shown === null || sure === null)
			return { plugin, of, messages: messagesOf(process), perMessageBytes: null, verdict: "undecided" };
		const { value, low, high } = differenceOf(shown.without, meanOf(shown.whole));
		const bounds = differenceOf(sure.without, meanOf(sure.whole));
		// How far the agent differs from itself: no plugin is named for less.
		const floor = Math.max(BOUNDED_BYTES, spreadOf(shown.whole));
		return {
			plugin,
			of,
			messages: messagesOf(process),
			perMessageBytes: { value, interval: { low, high } },
			verdict: verdictOf(bounds, floor, Math.max(floor, MATTERS * meanOf(shown.whole).value)),
		};
	});
}

function slopeOf({ points }: SoakProcess, of: PluginKept["of"], confidence: number): ValueInterval | null {
	return trendOf(readingsOf(points, of), confidence)?.slope ?? null;
}

/** Of independent estimates, with an interval from theirs: Zou and Donner, as in {@link differenceOf}. */
function meanOf(estimates: readonly ValueInterval[]): ValueInterval {
	const count = estimates.length;
	const value = mean(estimates.map((one) => one.value));
	const below = Math.hypot(...estimates.map((one) => one.value - one.low)) / count;
	const above = Math.hypot(...estimates.map((one) => one.high - one.value)) / count;
	return { value, low: value - below, high: value + above };
}

function spreadOf(estimates: readonly ValueInterval[]): number {
	const values = estimates.map(({ value }) => value);
	return Math.max(...values) - Math.min(...values);
}

function verdictOf({ low, high }: ValueInterval, floor: number, matters: number): PluginKept["verdict"] {
	if (low > floor) return "more";
	if (high < -floor) return "less";
	return low >= -matters && high <= matters ? "same" : "undecided";
}

function messagesOf({ points }: SoakProcess): number {
	return points.at(-1)?.messages ?? 0;
}
