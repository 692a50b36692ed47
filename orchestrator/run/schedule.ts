/**
 * Decides which scenario has the next block. Rounds come first, so that the whole picture is there
 * soon; then the time goes where it buys most.
 */
import { isPrecise, type ScenarioProspect } from "../../analysis/compare/prospect.ts";
import { LEAST_PILOT, MOST_BLOCKS } from "../../analysis/stats/allocation.ts";
import { furthestBehind, planBlocks } from "../../analysis/stats/plan-blocks.ts";
import { sum } from "../../analysis/stats/statistics.ts";
import type { RunFile, RunSettings, Scenario } from "../../shared/types.ts";
import { type BlockLimits, limitBlock } from "./block-time.ts";

/** A scenario that can be measured, and what is known of it. */
export interface ScheduledScenario {
	scenario: Scenario;
	prospect: ScenarioProspect;
}

export interface Schedule {
	/** The scenario of the next block; null when nothing follows. */
	next: ScheduledScenario | null;
	/** Blocks of each scenario altogether, as far as can be foreseen, in the order of the scenarios. */
	planned: number[];
	/** Time that the blocks to come take. */
	secondsToCome: number;
}

export type ScheduleSettings = Pick<RunSettings, "blocks" | "precision" | "blockNumbers">;

/**
 * Plans the rest of a run. Every scenario has its least number of blocks in rounds. With a precision
 * the plan follows, and ends when every deciding ratio is known to it or nothing more fits into the
 * time.
 * @param secondsLeft null without a budget. The first block of a scenario is measured in any case.
 */
export function schedule(
	scenarios: readonly ScheduledScenario[],
	settings: ScheduleSettings,
	secondsLeft: number | null,
): Schedule {
	const rounds = planRounds(scenarios, settings, secondsLeft);
	const spent = secondsOf(scenarios, rounds);
	const planned =
		settings.precision === null
			? rounds
			: planRest(scenarios, rounds, settings.precision, secondsLeft === null ? null : secondsLeft - spent);
	const least = fewest(scenarios, rounds);
	const chosen =
		least ??
		furthestBehind(
			scenarios.map(({ prospect }) => prospect),
			planned,
		);
	return {
		next: chosen === null ? null : (scenarios[chosen] ?? null),
		planned,
		secondsToCome: secondsOf(scenarios, planned),
	};
}

/**
 * Returns the least number of blocks of a scenario. A cold start is the first runtime of its process,
 * so the iterations of a startup scenario are blocks. A shard has a share of them.
 */
export function leastBlocks(scenario: Scenario, settings: ScheduleSettings): number {
	const whole = wholeBlocks(scenario, settings);
	const { first, step } = settings.blockNumbers ?? { first: 0, step: 1 };
	return Math.max(0, Math.ceil((whole - first) / step));
}

/** Returns how long the turns of a scenario's next block may take, after so many. */
export function nextBlockLimits(
	{ settings, scenarios }: Pick<RunFile, "settings" | "scenarios">,
	done: number,
): BlockLimits {
	return limitBlock(settings, sum(scenarios.map((scenario) => leastBlocks(scenario, settings))), done);
}

/** Returns the least number of blocks over all shards. */
export function wholeBlocks({ kind, iterations }: Scenario, { blocks, precision }: ScheduleSettings): number {
	return kind === "startup" && precision === null ? Math.max(iterations, blocks) : blocks;
}

/** Returns the number of the block after these. No other shard has it. */
export function nextBlockNumber(
	numbers: readonly number[],
	{ blockNumbers }: Pick<ScheduleSettings, "blockNumbers">,
): number {
	const { first, step } = blockNumbers ?? { first: 0, step: 1 };
	return Math.max(first - step, ...numbers) + step;
}

/**
 * Returns the blocks of each scenario after the rounds. All have a first one. Where not all can have their
 * least number in the time, those have it that lack least: two blocks of everything would decide nothing.
 */
function planRounds(
	scenarios: readonly ScheduledScenario[],
	settings: ScheduleSettings,
	secondsLeft: number | null,
): number[] {
	const least = scenarios.map(({ scenario }) => leastBlocks(scenario, settings));
	const blocks = scenarios.map(({ prospect: { done } }, index) =>
		Math.max(done, Math.min(1, least[index] as number)),
	);
	let left = (secondsLeft ?? Number.POSITIVE_INFINITY) - secondsOf(scenarios, blocks);
	const lacking = scenarios.map(({ prospect }, index) => ({
		index,
		prospect,
		seconds: Math.max(0, (least[index] as number) - (blocks[index] as number)) * prospect.blockSeconds,
	}));
	for (const { index, prospect } of lacking.toSorted((a, b) => a.seconds - b.seconds))
		while ((blocks[index] as number) < (least[index] as number) && prospect.blockSeconds <= left) {
			(blocks[index] as number)++;
			left -= prospect.blockSeconds;
		}
	return blocks;
}

/** Returns the scenario that has fewest of its rounds; null when all have theirs. */
function fewest(scenarios: readonly ScheduledScenario[], rounds: readonly number[]): number | null {
	let [chosen, least] = [-1, Number.POSITIVE_INFINITY];
	for (const [index, { prospect }] of scenarios.entries())
		if (prospect.done < (rounds[index] as number) && prospect.done < least)
			[chosen, least] = [index, prospect.done];
	return chosen < 0 ? null : chosen;
}

function planRest(
	scenarios: readonly ScheduledScenario[],
	rounds: readonly number[],
	precision: number,
	seconds: number | null,
): number[] {
	const open = scenarios.flatMap(({ prospect }, index) => {
		const done = rounds[index] as number;
		const ends = (prospect.done > 0 && !prospect.decides) || isPrecise(prospect, precision);
		return ends ? [] : [{ index, prospect: { ...prospect, done } }];
	});
	const planned = planBlocks(
		open.map(({ prospect }) => prospect),
		{ seconds, precision, pilot: LEAST_PILOT, most: MOST_BLOCKS },
	);
	return rounds.map((blocks, index) => {
		const found = open.findIndex((one) => one.index === index);
		return found < 0 ? blocks : (planned[found] as number);
	});
}

function secondsOf(scenarios: readonly ScheduledScenario[], planned: readonly number[]): number {
	return sum(
		scenarios.map(
			({ prospect }, index) => ((planned[index] as number) - prospect.done) * prospect.blockSeconds,
		),
	);
}
