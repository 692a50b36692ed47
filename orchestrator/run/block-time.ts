/**
 * How long a block may take: a scenario that takes long must not have the time of all others. Where
 * iterations turn out to take long, there are fewer.
 */
import type { RunSettings } from "../../shared/types.ts";

/** In seconds; null: as long as it takes. */
export interface Seconds {
	/** The start of the processes is in it too. */
	plain: number | null;
	observed: number | null;
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
/** Turns may take so long in any case: fast targets do all their iterations in it. */
const LEAST_SECONDS = 2;

/**
 * Returns how long the turns of a block may take. Only the plain ones of the first block are cut,
 * because later ones have the iterations that it was found to need.
 *
 * @param blocks of all scenarios that the budget is for, at the least
 * @param done blocks of this scenario
 */
export function mostSeconds(
	{ budgetSeconds, fixedIterations }: Pick<RunSettings, "budgetSeconds" | "fixedIterations">,
	blocks: number,
	done: number,
): Seconds {
	if (budgetSeconds === null || fixedIterations) return { plain: null, observed: null };
	const share = (budgetSeconds * TURNS_PART) / blocks;
	return { plain: done === 0 ? share - share / OBSERVED_PART : null, observed: share / OBSERVED_PART };
}

/**
 * Returns what of the planned amount fits into the time.
 *
 * @param spent seconds of the block until now
 * @param roundSeconds the time of one iteration of every process
 */
export function fitIntoTime(
	{ iterations, observe }: BlockAmount,
	{ plain, observed }: Seconds,
	spent: number,
	roundSeconds: number,
): BlockAmount {
	const rounds = (seconds: number) => Math.floor(Math.max(LEAST_SECONDS, seconds) / roundSeconds);
	return {
		iterations:
			plain === null ? iterations : Math.min(iterations, Math.max(LEAST_ITERATIONS, rounds(plain - spent))),
		// Two iterations are a pair.
		observe: observed === null ? observe : Math.min(observe, Math.max(1, Math.floor(rounds(observed) / 2))),
	};
}
