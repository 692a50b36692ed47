/**
 * This table shows the work ledger of a verification, per message. It is the first place to look for why one
 * runtime is faster.
 */
import { summarizeLedger } from "../../analysis/cell/ledger-summary.ts";
import { toSnakeCase } from "../../shared/snake-case.ts";
import { plainText } from "../../shared/text.ts";
import type { CellStatus, Reason, WorkLedger } from "../../shared/types.ts";
import { workLedger } from "../../shared/types.ts";
import { workLines } from "../text/ledger.ts";
import { reasonText } from "../text/reasons.ts";
import { colours as pc } from "./colours.ts";
import {
	across,
	centreText,
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
	reasons: readonly Reason[];
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
		["Status", ...columns.map(({ status }) => centreText(statusText(status)))],
		...workRows(columns),
		...reasonRows(columns),
	]);
}

function workRows(columns: readonly LedgerColumn[]): Row[] {
	const lines = workLines(
		columns.map(({ ledger }) => ledger && summarizeLedger(toSnakeCase(workLedger, ledger))),
	);
	return lines.map(({ label, cells }) => [label, ...cells.map((cell) => right(cell ?? "-"))]);
}

function reasonRows(columns: readonly LedgerColumn[]): Row[] {
	const lines = columns.flatMap(({ label, status, reasons }) =>
		reasons.map((reason) => `${plainText(label, 40)} ${status}: ${plainText(reasonText(reason))}`),
	);
	return lines.length === 0 ? [] : [[across(lines.join("\n"), columns.length)]];
}
