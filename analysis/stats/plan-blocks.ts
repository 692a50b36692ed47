/**
 * This file plans how the rest of a budget is spread over scenarios: every block goes where its time
 * buys most. The plan is the greedy solution of a convex problem, so it is the best there is for the
 * spreads and costs that are known (Fox, "Discrete Optimization via Marginal Analysis", Management
 * Science 13:3, 1966).
 */
import { expectedHalfWidth } from "./allocation.ts";
import { mean } from "./statistics.ts";

/** What is known of a scenario when its next blocks are planned. */
export interface Prospect {
	/** Blocks that are done and count. */
	done: number;
	/**
	 * Standard deviation of a block's log-ratio, of the pair that is known least; null as long as there
	 * are not two blocks.
	 */
	spread: number | null;
	/** Time that another block takes. */
	blockSeconds: number;
}

export interface PlanLimits {
	/** Time left; null without a budget. */
	seconds: number | null;
	/** Relative half-width of the interval that every ratio should have. */
	precision: number;
	/** A ratio is not called precise before it has so many blocks. */
	pilot: number;
	/** No scenario takes more. */
	most: number;
	/** True where the spreads are those of the truth, which nothing has to steady. */
	spreadsAreKnown?: true;
}

/**
 * A spread from few blocks is often too small or too large by chance. It is held together with those of
 * the other scenarios as if these were so many degrees of freedom more (empirical Bayes: Smyth,
 * Statistical Applications in Genetics and Molecular Biology 3:1, 2004). With fewer a scenario that
 * seems quiet by chance gets too few blocks, and its interval is too narrow more often
 * (docs/statistics.md).
 */
const PRIOR_FREEDOM = 10;

/**
 * Plans the blocks of each scenario, those that are done included. A block is worth what it takes off
 * the square of the half-width, in units of the precision: the least known ratio comes first, unless a
 * block of it costs much.
 * @returns one number for each scenario; it is `done` where another block is not affordable or not
 *   needed
 */
export function planBlocks(prospects: readonly Prospect[], limits: PlanLimits): number[] {
	const spreads = limits.spreadsAreKnown
		? prospects.map(({ spread }) => spread ?? 0)
		: steadySpreads(prospects);
	const blocks = prospects.map(({ done }) => done);
	let left = limits.seconds ?? Number.POSITIVE_INFINITY;
	for (;;) {
		let [best, bestWorth] = [-1, 0];
		for (const [index, { blockSeconds }] of prospects.entries()) {
			if (blockSeconds > left) continue;
			const worth =
				worthOfBlock(spreads[index] as number, blocks[index] as number, limits) /
				Math.max(blockSeconds, 1e-3);
			if (worth > bestWorth) [best, bestWorth] = [index, worth];
		}
		if (best < 0) return blocks;
		(blocks[best] as number)++;
		left -= (prospects[best] as Prospect).blockSeconds;
	}
}

/**
 * Chooses the scenario of the next block: the one that has the smallest part of its plan. So the blocks
 * of each scenario are spread over the whole run, and no scenario knows only the weather of one minute.
 * @param planned as from {@link planBlocks}
 * @returns the index; null when every plan is fulfilled
 */
export function furthestBehind(prospects: readonly Prospect[], planned: readonly number[]): number | null {
	let [chosen, least] = [-1, 1];
	for (const [index, { done }] of prospects.entries()) {
		const part = done / (planned[index] as number);
		if (part < least) [chosen, least] = [index, part];
	}
	return chosen < 0 ? null : chosen;
}

function worthOfBlock(spread: number, blocks: number, { precision, pilot, most }: PlanLimits): number {
	if (blocks >= most) return 0;
	const unit = Math.log1p(precision);
	const now = expectedHalfWidth(spread, blocks) / unit;
	if (blocks >= pilot && now <= 1) return 0;
	const then = expectedHalfWidth(spread, blocks + 1) / unit;
	return Number.isFinite(now) ? now ** 2 - then ** 2 : Number.MAX_VALUE / 1e9;
}

function steadySpreads(prospects: readonly Prospect[]): number[] {
	const known = prospects.flatMap(({ spread }) =>
		spread === null || spread === 0 ? [] : [Math.log(spread)],
	);
	const common = known.length === 0 ? null : Math.exp(2 * mean(known));
	return prospects.map(({ spread, done }) => {
		if (spread === null) return Math.sqrt(common ?? 1);
		if (common === null || known.length === 1) return spread;
		const freedom = done - 1;
		return Math.sqrt((freedom * spread ** 2 + PRIOR_FREEDOM * common) / (freedom + PRIOR_FREEDOM));
	});
}
