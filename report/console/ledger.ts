/**
 * The work ledger of a verification, per message, a column a target: why one runtime is faster starts here.
 */
import Table from "cli-table3";
import { type WorkItem, workOf } from "../../analysis/cell/ledger-summary.ts";
import { plainText } from "../../shared/text.ts";
import type { CellStatus, WorkLedger } from "../../shared/types.ts";
import { count } from "../text/units.ts";
import { colours as pc } from "./colours.ts";
import { COMPACT, columnWidths, heading, inTables, type Layout, NARROW, statusText } from "./table.ts";

export interface LedgerColumn {
	label: string;
	status: CellStatus;
	reasons: string[];
	ledger: WorkLedger | null;
}

export function renderLedger(
	scenario: string,
	question: string,
	all: LedgerColumn[],
	layout: Layout = NARROW,
): string {
	return inTables(all, layout)
		.map((columns) => ledgerTable(scenario, question, columns, layout))
		.join("\n");
}

function ledgerTable(scenario: string, question: string, columns: LedgerColumn[], layout: Layout): string {
	const { labelWidth, columnWidth } = columnWidths(columns.length, layout);
	const table = new Table({
		...COMPACT,
		colWidths: [labelWidth, ...columns.map(() => columnWidth)],
		wordWrap: true,
	});
	table.push([
		{
			content: `${pc.bold(`Scenario: ${plainText(scenario)}`)}\n${plainText(question)}`,
			colSpan: columns.length + 1,
		},
	]);
	table.push([pc.bold("Per message"), ...columns.map(({ label }) => heading(label, columnWidth - 2))]);
	table.push([
		"Status",
		...columns.map(({ status }) => ({ content: statusText(status), hAlign: "center" as const })),
	]);
	const works = columns.map(({ ledger }) => ledger && workOf(ledger));
	const items = [...new Set(works.flatMap((work) => work?.map(({ item }) => item) ?? []))];
	for (const name of items) {
		const found = works.map((work) => work?.find(({ item }) => item === name));
		if (found.every((item) => !item || (item.value === 0 && item.note === null))) continue;
		table.push([
			name,
			...found.map((item, index) => ({
				content: works[index] ? workText(item) : "-",
				hAlign: "right" as const,
			})),
		]);
	}
	const notes = columns.flatMap(({ label, status, reasons }) =>
		reasons.map((reason) => `${plainText(label, 40)} ${status}: ${plainText(reason)}`),
	);
	if (notes.length > 0) table.push([{ content: notes.join("\n"), colSpan: columns.length + 1 }]);
	return table.toString();
}

/** Of an item that this ledger does not have: none of it was done. */
export function workText(item: WorkItem | undefined): string {
	return item
		? `${count(item.value)}${item.note === null ? "" : item.note.startsWith("of") ? ` ${item.note}` : ` (${item.note})`}`
		: "0";
}
