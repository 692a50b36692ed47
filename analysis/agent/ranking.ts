/**
 * Puts the plugins that the user chose in order of what they cost. The scale is the largest share that a
 * plugin has of a message: of its time, of the characters of its prompts, of its model calls. What a plugin
 * takes at a start, without messages, or keeps, is no share of a message: those that cost nothing else come
 * after the others. What cannot be told from nothing is not in the list (docs/agents.md).
 */
import type {
	AgentCosts,
	CostKind,
	PluginCosts,
	PluginKept,
	PluginSavings,
	RankedPlugin,
	ScenarioCosts,
	StartCosts,
} from "../../shared/types.ts";
import { sum } from "../stats/statistics.ts";
import { isAtLeast } from "./estimate.ts";

/** Less than this share of a message is no cost that its user would notice. */
export const LEAST_SHARE = 0.01;
/** An import of an empty module is some milliseconds too. */
export const LEAST_START_SHARE = 0.05;
/** A timer that fired once may be the end of something, and not the beginning of the next. */
const LEAST_TIMER_RUNS = 2;

type Costs = Pick<AgentCosts, "plugins" | "scenarios" | "start" | "savings" | "kept">;

export function rankPlugins({ plugins, scenarios, start, savings, kept }: Costs): RankedPlugin[] {
	const [scenario] = scenarios;
	const asked = plugins.filter(({ origin, state }) => origin !== "framework" && state !== "left-out").length;
	const ranked = plugins.flatMap(({ name, origin, state }): RankedPlugin[] => {
		if (origin === "framework" || state === "left-out") return [];
		const own = savings.filter(({ plugin }) => plugin === name);
		const shares = scenario === undefined ? {} : sharesOf(name, scenario, own, asked);
		const kinds: CostKind[] = [
			...(["calls", "characters", "time"] as const).filter((kind) => shares[kind] !== undefined),
			...(grows(name, kept) ? (["growth"] as const) : []),
			...(scenarios.some(({ night }) => worksAtNight(name, night)) ? (["night"] as const) : []),
			...(isSlowToStart(name, start, asked) ? (["start"] as const) : []),
		];
		if (kinds.length === 0) return [];
		const known = Object.values(shares);
		return [{ plugin: name, share: known.length === 0 ? null : Math.max(...known), kinds }];
	});
	return ranked.toSorted(compareRanks);
}

type Shares = Partial<Record<"calls" | "characters" | "time", number>>;

/** The shares that can be told from nothing. */
function sharesOf(
	name: string,
	scenario: ScenarioCosts,
	savings: readonly PluginSavings[],
	asked: number,
): Shares {
	const costs = scenario.plugins.find(({ plugin }) => plugin === name);
	const saved = savings.find((one) => one.scenario === scenario.id && one.change === "faster");
	const times = [costs && ownTimeShare(costs, scenario, asked), saved?.timeShare?.value].filter(
		(share) => share !== undefined && share !== null && share >= LEAST_SHARE,
	) as number[];
	const calls = costs?.modelCalls && scenario.modelCalls ? costs.modelCalls / scenario.modelCalls : 0;
	const characters = costs?.promptShare ?? 0;
	return {
		...(calls > 0 ? { calls } : {}),
		...(characters >= LEAST_SHARE ? { characters } : {}),
		...(times.length > 0 ? { time: Math.max(...times) } : {}),
	};
}

function ownTimeShare(
	{ selfNs, timeShare }: PluginCosts,
	{ observedNs, processes }: ScenarioCosts,
	asked: number,
): number | null {
	return observedNs && isAtLeast(selfNs, LEAST_SHARE * observedNs.value, { processes, asked })
		? timeShare
		: null;
}

/** Memory is the process's. That a plugin keeps some is known from what the agent keeps without it. */
function grows(name: string, kept: readonly PluginKept[]): boolean {
	return kept.some(({ plugin, verdict }) => plugin === name && verdict === "more");
}

function worksAtNight(name: string, night: ScenarioCosts["night"]): boolean {
	const rows = night?.work.filter(({ plugin }) => plugin === name) ?? [];
	const total = (key: "timerRuns" | "modelCalls" | "databaseCalls") => sum(rows.map((row) => row[key]));
	return total("timerRuns") >= LEAST_TIMER_RUNS || total("modelCalls") + total("databaseCalls") > 0;
}

/** @returns the time from a process's start to an agent that takes messages; null where it is not known */
export function wholeStartNs({ readyNs, constructNs, initializeNs }: StartCosts): number | null {
	return readyNs && readyNs.value + constructNs.value + initializeNs.value;
}

function isSlowToStart(name: string, start: StartCosts | null, asked: number): boolean {
	const whole = start && wholeStartNs(start);
	const own = start?.plugins.find(({ plugin }) => plugin === name);
	if (start === null || whole === null || own === undefined) return false;
	return isAtLeast(own.totalNs, LEAST_START_SHARE * whole, { processes: start.processes, asked });
}

const ORDER: readonly CostKind[] = ["calls", "characters", "time", "growth", "night", "start"];

function compareRanks(one: RankedPlugin, other: RankedPlugin): number {
	const first = ({ kinds }: RankedPlugin) => Math.min(...kinds.map((kind) => ORDER.indexOf(kind)));
	return (
		(other.share ?? 0) - (one.share ?? 0) || first(one) - first(other) || (one.plugin < other.plugin ? -1 : 1)
	);
}
