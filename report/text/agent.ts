/** What a user's agent and its plugins cost, in words. Every report shows these sentences. */
import { wholeStartNs } from "../../analysis/agent/ranking.ts";
import type { ValueInterval } from "../../analysis/stats/intervals.ts";
import { joinList } from "../../shared/text.ts";
import type {
	AgentCosts,
	CostEstimate,
	CostKind,
	MeasuredPlugin,
	PluginFailure,
	PluginKept,
	PluginSavings,
	RankedPlugin,
	ScenarioCosts,
} from "../../shared/types.ts";
import { placeText } from "./databases.ts";
import { describeIsolation } from "./isolation.ts";
import { bytesText } from "./memory.ts";
import { intervalText } from "./ratio.ts";
import { endText, neighboursText, repliesText } from "./replies.ts";
import { growthText, restText } from "./soak.ts";
import { countedText, countText, durationText, numberText, percentText, smallShareText } from "./units.ts";

export const AGENT_TITLE = "What your agent and its plugins cost";
export const FRAMEWORK_NAME = "the framework itself";

/** So many things are told first. */
const TOLD = 3;

export function agentHeading({ agent, target, plugins }: AgentCosts): string {
	const { framework, database, engine } = target;
	const kept = database.name === "in-memory" ? "" : ` (${database.package} ${database.version})`;
	return [
		`${agent.name} with ${countedText(plugins.filter(isChosen).length, "plugin")}`,
		`on ${framework.package} ${framework.version},`,
		`${placeText(database.name)}${kept}, by ${engine.version ?? engine.name}`,
	].join(" ");
}

/** What stands above all: that not everything was measured. */
export function interruptedTexts({ interrupted }: AgentCosts): string[] {
	return interrupted
		? ["This run was interrupted: its figures are from what was measured until then, and more was asked for."]
		: [];
}

/** The three plugins that cost most, each with all that it costs and what leaving it out saves. */
export function dearestLines(costs: AgentCosts): string[] {
	const { ranking, plugins, scenarios } = costs;
	if (!plugins.some(isChosen)) return ["This agent has no plugin of your choice that could be measured."];
	if (ranking.length === 0)
		return scenarios.some(({ processes }) => processes > 1)
			? ["No plugin of your choice costs anything that can be told from nothing."]
			: ["Fewer than two processes were observed: no plugin's time can be told from nothing."];
	return ranking.slice(0, TOLD).map((ranked, index) => `${index + 1}. ${rankedText(ranked, costs)}`);
}

/** What stands below these lines, about all of them. */
export function dearestRemarks(costs: AgentCosts): string[] {
	const { ranking, scenarios } = costs;
	const others = ranking.slice(TOLD).map(({ plugin }) => plugin);
	return [
		...(others.length > 0 ? [`Less than these: ${joinList(others)}.`] : []),
		...savingRemarks(costs),
		...(scenarios.length > 1 && ranking.length > 0 ? [`These are the costs in ${scenarios[0]?.id}.`] : []),
	];
}

/** Says what of leaving plugins out was not measured. */
function savingRemarks({ command, plugins, ranking, savings }: AgentCosts): string[] {
	if (command.includes("--each")) {
		const lacking = plugins
			.filter((one) => isChosen(one) && !savings.some(({ plugin }) => plugin === one.name))
			.map(({ name }) => name);
		return lacking.length > 0 ? [`What leaving out ${joinList(lacking)} saves was not measured.`] : [];
	}
	return ranking.length > 0 && savings.length === 0
		? [
				"What a plugin takes is its own, and goes with it (--without NAME). What the framework does " +
					"because of it is not in it: measure the agent without each plugin for that (--each).",
			]
		: [];
}

function isChosen({ origin, state }: Pick<MeasuredPlugin, "origin" | "state">): boolean {
	return origin !== "framework" && state === "measured";
}

function rankedText({ plugin, kinds }: RankedPlugin, costs: AgentCosts): string {
	const said = withoutRepeats(kinds.flatMap((kind) => kindText(kind, plugin, costs) ?? []));
	const scenario = costs.scenarios[0]?.id;
	const saved = costs.savings.find((one) => one.plugin === plugin && one.scenario === scenario);
	return [`${plugin} ${joinList(said)}.`, ...(saved ? [savingText(saved)] : [])].join(" ");
}

/** A verb that was just said is left out: `takes 2ms of a message and 90ms of a start`. */
function withoutRepeats(texts: readonly string[]): string[] {
	const verbOf = (text: string | undefined) => text?.split(" ", 1)[0];
	return texts.map((text, index) => {
		const verb = verbOf(text);
		return verb === verbOf(texts[index - 1]) ? text.slice(`${verb} `.length) : text;
	});
}

function kindText(kind: CostKind, name: string, costs: AgentCosts): string | null {
	const { scenarios, start } = costs;
	const [scenario] = scenarios;
	const own = scenario?.plugins.find(({ plugin }) => plugin === name);
	if (kind === "calls" && own?.modelCalls && scenario?.modelCalls)
		return `makes ${amountText(own.modelCalls)} of ${amountText(scenario.modelCalls)} model calls a message`;
	if (kind === "characters" && own?.promptChars && own.promptShare)
		return `puts ${amountText(own.promptChars)} characters into the prompts of a message (${shareText(own.promptShare)} of them)`;
	if (kind === "time" && own?.selfNs)
		return `takes ${durationText(own.selfNs.value)} of a message (${shareText(own.timeShare ?? 0)})`;
	if (kind === "growth") return growthKindText(name, costs.kept);
	if (kind === "night") return nightKindText(name, scenarios);
	if (kind !== "start" || !start) return null;
	const total = start.plugins.find(({ plugin }) => plugin === name)?.totalNs;
	const whole = wholeStartNs(start);
	return total && whole
		? `takes ${durationText(total.value)} of a start (${shareText(total.value / whole)})`
		: null;
}

function growthKindText(name: string, kept: readonly PluginKept[]): string | null {
	const own = kept.find(({ plugin }) => plugin === name)?.perMessageBytes;
	return own ? `keeps ${withInterval(own, bytesText)} of a message` : null;
}

/** Says what a message leaves less without a plugin; a dash where that is not known. */
export function keptText({ perMessageBytes, verdict }: PluginKept): string {
	if (perMessageBytes === null) return "too few readings";
	const { value, interval } = perMessageBytes;
	const amount = withInterval({ value, interval }, bytesText);
	if (verdict === "more") return `${amount} less`;
	if (verdict === "less") return `more without it (${amount})`;
	return verdict === "same" ? `as much (${amount})` : `undecided (${amount})`;
}

function nightKindText(name: string, scenarios: readonly ScenarioCosts[]): string | null {
	const found = scenarios.flatMap(({ night }) => {
		const rows = night?.work.filter(({ plugin }) => plugin === name) ?? [];
		return night && rows.length > 0 ? [{ night, rows }] : [];
	})[0];
	if (!found) return null;
	const total = (key: "timerRuns" | "modelCalls" | "databaseCalls") =>
		found.rows.reduce((sum, row) => sum + row[key], 0);
	const said = [
		countedOrNothing(total("timerRuns"), "timer"),
		countedOrNothing(total("modelCalls"), "model call"),
		countedOrNothing(total("databaseCalls"), "database call"),
	].filter((text) => text !== null);
	return `works without messages (${joinList(said)} in ${durationText(found.night.watchedNs)})`;
}

function countedOrNothing(amount: number, one: string): string | null {
	return amount === 0 ? null : countedText(amount, one);
}

/** Says what leaving a plugin out was seen to save. */
export function savingText({ change, timeShare, others }: PluginSavings): string {
	const range = timeShare?.interval ? ` (${intervalText(timeShare.interval, signedPercentText)})` : "";
	const also = others.length > 0 ? ` It also saves ${joinList(others.map(otherSavingText))}.` : "";
	if (change === "faster" && timeShare)
		return `Leaving it out saves ${signedPercentText(timeShare.value)} of a message's time${range}.${also}`;
	if (change === "slower") return `Without it a message takes longer${range}.${also}`;
	if (change === "no change") return `Leaving it out saves no time that matters${range}.${also}`;
	if (change === "undecided")
		return `What leaving it out saves of a message's time is undecided${range}.${also}`;
	return `Without it the agent could not be compared with itself.${also}`;
}

function otherSavingText({ label, share, amount }: PluginSavings["others"][number]): string {
	if (share) return `${signedPercentText(share.value)} of "${label}"`;
	return `${amount ? numberText(amount.value) : "some"} of "${label}"`;
}

export function signedPercentText(share: number): string {
	return `${(100 * share).toFixed(Math.abs(share) < 0.1 ? 1 : 0)}%`;
}

/** Says of every plugin that failed what it did, and of parts what they raised. */
export function failureTexts({ plugins, scenarios }: AgentCosts): string[] {
	const raised = scenarios.flatMap(({ id, plugins: rows }) =>
		rows.flatMap(({ plugin, parts }) =>
			parts.flatMap(({ kind, name, errors }) =>
				errors.map((error) => `${plugin ?? FRAMEWORK_NAME}: its ${kind} ${name} raised in ${id}: ${error}`),
			),
		),
	);
	return [...plugins.flatMap(pluginFailureText), ...new Set(raised)];
}

const PHASES: Record<PluginFailure["phase"], string> = {
	child: "left a process of its own behind",
	install: "could not be installed",
	import: "failed when it was imported",
	init: "failed in its init",
	service: "has a service that did not start",
	message: "failed in a message",
	exit: "ended the process",
	rejection: "left a rejection that nobody handled",
};

function pluginFailureText({ name, version, state, failure }: MeasuredPlugin): string[] {
	if (failure === null) return [];
	const which = version === null ? name : `${name} ${version}`;
	const others = state === "failed" ? " It is left out of the figures below." : "";
	return [`${failedText(which, failure)}${others}`];
}

/** Says what a plugin did, in its own words. */
export function failedText(which: string, { phase, type, message }: PluginFailure): string {
	return `${which} ${PHASES[phase]}: ${type}: ${message.replace(/[.\s]+$/, "")}.`;
}

/** How far the agent was kept from what is the user's. */
export function isolationTexts({ isolation, changedFiles, target }: AgentCosts): string[] {
	const [network = "", files = ""] = describeIsolation(isolation);
	const isInMemory = target.framework.package === "@elizaos/core" && target.database.name === "in-memory";
	return [
		// A project of the elizaOS command line names it among its plugins.
		...(isInMemory
			? [
					"Its database was in memory. On typescript+pglite it is that of @elizaos/plugin-sql, which is loaded there only.",
				]
			: []),
		`The agent was ${network.replace(/[.\s]+$/, "")}. It ${files.replace(/[.\s]+$/, "")}.`,
		...(changedFiles.length > 0
			? [`These files of yours changed meanwhile: ${joinList(changedFiles)}.`]
			: []),
	];
}

/** The interval of the messages per GB is that of the slope, which stands before it. */
const GROWTH_LINES = 2;

/** What the process keeps of its messages, and when it is at rest. */
export function growthTexts({ growth: figures }: AgentCosts): string[] {
	if (figures === null) return [];
	const { growth, messages, quiescence, replies, ends, neighbours } = figures;
	const of = growth.of === "heap" ? "heap" : "memory";
	const sent = `over ${countedText(messages, "message")}`;
	const kept = growth.perMessageBytes;
	const told = growthText(figures).split("\n").slice(0, GROWTH_LINES).join(" ");
	return [
		kept === null
			? `What a message leaves is not known: too few readings ${sent}.`
			: `A message leaves ${intervalledText(kept, bytesText)} of ${of}, ${sent}: ${told}.`,
		...quiescence.map(
			(found, index) =>
				`${index === 0 ? "Young" : "After all messages"}, the process takes ` +
				`${smallShareText(found.idleShare)} of a processor without messages, and is at rest ${oneLine(restText(found))}.`,
		),
		`Replies: ${repliesText(replies)}.`,
		...ends.map(({ end }) => `The process ${endText(end)}, after ${countedText(messages, "message")}.`),
		...(neighbours === null ? [] : [neighboursText("Beside it", neighbours)]),
	];
}

function oneLine(text: string): string {
	return text.replaceAll("\n", ", ").replaceAll(", of ", " of ");
}

function intervalledText({ value, low, high }: ValueInterval, write: (value: number) => string): string {
	return withInterval({ value, interval: { low, high } }, write);
}

/** How the figures are to be read. */
export function agentReading(): string {
	return (
		"Time: what a plugin takes itself, with what it waits for, and without what it calls of others; with a " +
		"95 % interval over processes. The model is a stand-in that answers at once. Characters: of its texts, " +
		"as they were found word for word in the prompts. Order: by the largest share of a message's time, " +
		"prompt characters or model calls. Less than 1 % of a message or 5 % of a start counts as nothing."
	);
}

export function withInterval({ value, interval }: CostEstimate, write: (value: number) => string): string {
	const [text, range] = [write(value), interval && intervalText(interval, write)];
	return range === null || range === text ? text : `${text} (${range})`;
}

/** Writes an amount a message: whole where it was the same for every message. */
export function amountText(amount: number): string {
	return Number.isInteger(amount) ? countText(amount) : numberText(amount);
}

/** Less than a tenth of a percent is not none. */
export function shareText(share: number): string {
	return share > 0 && share < 0.001 ? "<0.1%" : percentText(share);
}
