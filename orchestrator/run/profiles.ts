/**
 * Says how much a run measures. A profile changes the scenarios' own defaults, and flags change the
 * profile.
 */

import type { RunSettings, Scenario } from "../../shared/types.ts";
import { MS_PER_S } from "../../shared/units.ts";

/** The default seed is fixed, so that the order of turns is the same in every run. */
export const DEFAULT_SEED = 20_260_206;
/** A harness that gives no answer for so many seconds has hung. */
export const DEFAULT_TIMEOUT = 120;

export interface Profile {
	name: string;
	description: string;
	/** Blocks of fresh processes. A scenario with a precision or a budget continues after them. */
	blocks: number;
	/** See RunSettings. */
	precision: number | null;
	budgetSeconds: number | null;
	/** Upper bounds on what a scenario asks for itself. */
	maxIterations: number;
	maxWarmup: number;
	maxBoxMs: number;
	/**
	 * Observed iterations, each with a control: `observeHeavy` of them where an iteration has a thousand
	 * messages.
	 */
	observe: number;
	observeHeavy: number;
	/**
	 * The most plain messages of a process. A scenario with many messages does fewer iterations, but at least
	 * one. Every block adds as many again.
	 */
	maxMessages: number;
}

export const PROFILES: Record<string, Profile> = {
	quick: {
		name: "quick",
		description: "every scenario, 3 blocks of at most 3 iterations: a first look in minutes",
		blocks: 3,
		precision: null,
		budgetSeconds: null,
		maxIterations: 3,
		maxWarmup: 1,
		maxBoxMs: 250,
		maxMessages: 300,
		observe: 1,
		observeHeavy: 0,
	},
	standard: {
		name: "standard",
		description:
			"5 blocks of the scenarios' own counts " +
			"(10 iterations, 3 warm-up; fewer where an iteration has many messages)",
		blocks: 5,
		precision: null,
		budgetSeconds: null,
		maxIterations: 10_000,
		maxWarmup: 10_000,
		maxBoxMs: 600_000,
		maxMessages: 400,
		observe: 5,
		observeHeavy: 1,
	},
	thorough: {
		name: "thorough",
		description: "standard, then more blocks until every ratio is known to 2 %, for at most an hour",
		blocks: 5,
		precision: 0.02,
		budgetSeconds: 3600,
		maxIterations: 10_000,
		maxWarmup: 10_000,
		maxBoxMs: 600_000,
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
	return scenario.database ? 0 : (scenario.repeat ?? scenario.messages.length);
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
		scenario.kind === "startup" ? 0 : (flags.warmup ?? Math.min(scenario.warmup, profile.maxWarmup));
	const database = scenario.database && {
		...scenario.database,
		boxMs: flags.boxMs ?? Math.min(scenario.database.boxMs, profile.maxBoxMs),
	};
	return { ...scenario, iterations, warmup, ...(database ? { database } : {}) };
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

/** The precision that a budget is spent on when none is named. */
const DEFAULT_PRECISION = 0.03;

export interface SettingFlags {
	blocks?: number | undefined;
	precision?: number | undefined;
	budget?: number | undefined;
	aa?: true | undefined;
	alternate: RunSettings["alternate"];
	observeEveryBlock?: true | undefined;
	timeout: number;
}

/** Blocks that the user names are final, unless a precision or a budget is named too. */
export function settingsOf(profile: Profile, flags: SettingFlags, verifyOnly: boolean): RunSettings {
	const { blocks, precision, budget } = flags;
	const named = precision !== undefined || budget !== undefined;
	const open = blocks === undefined ? profile : { precision: null, budgetSeconds: null };
	return {
		blocks: blocks ?? profile.blocks,
		precision: named ? (precision ?? DEFAULT_PRECISION) : open.precision,
		budgetSeconds: named ? (budget ?? null) : open.budgetSeconds,
		aa: flags.aa === true,
		alternate: flags.alternate,
		...(flags.observeEveryBlock ? { observeEveryBlock: true } : {}),
		timeoutMs: flags.timeout * MS_PER_S,
		verifyOnly,
	};
}
