/** The tables of an agent's costs. Every report draws them its own way. */
import { wholeStartNs } from "../../analysis/agent/ranking.ts";
import type { AgentCosts, CostEstimate, MessageCosts, PartCosts, ScenarioCosts } from "../../shared/types.ts";
import { amountText, FRAMEWORK_NAME, keptText, savingText, shareText } from "./agent.ts";
import { bytesText } from "./memory.ts";
import { intervalText } from "./ratio.ts";
import { countText, durationText, smallShareText } from "./units.ts";

export interface AgentCell {
	text: string;
	/** What stands below it. */
	small?: string;
	/** Characters a message that the reader can price. */
	charsIn?: number;
	charsOut?: number;
}

export interface AgentRow {
	label: string;
	/** 1: a part of the row above. */
	depth: 0 | 1;
	cells: AgentCell[];
}

export interface AgentTable {
	title: string;
	/** Of the columns, the label's first. */
	head: string[];
	rows: AgentRow[];
	/** The same for narrow columns. */
	short?: string[];
	/** What the table does not say. */
	remark: string[];
}

const NONE: AgentCell = { text: "-" };
/** What is below this share of a message's time and of its prompts has no row. */
const LEAST_ROW = 0.005;
/** The same of a start. */
const LEAST_START_ROW = 0.01;

/** What a message costs, by plugin and part. */
export function messageTable(scenario: ScenarioCosts): AgentTable {
	const rows = scenario.plugins
		.filter(isShown)
		.flatMap((plugin): AgentRow[] => [
			{ label: plugin.plugin ?? FRAMEWORK_NAME, depth: 0, cells: messageCells(plugin) },
			...plugin.parts
				.filter(isShown)
				.map((part): AgentRow => ({ label: partLabel(part), depth: 1, cells: messageCells(part) })),
		]);
	const isWhole = scenario.plugins.every((plugin) => [plugin, ...plugin.parts].every(isShown));
	return {
		title: `A message of ${scenario.id}, by plugin`,
		head: ["Plugin and part", "Time", "Share", "Runs", "Prompt characters", "Model calls", "Database calls"],
		short: ["Plugin and part", "Time", "Share", "Runs", "Chars", "Model", "DB"],
		rows,
		remark: [
			...(isWhole ? [] : ["What takes less than 0.5 % of a message and of its prompts has no row here."]),
			...(scenario.textsOverlap ? ["Some texts hold others, whose characters count for both."] : []),
		],
	};
}

function partLabel({ kind, name }: PartCosts): string {
	return `${name} (${kind})`;
}

function isShown({ timeShare, promptShare, modelCalls, errors }: MessageCosts): boolean {
	return (
		[timeShare, promptShare].some((share) => (share ?? 0) >= LEAST_ROW) ||
		(modelCalls ?? 0) > 0 ||
		errors.length > 0
	);
}

function messageCells(costs: MessageCosts): AgentCell[] {
	const { selfNs, timeShare, runs, promptChars, promptShare, modelCalls, databaseCalls } = costs;
	const { askedChars, answeredChars } = costs;
	return [
		timeCell(selfNs),
		timeShare === null ? NONE : { text: shareText(timeShare) },
		amountCell(runs),
		promptChars === null
			? NONE
			: {
					...amountCell(promptChars),
					...(promptChars > 0
						? { small: `${shareText(promptShare ?? 0)} of all`, charsIn: promptChars }
						: {}),
				},
		modelCalls === null
			? NONE
			: {
					...amountCell(modelCalls),
					...(modelCalls > 0
						? {
								small: `${amountText(askedChars ?? 0)} in, ${amountText(answeredChars ?? 0)} out`,
								charsIn: askedChars ?? 0,
								charsOut: answeredChars ?? 0,
							}
						: {}),
				},
		amountCell(databaseCalls),
	];
}

function amountCell(amount: number | null): AgentCell {
	return amount === null ? NONE : { text: amountText(amount) };
}

function timeCell(cost: CostEstimate | null): AgentCell {
	if (cost === null) return NONE;
	const { value, interval } = cost;
	const range = interval && intervalText(interval, durationText);
	return { text: durationText(value), ...(range ? { small: range } : {}) };
}

/** What a start costs; null where none was measured. */
export function startTable({ start }: AgentCosts): AgentTable | null {
	if (start === null) return null;
	const single = (label: string, cost: CostEstimate | null): AgentRow[] =>
		cost === null ? [] : [{ label, depth: 0, cells: [timeCell(cost), NONE, NONE, NONE] }];
	const rss =
		start.rssReadyBytes === null
			? []
			: [`After all imports the process occupies ${bytesText(start.rssReadyBytes)}.`];
	const whole = wholeStartNs(start) ?? 0;
	const shown = start.plugins.filter(({ totalNs }) => totalNs.value >= LEAST_START_ROW * whole);
	return {
		title: "A start, by plugin",
		head: ["Plugin", "Time", "Import", "Init", "Services"],
		rows: [
			...single("Until the process is ready", start.readyNs),
			...single("Import of the framework", start.importNs),
			...single("Import of the project's entry", start.entryNs),
			...single("Construct", start.constructNs),
			...single("Initialize", start.initializeNs),
			...single("First message", start.firstMessageNs),
			...shown.map(
				({ plugin, totalNs, importNs, initNs, servicesNs }): AgentRow => ({
					label: plugin,
					depth: 1,
					cells: [totalNs, importNs, initNs, servicesNs].map(timeCell),
				}),
			),
		],
		remark: [
			"Times of plugins that start side by side overlap. What several import counts for the first.",
			...(shown.length < start.plugins.length
				? ["Plugins that take less than 1 % of a start have no row here."]
				: []),
			...rss,
		],
	};
}

/** What goes on without messages; null where nothing does, or nothing was watched. */
export function nightTable({ scenarios }: AgentCosts): AgentTable | null {
	const watched = scenarios.find(({ night }) => night !== null);
	const night = watched?.night;
	if (!night) return null;
	const rows = night.work.map(
		({ plugin, part, timerRuns, timerNs, modelCalls, databaseCalls }): AgentRow => ({
			label: `${plugin ?? FRAMEWORK_NAME}${part ? `: ${part.name} (${part.kind})` : ""}`,
			depth: 0,
			cells: [
				{ text: countText(timerRuns) },
				{ text: durationText(timerNs) },
				{ text: countText(modelCalls) },
				{ text: countText(databaseCalls) },
			],
		}),
	);
	if (rows.length === 0) return null;
	return {
		title: `Without messages, in ${durationText(night.watchedNs)}`,
		head: ["Who", "Timers", "Time in them", "Model calls", "Database calls"],
		rows,
		remark: [`The process took ${smallShareText(night.cpuShare)} of a processor meanwhile.`],
	};
}

/** What leaving each plugin out saved; null where that was not measured. */
export function savingsTable({ savings }: AgentCosts): AgentTable | null {
	if (savings.length === 0) return null;
	return {
		title: "The agent without each plugin",
		head: ["Plugin", "Scenario", "What it saves"],
		rows: savings.map((one) => ({
			label: one.plugin,
			depth: 0,
			cells: [{ text: one.scenario }, { text: savingText(one) }],
		})),
		remark: [],
	};
}

/** What a message leaves without each plugin; null where that was not measured. */
export function keptTable({ kept }: AgentCosts): AgentTable | null {
	const [first] = kept;
	if (first === undefined) return null;
	return {
		title: "What a message leaves in the process without each plugin",
		head: ["Plugin", "Without it, a message leaves"],
		rows: kept.map((one) => ({ label: one.plugin, depth: 0, cells: [{ text: keptText(one) }] })),
		remark: [
			`${first.of === "heap" ? "The heap after a collection" : "What the process occupies"}, over ` +
				`${countText(first.messages)} messages, in a process of its own for each. Named is only what holds ` +
				"for all plugins together, and is more than the agent differs from itself.",
		],
	};
}

/** Which plugins there are, and where they come from. */
export function pluginTable({ plugins }: AgentCosts): AgentTable {
	return {
		title: "Plugins",
		head: ["Plugin", "Version", "From", "State", "Parts at work"],
		rows: plugins.map(({ name, version, origin, state, parts }) => ({
			label: name,
			depth: 0,
			cells: [version ?? "-", origin, state, countText(parts.length)].map((text) => ({ text })),
		})),
		remark: [],
	};
}
