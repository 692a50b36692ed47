/** Says what each plugin of an agent, and each part of it, costs a message of a scenario. */
import type {
	AgentFile,
	AgentLedger,
	AgentScenario,
	CostEstimate,
	MessageCosts,
	Owner,
	OwnerWork,
	PartCosts,
	PluginCosts,
	ScenarioCosts,
} from "../../shared/types.ts";
import { blockLogRatio, medianEstimate, ratioEstimate } from "../stats/intervals.ts";
import { median, middleHalf, sum } from "../stats/statistics.ts";
import { costOf, intervalOf } from "./estimate.ts";
import { nightOf } from "./night.ts";

/** What one process has shown of a scenario with instruments. */
interface ObservedProcess {
	messages: number;
	totalNs: number;
	/** By owner. */
	selfNs: ReadonlyMap<string, number>;
}

export function scenarioCosts(scenario: AgentScenario, plugins: AgentFile["plugins"]): ScenarioCosts {
	const { id, messages, ledger, plain } = scenario;
	const processes = scenario.observed.flatMap(readObserved);
	const observedNs = costOf(processes.map((process) => process.totalNs / process.messages));
	const whole = ledger && wholeOf(ledger);
	const rows = new Rows(processes, observedNs?.value ?? null, ledger);
	const owners = ownersOf(scenario, plugins);
	const found = owners.map((plugin) => rows.pluginCosts(plugin));
	const inPrompts = sum((ledger?.work ?? []).flatMap(({ prompts }) => prompts.map(({ chars }) => chars)));
	return {
		id,
		messages,
		processes: processes.length,
		messageNs: medianOf(plain),
		observedNs,
		observerCost: observerCost(scenario),
		modelCalls: whole?.modelCalls ?? null,
		promptChars: whole?.promptChars ?? null,
		answerChars: whole?.answerChars ?? null,
		textsOverlap: ledger !== null && inPrompts > sum(ledger.prompts.map(({ promptChars }) => promptChars)),
		plugins: found.toSorted(compareCosts),
		night: ledger && nightOf(ledger),
	};
}

/**
 * Every iteration does the same work on a fresh agent, so the middle half of them says what it costs. All
 * owners have the same iterations: their times still add up.
 */
function readObserved({ iterations: all }: AgentScenario["observed"][number]): ObservedProcess[] {
	const iterations = middleHalf(all, ({ messageNs }) => sum(messageNs));
	const messages = sum(iterations.map(({ messageNs }) => messageNs.length));
	if (messages === 0) return [];
	const selfNs = new Map<string, number>();
	for (const { owners } of iterations)
		for (const owner of owners) selfNs.set(keyOf(owner), (selfNs.get(keyOf(owner)) ?? 0) + owner.selfNs);
	return [{ messages, totalNs: sum(iterations.flatMap((one) => one.messageNs)), selfNs }];
}

/** A clock that did not move has measured nothing. */
function isTime(ns: number): boolean {
	return ns > 0;
}

function medianOf(plain: AgentScenario["plain"]): ScenarioCosts["messageNs"] {
	const processes = plain
		.map(({ messageNs }) => Float64Array.from(messageNs.flat().filter(isTime)).sort())
		.filter(({ length }) => length > 0);
	if (processes.length === 0) return null;
	const [only] = processes;
	return intervalOf(medianEstimate(processes)) ?? { value: median(only as Float64Array), interval: null };
}

/** Of each process the median over pairs of iterations, of these the geometric mean; less 1. */
function observerCost({ observed }: AgentScenario): CostEstimate | null {
	const logs = observed.flatMap(({ iterations, controls }) => {
		const pairs = controls
			.slice(0, iterations.length)
			.map((control, index) => [sum(iterations[index]?.messageNs ?? []), sum(control)] as const)
			.filter((pair) => pair.every(isTime));
		const [times, others] = [pairs.map(([one]) => one), pairs.map(([, other]) => other)];
		return pairs.length === 0 ? [] : [blockLogRatio(times, others)];
	});
	const ratio = ratioEstimate(logs);
	return ratio && { value: ratio.value - 1, interval: { low: ratio.low - 1, high: ratio.high - 1 } };
}

type Whole = { modelCalls: number; promptChars: number; answerChars: number };

function wholeOf({ prompts, messages }: AgentLedger): Whole {
	const perMessage = (key: "calls" | "promptChars" | "answerChars") =>
		messages === 0 ? 0 : sum(prompts.map((row) => row[key])) / messages;
	return {
		modelCalls: perMessage("calls"),
		promptChars: perMessage("promptChars"),
		answerChars: perMessage("answerChars"),
	};
}

/** What plugins of the file are there, with those that only their work tells of, and the framework itself. */
function ownersOf({ ledger, observed }: AgentScenario, plugins: AgentFile["plugins"]): (string | null)[] {
	const seen = [
		...(ledger?.work ?? []),
		...observed.flatMap(({ iterations }) => iterations.flatMap(({ owners }) => owners)),
	].map(({ plugin }) => plugin);
	const known = plugins.flatMap(({ name, state }) => (state === "measured" ? [name] : []));
	return [...new Set([...known, ...seen, null])];
}

/** Makes the rows of plugins and parts from what was observed and what was recorded. */
class Rows {
	readonly #processes: readonly ObservedProcess[];
	readonly #wholeNs: number | null;
	readonly #ledger: AgentLedger | null;

	constructor(processes: readonly ObservedProcess[], wholeNs: number | null, ledger: AgentLedger | null) {
		this.#processes = processes;
		this.#wholeNs = wholeNs;
		this.#ledger = ledger;
	}

	pluginCosts(plugin: string | null): PluginCosts {
		const owners = this.#ownersOf(plugin);
		const parts = owners.flatMap((owner): PartCosts[] =>
			owner.part ? [{ ...owner.part, ...this.#costs([owner]) }] : [],
		);
		return { plugin, ...this.#costs(owners), parts: parts.toSorted(compareCosts) };
	}

	#ownersOf(plugin: string | null): Owner[] {
		const own = new Map<string, Owner>();
		for (const row of this.#ledger?.work ?? [])
			if (row.plugin === plugin) own.set(keyOf(row), { plugin, part: row.part });
		for (const { selfNs } of this.#processes)
			for (const key of selfNs.keys()) {
				const owner = ownerOf(key);
				if (owner.plugin === plugin) own.set(key, owner);
			}
		return [...own.values()];
	}

	#costs(owners: readonly Owner[]): MessageCosts {
		const keys = owners.map(keyOf);
		const selfNs = costOf(
			this.#processes.map(
				(process) => sum(keys.map((key) => process.selfNs.get(key) ?? 0)) / process.messages,
			),
		);
		const timeShare = selfNs && this.#wholeNs ? selfNs.value / this.#wholeNs : null;
		return { selfNs, timeShare, ...this.#work(new Set(keys)) };
	}

	#work(keys: ReadonlySet<string>): Omit<MessageCosts, "selfNs" | "timeShare"> {
		const ledger = this.#ledger;
		const rows = ledger?.work.filter((row) => keys.has(keyOf(row))) ?? [];
		const perMessage = (of: (row: OwnerWork) => number) =>
			ledger === null || ledger.messages === 0 ? null : sum(rows.map(of)) / ledger.messages;
		const ofCalls = (key: "calls" | "promptChars" | "answerChars") =>
			perMessage(({ modelCalls }) => sum(modelCalls.map((call) => call[key])));
		const promptChars = perMessage(({ prompts }) => sum(prompts.map(({ chars }) => chars)));
		const all = ledger && wholeOf(ledger).promptChars;
		return {
			runs: perMessage(({ runs }) => runs),
			validations: perMessage(({ validations }) => validations),
			promptChars,
			promptShare: promptChars === null || !all ? null : promptChars / all,
			prompts: ledger === null ? [] : promptsOf(ledger, rows),
			modelCalls: ofCalls("calls"),
			askedChars: ofCalls("promptChars"),
			answeredChars: ofCalls("answerChars"),
			databaseCalls: perMessage(({ databaseCalls }) => sum(Object.values(databaseCalls))),
			errors: [...new Set(rows.flatMap(({ errors }) => errors))],
		};
	}
}

/** What of the prompts of each template is texts of these rows. */
function promptsOf({ prompts }: AgentLedger, rows: readonly OwnerWork[]): MessageCosts["prompts"] {
	const templates = new Set(rows.flatMap((row) => row.prompts.map(({ template }) => template)));
	return [...templates].flatMap((template) => {
		const asked = prompts.filter((row) => row.template === template);
		const calls = sum(asked.map((row) => row.calls));
		const all = sum(asked.map(({ promptChars }) => promptChars));
		if (calls === 0 || all === 0) return [];
		const own = rows.flatMap((row) => row.prompts.filter((one) => one.template === template));
		const chars = sum(own.map((one) => one.chars));
		return [{ template, chars: chars / calls, share: chars / all }];
	});
}

/** The most time first, then the most characters, then by name. */
function compareCosts(one: PluginCosts | PartCosts, other: PluginCosts | PartCosts): number {
	const nameOf = (costs: PluginCosts | PartCosts) =>
		("plugin" in costs ? costs.plugin : `${costs.name} ${costs.kind}`) ?? "";
	return (
		(other.selfNs?.value ?? 0) - (one.selfNs?.value ?? 0) ||
		(other.promptChars ?? 0) - (one.promptChars ?? 0) ||
		(nameOf(one) < nameOf(other) ? -1 : 1)
	);
}

function keyOf({ plugin, part }: Owner): string {
	return JSON.stringify([plugin, part?.kind ?? null, part?.name ?? null]);
}

function ownerOf(key: string): Owner {
	const [plugin, kind, name] = JSON.parse(key);
	return { plugin, part: kind === null ? null : { kind, name } };
}
