/** Shows what an agent and its plugins cost: the three things that cost most, then tables. */
import { plainText } from "../../shared/text.ts";
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
	savingsTable,
	startTable,
} from "../text/agent-tables.ts";
import { colours as pc } from "./colours.ts";
import { indentLabel, type Layout, NARROW, right, tableText, wrapText } from "./table.ts";

/** Names and errors come from plugins. */
const LONGEST = 1000;
const LEAST_LABEL = 20;
const MOST_CELL = 13;

export function renderAgent(costs: AgentCosts, layout: Layout = NARROW): string {
	const say = (texts: readonly string[]) => texts.map((text) => wrapText(plainText(text, LONGEST), layout));
	const tables = [...costs.scenarios.map(messageTable), startTable(costs), nightTable(costs)];
	const [savings, kept] = [savingsTable(costs), keptTable(costs)];
	return [
		...say(interruptedTexts(costs)),
		...say(dearestLines(costs)),
		...say(dearestRemarks(costs)),
		"",
		pc.bold(wrapText(plainText(`${AGENT_TITLE}: ${agentHeading(costs)}`, LONGEST), layout)),
		...say(wholeTexts(costs)),
		...say(failureTexts(costs)),
		...tables.flatMap((table) => (table && table.rows.length > 0 ? renderTable(table, layout) : [])),
		...(savings ? ["", pc.bold(savings.title), ...say(savings.rows.map(savingLine))] : []),
		...(kept ? ["", pc.bold(kept.title), ...say([...kept.rows.map(savingLine), ...kept.remark])] : []),
		"",
		...say(growthTexts(costs)),
		...say(isolationTexts(costs)),
		...say([agentReading()]),
	].join("\n");
}

function savingLine({ label, cells }: AgentRow): string {
	return `${label}, ${cells.map(({ text }) => text).join(": ")}`;
}

function renderTable({ title, head: long, short, rows, remark }: AgentTable, layout: Layout): string[] {
	const columns = long.length - 1;
	const inside = layout.width - (columns + 2);
	const cell = Math.min(MOST_CELL, Math.floor((inside - LEAST_LABEL) / columns));
	const label = inside - columns * cell;
	const head = short && cell < MOST_CELL ? short : long;
	const drawn = tableText(
		[label, ...Array.from({ length: columns }, () => cell)],
		[
			head.map((text, index) => (index === 0 ? pc.bold(text) : right(pc.bold(text)))),
			...rows.map((row) => [labelText(row, label - 2), ...row.cells.map(({ text }) => right(text))]),
		],
	);
	return ["", pc.bold(title), drawn, ...remark.map((text) => wrapText(text, layout))];
}

/** Names of packages have no blanks: they are broken after such a sign, or where the column ends. */
function labelText({ label, depth }: AgentRow, width: number): string {
	const indent = depth === 0 ? "" : indentLabel("");
	const lines = [""];
	const room = width - indent.length;
	for (const piece of plainText(label, 4 * width).split(/(?<=[\s/_-])/)) {
		const whole = `${lines.at(-1)}${piece}`;
		if (whole.trimEnd().length <= room) lines[lines.length - 1] = whole;
		else lines.push(...(piece.match(new RegExp(`.{1,${room}}`, "gu")) ?? []));
	}
	return lines
		.filter((line) => line !== "")
		.map((line) => `${indent}${line.trimEnd()}`)
		.join("\n");
}
