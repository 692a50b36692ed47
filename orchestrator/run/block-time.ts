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
	/** Observed iterations that are done in any case. */
	leastObserved: number;
}

/** What each process of a block does. */
export interface BlockAmount {
	/** Plain iterations. */
	iterations: number;
	/** Observed iterations. */
	observe: number;
	/** Whether each of them has a control beside it. */
	controls: boolean;
}

/** Verification and the ends of blocks take the rest of a budget. */
const TURNS_PART = 0.6;
/** Of the time of a block, this part is for observed iterations and their controls. */
const OBSERVED_PART = 3;
/** A spread needs two iterations. */
const LEAST_ITERATIONS = 2;
/** Turns may take so long in any case: fast targets do all their iterations in it. */
const LEAST_SECONDS = { plain: 2, observed: 1 };
/**
 * Where a round takes longer, one iteration is enough: what tells most is then how blocks differ. And an
 * observed one has no control, which would tell of the observer only.
 */
const LONG_ROUND_SECONDS = 2;

/** A process that has done so much is warmed up; one that has taken far longer is so in any case. */
const WARM = { messages: 30, seconds: 2 };
const LONGEST_WARMUP_SECONDS = 5;

/** Says whether a process is warmed up before it has done its scenario's number of iterations. */
export function isWarm(seconds: number, messages: number): boolean {
	return seconds > LONGEST_WARMUP_SECONDS || (seconds > WARM.seconds && messages >= WARM.messages);
}

/**
 * Returns how long the turns of a block may take. Only the plain ones of the first block are cut, because
 * the number that later ones have is chosen by {@link turnSeconds}. Later ones have observed iterations only
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
	const leastObserved = done === 0 || observeEveryBlock ? 1 : 0;
	if (budgetSeconds === null || fixedIterations) return { plain: null, observed: null, leastObserved };
	const share = (budgetSeconds * TURNS_PART) / blocks;
	return {
		plain: done === 0 ? share - share / OBSERVED_PART : null,
		observed: share / OBSERVED_PART,
		leastObserved,
	};
}

/**
 * Returns how long the plain turns of a block may take, in seconds. Without a limit there is no end to it.
 * @param spent seconds of the block before its turns
 */
export function turnSeconds({ plain }: Pick<BlockLimits, "plain">, spent: number): number {
	return plain === null ? Number.POSITIVE_INFINITY : Math.max(LEAST_SECONDS.plain, plain - spent);
}

/**
 * Returns what of the planned amount fits into the time.
 *
 * @param spent seconds of the block before its turns
 * @param roundSeconds the time of one iteration of every process
 */
export function fitIntoTime(
	{ iterations, observe }: Pick<BlockAmount, "iterations" | "observe">,
	limits: BlockLimits,
	spent: number,
	roundSeconds: number,
): BlockAmount {
	const { observed, leastObserved } = limits;
	const rounds = Math.floor(turnSeconds(limits, spent) / roundSeconds);
	const isLong = roundSeconds > LONG_ROUND_SECONDS;
	const observedSeconds =
		observed === null ? Number.POSITIVE_INFINITY : Math.max(LEAST_SECONDS.observed, observed);
	const controls = observed === null || !isLong;
	const fitting = Math.floor(observedSeconds / roundSeconds / (controls ? 2 : 1));
	return {
		iterations: Math.min(iterations, Math.max(isLong ? 1 : LEAST_ITERATIONS, rounds)),
		observe: Math.min(observe, Math.max(leastObserved, fitting)),
		controls,
	};
}
