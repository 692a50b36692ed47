/**
 * How long a block, and the warm-up of its processes, may take: a scenario that takes long must not have the
 * time of all others. Where iterations turn out to take long, there are fewer.
 */
import type { RunSettings } from "../../shared/types.ts";

/** How long a block may take, in seconds; null: as long as it takes. */
export interface BlockLimits {
	/** The start of the processes is in it too. */
	plain: number | null;
	observed: number | null;
	/** Pairs of an observed iteration and its control that are done in any case. */
	leastPairs: number;
}

/** What each process of a block does. */
export interface BlockAmount {
	/** Plain iterations. */
	iterations: number;
	/** Pairs of an observed iteration and its control. */
	observe: number;
}

/** Verification and the ends of blocks take the rest of a budget. */
const TURNS_PART = 0.6;
/** Of the time of a block, this part is for observed iterations and their controls. */
const OBSERVED_PART = 3;
/** A spread needs two iterations. */
const LEAST_ITERATIONS = 2;
/**
 * Turns may take so long in any case: fast targets do all their iterations in it. Where one of every process
 * takes longer, one is enough: what tells most is then how blocks differ.
 */
const LEAST_SECONDS = 2;

/** A process that has done so much is warmed up; one that has taken far longer is so in any case. */
const WARM = { messages: 30, seconds: 2 };
const LONGEST_WARMUP_SECONDS = 10;

/** Says whether a process is warmed up before it has done its scenario's number of iterations. */
export function isWarm(seconds: number, messages: number): boolean {
	return seconds > LONGEST_WARMUP_SECONDS || (seconds > WARM.seconds && messages >= WARM.messages);
}

/**
 * Returns how long the turns of a block may take. Only the plain ones of the first block are cut,
 * because later ones have the iterations that it was found to need. Later ones have observed iterations only
 * as far as they fit, unless every block is to have some.
 *
 * @param blocks of all scenarios that the budget is for, at the least
 * @param done blocks of this scenario
 */
export function limitBlock(
	{
		budgetSeconds,
		fixedIterations,
		observeEveryBlock,
	}: Pick<RunSettings, "budgetSeconds" | "fixedIterations" | "observeEveryBlock">,
	blocks: number,
	done: number,
): BlockLimits {
	const leastPairs = done === 0 || observeEveryBlock ? 1 : 0;
	if (budgetSeconds === null || fixedIterations) return { plain: null, observed: null, leastPairs };
	const share = (budgetSeconds * TURNS_PART) / blocks;
	return {
		plain: done === 0 ? share - share / OBSERVED_PART : null,
		observed: share / OBSERVED_PART,
		leastPairs,
	};
}

/**
 * Returns what of the planned amount fits into the time.
 *
 * @param spent seconds of the block until now
 * @param roundSeconds the time of one iteration of every process
 */
export function fitIntoTime(
	{ iterations, observe }: BlockAmount,
	{ plain, observed, leastPairs }: BlockLimits,
	spent: number,
	roundSeconds: number,
): BlockAmount {
	const rounds = (seconds: number) => Math.floor(Math.max(LEAST_SECONDS, seconds) / roundSeconds);
	const least = roundSeconds > LEAST_SECONDS ? 1 : LEAST_ITERATIONS;
	return {
		iterations: plain === null ? iterations : Math.min(iterations, Math.max(least, rounds(plain - spent))),
		// Two iterations are a pair.
		observe:
			observed === null ? observe : Math.min(observe, Math.max(leastPairs, Math.floor(rounds(observed) / 2))),
	};
}
