/** How much a run measures. A profile bends the scenarios' own defaults; flags bend the profile. */
import type { Scenario } from "../shared/types.ts";

export interface Profile {
	name: string;
	description: string;
	blocks: number;
	/** Upper bounds on what a scenario asks for itself. */
	maxIterations: number;
	maxWarmup: number;
	maxBoxMs: number;
	/** Observed iterations, each beside a control: where an iteration has many messages, and where it has a thousand. */
	observe: number;
	observeHeavy: number;
	/** Plain iterations of a scenario with a thousand messages or more. */
	maxHeavyIterations: number;
}

export const PROFILES: Record<string, Profile> = {
	quick: {
		name: "quick",
		description: "every scenario, at most 3 iterations: a first look in minutes",
		blocks: 1,
		maxIterations: 3,
		maxWarmup: 1,
		maxBoxMs: 250,
		maxHeavyIterations: 1,
		observe: 1,
		observeHeavy: 0,
	},
	standard: {
		name: "standard",
		description: "the scenarios' own counts (10 iterations, 3 warm-up; fewer for heavy ones)",
		blocks: 1,
		maxIterations: 10_000,
		maxWarmup: 10_000,
		maxBoxMs: 600_000,
		maxHeavyIterations: 10_000,
		observe: 5,
		observeHeavy: 1,
	},
	thorough: {
		name: "thorough",
		description: "the standard counts in 5 blocks of fresh processes",
		blocks: 5,
		maxIterations: 10_000,
		maxWarmup: 10_000,
		maxBoxMs: 600_000,
		maxHeavyIterations: 10_000,
		observe: 5,
		observeHeavy: 1,
	},
};

const HEAVY_MESSAGES = 1000;
/** Up to so many messages an iteration is light, and takes this many times the profile's observed iterations to say anything. */
const LIGHT_MESSAGES = 10;
const LIGHT_FACTOR = 4;

export function messagesPerIteration(scenario: Scenario): number {
	return scenario.database ? 0 : (scenario.repeat ?? scenario.messages.length);
}

/** The scenario as it will be run: what the profile and the user's flags leave of its own numbers. */
export function tuned(
	scenario: Scenario,
	profile: Profile,
	flags: { iterations?: number | undefined; warmup?: number | undefined; boxMs?: number | undefined },
): Scenario {
	const heavy = messagesPerIteration(scenario) >= HEAVY_MESSAGES;
	const iterations =
		flags.iterations ?? Math.min(scenario.iterations, profile.maxIterations, heavy ? profile.maxHeavyIterations : Number.POSITIVE_INFINITY);
	const warmup = scenario.kind === "startup" ? 0 : (flags.warmup ?? Math.min(scenario.warmup, profile.maxWarmup));
	const database = scenario.database && { ...scenario.database, boxMs: flags.boxMs ?? Math.min(scenario.database.boxMs, profile.maxBoxMs) };
	return { ...scenario, iterations, warmup, ...(database ? { database } : {}) };
}

/** Observed iterations of a process; none where messages overlap or none are sent: stages cannot be told apart there. */
export function observedIterations(scenario: Scenario, profile: Profile, flag: number | undefined): number {
	if (scenario.kind !== "messages" || scenario.config.delivery === "concurrent") return 0;
	if (flag !== undefined) return flag;
	const messages = messagesPerIteration(scenario);
	if (messages >= HEAVY_MESSAGES) return profile.observeHeavy;
	return messages <= LIGHT_MESSAGES ? profile.observe * LIGHT_FACTOR : profile.observe;
}
