/** Writes what an agent and its plugins cost for a pull request. The three that cost most come first. */
import type { AgentCosts } from "../../shared/types.ts";
import {
	AGENT_TITLE,
	agentHeading,
	agentReading,
	dearestLines,
	dearestRemarks,
	failureTexts,
	growthTexts,
	interruptedTexts,
	isolationTexts,
} from "../text/agent.ts";
import { wholeTexts } from "../text/agent-message.ts";
import {
	type AgentRow,
	type AgentTable,
	keptTable,
	messageTable,
	nightTable,
	pluginTable,
	savingsTable,
	startTable,
} from "../text/agent-tables.ts";
import { foldDetails, joinParts, markdownTable, markdownText } from "./markdown-text.ts";

const LONGEST = 1000;

export function agentMarkdown(costs: AgentCosts): string {
	const say = (text: string) => markdownText(text, LONGEST);
	const list = (texts: readonly string[]) => texts.map((text) => `- ${say(text)}`).join("\n");
	const [savings, kept] = [savingsTable(costs), keptTable(costs)];
	const [start, night] = [startTable(costs), nightTable(costs)];
	return joinParts([
		`## ${AGENT_TITLE}: ${say(agentHeading(costs))}`,
		...interruptedTexts(costs).map(say),
		dearestLines(costs)
			.map((text) => text.replace(/^(\d+\. )?(.*)$/s, (_, place = "", words) => `${place}${say(words)}`))
			.join("\n"),
		...dearestRemarks(costs).map(say),
		list(failureTexts(costs)),
		...costs.scenarios.map((scenario) => pluginRows(messageTable(scenario))),
		list(wholeTexts(costs)),
		savings ? titled(savings) : "",
		kept ? joinParts([titled(kept), ...kept.remark.map(say)]) : "",
		list(growthTexts(costs)),
		...costs.scenarios.map((scenario) => folded(messageTable(scenario), "and part")),
		start ? folded(start) : "",
		night ? folded(night) : "",
		folded(pluginTable(costs)),
		list(isolationTexts(costs)),
		say(agentReading()),
	]);
}

function pluginRows(table: AgentTable): string {
	const rows = table.rows.filter(({ depth }) => depth === 0);
	return rows.length === 0 ? "" : tableMarkdown({ ...table, head: ["Plugin", ...table.head.slice(1)], rows });
}

function titled(table: AgentTable): string {
	return `**${markdownText(table.title)}**\n\n${tableMarkdown(table, 3)}`;
}

function folded(table: AgentTable, more = ""): string {
	const remark = table.remark.map((text) => `\n\n${markdownText(text, LONGEST)}`).join("");
	const summary = markdownText([table.title, more].join(" ").trim());
	return table.rows.length === 0 ? "" : foldDetails(summary, `${tableMarkdown(table)}${remark}`);
}

/** @param words the first columns, which hold words */
function tableMarkdown({ head, rows }: AgentTable, words = 1): string {
	const cellsOf = ({ label, depth, cells }: AgentRow) => [
		`${depth === 0 ? "" : "&nbsp;&nbsp;"}${markdownText(label)}`,
		...cells.map(
			({ text, small }) =>
				`${markdownText(text, LONGEST)}${small === undefined ? "" : `<br>${markdownText(small)}`}`,
		),
	];
	return markdownTable(head, rows.map(cellsOf), (column) => column >= words);
}
