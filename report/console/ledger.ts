/** The work ledger of a verification, per message: the first reason why one runtime is faster. */
import { workOf } from "../../analysis/cell/ledger-summary.ts";
import { plainText } from "../../shared/text.ts";
import type { CellStatus, WorkLedger } from "../../shared/types.ts";
import { workText } from "../text/ledger.ts";
import { colours as pc } from "./colours.ts";
import {
	across,
	centred,
	columnTables,
	headingRow,
	type Layout,
	NARROW,
	type Row,
	right,
	statusText,
} from "./table.ts";

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
	const title = `${pc.bold(`Scenario: ${plainText(scenario)}`)}\n${plainText(question)}`;
	return columnTables(all, layout, (columns, { columnWidth }) => [
		[across(title, columns.length)],
		headingRow("Per message", columns, columnWidth),
		["Status", ...columns.map(({ status }) => centred(statusText(status)))],
		...workRows(columns),
		...reasonRows(columns),
	]);
}

/** Items that no target did are left out. */
function workRows(columns: readonly LedgerColumn[]): Row[] {
	const works = columns.map(({ ledger }) => ledger && workOf(ledger));
	const items = [...new Set(works.flatMap((work) => work?.map(({ item }) => item) ?? []))];
	return items.flatMap((name) => {
		const found = works.map((work) => work?.find(({ item }) => item === name));
		if (found.every((item) => !item || (item.value === 0 && item.note === null))) return [];
		return [[name, ...found.map((item, index) => right(works[index] ? workText(item) : "-"))]];
	});
}

function reasonRows(columns: readonly LedgerColumn[]): Row[] {
	const lines = columns.flatMap(({ label, status, reasons }) =>
		reasons.map((reason) => `${plainText(label, 40)} ${status}: ${plainText(reason)}`),
	);
	return lines.length === 0 ? [] : [[across(lines.join("\n"), columns.length)]];
}
