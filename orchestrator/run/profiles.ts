/**
 * Says how much a run measures. A profile changes the scenarios' own defaults, and flags change the
 * profile.
 */

import { type RunSettings, type Scenario, sendsMessages } from "../../shared/types.ts";
import { MS_PER_S } from "../../shared/units.ts";

/** The default seed is fixed, so that the order of turns is the same in every run. */
export const DEFAULT_SEED = 20_260_206;
/** A harness that gives no answer for so many seconds has hung. */
export const DEFAULT_TIMEOUT = 120;

export interface Profile {
	name: string;
	description: string;
	/** The least blocks of fresh processes. More follow where the time buys most. */
	blocks: number;
	/** See RunSettings. */
	precision: number;
	budgetSeconds: number;
	/** Upper bounds on what a scenario asks for itself. */
	maxIterations: number;
	/** Messages of warm-up. A scenario whose iterations have more than this has none. */
	maxWarmupMessages: number;
	maxBoxMs: number;
	/**
	 * Observed iterations, with a control if there is time: `observeHeavy` of them where an iteration has a
	 * thousand messages.
	 */
	observe: number;
	observeHeavy: number;
	/**
	 * The most plain messages of a process in the first block. A scenario with many messages does fewer
	 * iterations, but at least one.
	 */
	maxMessages: number;
}

/**
 * A profile's budget is for the built-in scenarios and the three default targets. Other runs have it in
 * proportion.
 */
export const CELLS_OF_BUDGET = 38 * 3;
/** Less is over before a single scenario has had enough blocks for an interval. */
const LEAST_BUDGET_SECONDS = 20;

export const PROFILES: Record<string, Profile> = {
	quick: {
		name: "quick",
		description: "a first look: 3 minutes for all scenarios and three targets",
		blocks: 2,
		precision: 0.05,
		budgetSeconds: 180,
		maxIterations: 10,
		maxWarmupMessages: 100,
		maxBoxMs: 50,
		maxMessages: 40,
		observe: 1,
		observeHeavy: 0,
	},
	standard: {
		name: "standard",
		description: "10 minutes for all scenarios and three targets, or until every ratio is known to 2 %",
		blocks: 3,
		precision: 0.02,
		budgetSeconds: 600,
		maxIterations: 10_000,
		maxWarmupMessages: Number.POSITIVE_INFINITY,
		maxBoxMs: 100,
		maxMessages: 400,
		observe: 5,
		observeHeavy: 1,
	},
	thorough: {
		name: "thorough",
		description: "60 minutes for all scenarios and three targets, or until every ratio is known to 1 %",
		blocks: 5,
		precision: 0.01,
		budgetSeconds: 3600,
		maxIterations: 10_000,
		maxWarmupMessages: Number.POSITIVE_INFINITY,
		maxBoxMs: 500,
		maxMessages: 1_000_000,
		observe: 5,
		observeHeavy: 1,
	},
};

const HEAVY_MESSAGES = 1000;
/**
 * An iteration with at most so many messages is light. It takes this many times the profile's observed
 * iterations until they say anything.
 */
const LIGHT_MESSAGES = 10;
const LIGHT_FACTOR = 4;

export function messagesPerIteration(scenario: Scenario): number {
	return sendsMessages(scenario) ? (scenario.repeat ?? scenario.messages.length) : 0;
}

/** Changes a scenario's own numbers as the profile and the user's flags ask. */
export function applyProfile(
	scenario: Scenario,
	profile: Profile,
	flags: { iterations?: number | undefined; warmup?: number | undefined; boxMs?: number | undefined },
): Scenario {
	const affordable = Math.max(
		1,
		Math.floor(profile.maxMessages / Math.max(1, messagesPerIteration(scenario))),
	);
	const iterations = flags.iterations ?? Math.min(scenario.iterations, profile.maxIterations, affordable);
	const warmup =
		scenario.kind === "startup"
			? 0
			: (flags.warmup ?? Math.min(scenario.warmup, warmupsWithin(profile, scenario)));
	const database = scenario.database && {
		...scenario.database,
		boxMs: flags.boxMs ?? Math.min(scenario.database.boxMs, profile.maxBoxMs),
	};
	return { ...scenario, iterations, warmup, ...(database ? { database } : {}) };
}

function warmupsWithin({ maxWarmupMessages }: Profile, scenario: Scenario): number {
	return Math.floor(maxWarmupMessages / Math.max(1, messagesPerIteration(scenario)));
}

/**
 * The observed iterations of a process. There are none where messages overlap or none are sent, because
 * stages cannot be told apart there.
 */
export function observedIterations(scenario: Scenario, profile: Profile, flag: number | undefined): number {
	if (scenario.kind !== "messages" || scenario.config.delivery === "concurrent") return 0;
	if (flag !== undefined) return flag;
	const messages = messagesPerIteration(scenario);
	if (messages >= HEAVY_MESSAGES) return profile.observeHeavy;
	return messages <= LIGHT_MESSAGES ? profile.observe * LIGHT_FACTOR : profile.observe;
}

export interface SettingFlags {
	iterations?: number | undefined;
	blocks?: number | undefined;
	precision?: number | undefined;
	budget?: number | undefined;
	aa?: true | undefined;
	alternate: RunSettings["alternate"];
	observeEveryBlock?: true | undefined;
	timeout: number;
}

/**
 * Blocks that the user names are final, and a precision that he names alone has no budget.
 * @param cells scenarios times targets
 */
export function settingsOf(
	profile: Profile,
	flags: SettingFlags,
	{ verifyOnly, cells }: { verifyOnly: boolean; cells: number },
): RunSettings {
	const { iterations, blocks, precision, budget, aa } = flags;
	const own = { precision: profile.precision, budgetSeconds: budgetOf(profile, aa ? 2 * cells : cells) };
	const open =
		budget !== undefined
			? { precision: precision ?? profile.precision, budgetSeconds: budget }
			: precision !== undefined
				? { precision, budgetSeconds: null }
				: blocks !== undefined
					? { precision: null, budgetSeconds: null }
					: own;
	return {
		blocks: blocks ?? profile.blocks,
		...open,
		aa: aa === true,
		alternate: flags.alternate,
		...(iterations === undefined ? {} : { fixedIterations: true }),
		...(flags.observeEveryBlock ? { observeEveryBlock: true } : {}),
		timeoutMs: flags.timeout * MS_PER_S,
		verifyOnly,
	};
}

function budgetOf({ budgetSeconds }: Profile, cells: number): number {
	return Math.max(LEAST_BUDGET_SECONDS, Math.ceil((budgetSeconds * cells) / CELLS_OF_BUDGET));
}
