/**
 * `agent-costs.json`: what each plugin of an agent costs, computed from `agent.json`. Amounts are those of a
 * message of the scenario, unless they say otherwise. Null: not measured. Names that are null are those of
 * what no plugin does: the framework itself.
 */
import { z } from "zod";
import { measuredPlugin } from "./agent.ts";
import { partKind } from "./agent-work.ts";
import { change } from "./change.ts";
import { databaseName } from "./comparison.ts";
import { target } from "./inputs.ts";
import { isolationRecord } from "./isolation.ts";
import { bytes, count, identifier, ns, SCHEMA_VERSION } from "./primitives.ts";
import { machine } from "./run.ts";
import { soakFigures } from "./soak.ts";

const interval = z.strictObject({ low: z.number(), high: z.number() });

/** With its 95 % interval over processes; null with fewer than two. */
export const costEstimate = z.strictObject({ value: z.number(), interval: interval.nullable() });
export type CostEstimate = z.infer<typeof costEstimate>;

const amount = z.number().nonnegative().nullable();

/** What a plugin, a part of one, or the framework itself costs a message. */
export const messageCosts = z.strictObject({
	/** The time of this and of nothing that it called. These times add up to that of the message. */
	selfNs: costEstimate.nullable(),
	/** Of the time of an observed message. */
	timeShare: amount,
	runs: amount,
	validations: amount,
	/** The characters of its texts in all prompts. A text within another one counts for both. */
	promptChars: amount,
	/** Of the characters of all prompts. */
	promptShare: amount,
	/** The same in a single prompt of each template, on average. */
	prompts: z.array(z.strictObject({ template: z.string(), chars: z.number(), share: z.number() })),
	/** Calls that were made for it, and the characters of their prompts and answers. */
	modelCalls: amount,
	askedChars: amount,
	answeredChars: amount,
	databaseCalls: amount,
	/** What it raised, in its own words. */
	errors: z.array(z.string()),
});
export type MessageCosts = z.infer<typeof messageCosts>;

export const partCosts = messageCosts.extend({ kind: partKind, name: z.string() });
export type PartCosts = z.infer<typeof partCosts>;

export const pluginCosts = messageCosts.extend({
	plugin: z.string().nullable(),
	/** The dearest first. */
	parts: z.array(partCosts),
});
export type PluginCosts = z.infer<typeof pluginCosts>;

/** What goes on while no message comes. */
export const nightCosts = z.strictObject({
	/** Null: the framework itself. */
	plugin: z.string().nullable(),
	part: z.strictObject({ kind: partKind, name: z.string() }).nullable(),
	/** Timers that fired, and how long their callbacks took up to their return. */
	timerRuns: count,
	timerNs: ns,
	modelCalls: count,
	databaseCalls: count,
});
export type NightCosts = z.infer<typeof nightCosts>;

export const scenarioCosts = z.strictObject({
	id: identifier,
	/** Of an iteration. */
	messages: count,
	/** Processes with observed iterations. */
	processes: count,
	/** The median of a message without instruments. */
	messageNs: costEstimate.nullable(),
	/** The mean of an observed message: what shares of time are shares of. */
	observedNs: costEstimate.nullable(),
	/** 0.05: with instruments it takes 5 % longer than those beside it. Null: fewer than two processes. */
	observerCost: costEstimate.nullable(),
	modelCalls: amount,
	promptChars: amount,
	answerChars: amount,
	/** Texts were found that hold each other: characters do not add up. */
	textsOverlap: z.boolean(),
	/** The dearest first. */
	plugins: z.array(pluginCosts),
	/** Null: nothing was watched. */
	night: z
		.strictObject({ watchedNs: ns, cpuShare: z.number().nonnegative(), work: z.array(nightCosts) })
		.nullable(),
});
export type ScenarioCosts = z.infer<typeof scenarioCosts>;

export const startCosts = z.strictObject({
	/** Fresh processes that were started. */
	processes: count,
	/** From the start of a process until it was ready. */
	readyNs: costEstimate.nullable(),
	importNs: costEstimate,
	/** Of the project's entry with all that it imports. */
	entryNs: costEstimate.nullable(),
	constructNs: costEstimate,
	initializeNs: costEstimate,
	firstMessageNs: costEstimate.nullable(),
	/** The resident set after all imports. */
	rssReadyBytes: bytes.nullable(),
	/** The dearest first. Plugins start side by side, so that their times may overlap. */
	plugins: z.array(
		z.strictObject({
			plugin: z.string(),
			/** What several plugins import counts for the first of them. */
			importNs: costEstimate.nullable(),
			initNs: costEstimate.nullable(),
			servicesNs: costEstimate.nullable(),
			/** Of those three. */
			totalNs: costEstimate,
		}),
	),
});
export type StartCosts = z.infer<typeof startCosts>;

/** What leaving a plugin out was seen to save, in the same blocks. */
export const pluginSavings = z.strictObject({
	plugin: z.string(),
	scenario: z.string(),
	/** Of a message's time, without the plugin against with it. */
	change,
	/** Of a message's time: 0.1 is a tenth. Negative where the agent is slower without it. */
	timeShare: costEstimate.nullable(),
	/** What else is significantly less without it. */
	others: z.array(
		z.strictObject({
			metric: z.string(),
			label: z.string(),
			unit: z.string(),
			/** Null where a metric has no ratio. */
			share: costEstimate.nullable(),
			/** In the metric's unit, where it has no ratio. */
			amount: costEstimate.nullable(),
		}),
	),
});
export type PluginSavings = z.infer<typeof pluginSavings>;

/** What a message leaves in the process because of a plugin: the agent with it less the agent without it. */
export const pluginKept = z.strictObject({
	plugin: z.string(),
	/** What is compared: the heap after a collection, or all that the process occupies. */
	of: z.enum(["heap", "rss"]),
	/** That each process answered. */
	messages: count,
	/** With its 95 % interval; null where a process had too few readings. */
	perMessageBytes: costEstimate.nullable(),
	/** Of all plugins together, at 99 %, and by more than the agent differs from itself. */
	verdict: z.enum(["more", "less", "same", "undecided"]),
});
export type PluginKept = z.infer<typeof pluginKept>;

/** What of a plugin can be told from nothing. */
export const costKind = z.enum(["calls", "characters", "time", "growth", "night", "start"]);
export type CostKind = z.infer<typeof costKind>;

export const rankedPlugin = z.strictObject({
	plugin: z.string(),
	/**
	 * The largest share that it has of a message: of its time, of the characters of its prompts, of its model
	 * calls. Null: it has none that can be told from nothing.
	 */
	share: z.number().positive().nullable(),
	kinds: z.array(costKind).min(1),
});
export type RankedPlugin = z.infer<typeof rankedPlugin>;

export const agentCosts = z.strictObject({
	schemaVersion: z.literal(SCHEMA_VERSION),
	kind: z.literal("agent-costs"),
	createdAt: z.string(),
	command: z.array(z.string()),
	/** Not all was measured that the command asks for: it was interrupted. */
	interrupted: z.boolean(),
	machine,
	target: z.strictObject({
		id: z.string(),
		label: z.string(),
		framework: target.shape.framework,
		/** Where it keeps its data, and the package that does. */
		database: target.shape.database.extend({ name: databaseName }),
		/** Its version in its own words, such as `Bun 1.3.5`. Null: not known. */
		engine: z.strictObject({ name: target.shape.engine, version: z.string().nullable() }),
	}),
	agent: z.strictObject({ name: z.string(), path: z.string() }),
	isolation: isolationRecord,
	changedFiles: z.array(z.string()),
	plugins: z.array(measuredPlugin),
	scenarios: z.array(scenarioCosts),
	start: startCosts.nullable(),
	/** What a process keeps of its messages, and when it is at rest. Null: it was not watched. */
	growth: soakFigures.nullable(),
	savings: z.array(pluginSavings),
	/** Empty: it was not measured. */
	kept: z.array(pluginKept),
	/** Plugins that the user chose and that cost something, the dearest first, by the first scenario. */
	ranking: z.array(rankedPlugin),
});
export type AgentCosts = z.infer<typeof agentCosts>;
