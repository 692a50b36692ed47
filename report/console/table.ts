/** This file gives all console tables their look. */
import Table, { type Cell } from "cli-table3";
import { plainText } from "../../shared/text.ts";
import type { CellStatus } from "../../shared/types.ts";
import { colours as pc } from "./colours.ts";

export interface Layout {
	/** A line has so many characters. */
	width: number;
}

export const NARROW: Layout = { width: 80 };
const WIDEST = 120;

/** Returns a width between 80 and 120, by the terminal. Without a terminal it is 80. */
export function terminalLayout(): Layout {
	const columns = process.stdout.isTTY ? process.stdout.columns : NARROW.width;
	return { width: Math.min(WIDEST, Math.max(NARROW.width, columns)) };
}

/** Tables are drawn with double lines. */
const BOX = {
	top: "═",
	"top-mid": "╦",
	"top-left": "╔",
	"top-right": "╗",
	bottom: "═",
	"bottom-mid": "╩",
	"bottom-left": "╚",
	"bottom-right": "╝",
	left: "║",
	"left-mid": "╠",
	mid: "═",
	"mid-mid": "╬",
	right: "║",
	"right-mid": "╣",
	middle: "║",
};

export type Row = Cell[];

/** Breaks the text beside tables between words. */
export function wrapText(text: string, { width }: Layout): string {
	const lines = [""];
	for (const word of text.split(" ")) {
		const line = lines.at(-1) ?? "";
		if (line !== "" && line.length + 1 + word.length > width) lines.push(word);
		else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
	}
	return lines.join("\n");
}

/** Draws a table. Long texts are wrapped between words, or at any character where names have no words. */
export function tableText(colWidths: number[], rows: readonly Row[], wrapOnWordBoundary = true): string {
	const table = new Table({
		colWidths,
		wordWrap: true,
		wrapOnWordBoundary,
		style: { head: [], border: [], compact: true },
		chars: BOX,
	});
	table.push(...rows);
	return table.toString();
}

/** Draws lines in a box, which is a table of one column. */
export function boxText(lines: readonly Cell[], { width }: Layout): string {
	return tableText(
		[width - 2],
		lines.map((line) => [line]),
	);
}

const LEAST_LABEL = 22;
const LEAST_COLUMN = 14;

/** Returns widths with which a label and `columns` more columns fill the line. */
export function columnWidths(
	columns: number,
	{ width }: Layout = NARROW,
): { labelWidth: number; columnWidth: number } {
	const inside = width - (columns + 2);
	const columnWidth = Math.max(LEAST_COLUMN, Math.floor((inside - LEAST_LABEL) / Math.max(columns, 1)));
	return { labelWidth: Math.max(LEAST_LABEL, inside - columns * columnWidth), columnWidth };
}

/** Splits columns into tables below one another, where the width does not hold all of them. */
export function inTables<T>(columns: readonly T[], { width }: Layout): T[][] {
	const most = Math.max(1, Math.floor((width - 2 - LEAST_LABEL) / (LEAST_COLUMN + 1)));
	const tables = Math.ceil(columns.length / most);
	const each = Math.ceil(columns.length / Math.max(1, tables));
	return Array.from({ length: tables }, (_, index) => columns.slice(index * each, (index + 1) * each));
}

interface Place {
	labelWidth: number;
	columnWidth: number;
	/** True for the last of the tables. */
	last: boolean;
}

/** Draws tables with a label and a column for each of `all`. */
export function columnTables<T>(
	all: readonly T[],
	layout: Layout,
	rowsOf: (columns: readonly T[], place: Place) => Row[],
): string {
	return inTables(all, layout)
		.map((columns, index, tables) => {
			const widths = columnWidths(columns.length, layout);
			const rows = rowsOf(columns, { ...widths, last: index === tables.length - 1 });
			return tableText([widths.labelWidth, ...columns.map(() => widths.columnWidth)], rows);
		})
		.join("\n");
}

/** Returns a table's first row. It says what the rows are, and names each column. */
export function headingRow(title: string, columns: readonly { label: string }[], columnWidth: number): Row {
	return [pc.bold(title), ...columns.map(({ label }) => heading(label, columnWidth - 2))];
}

/** Writes a column's name on as many lines as it takes, because two versions often differ at the end only. */
function heading(label: string, width: number): { content: string; hAlign: "center" } {
	const lines: string[] = [];
	for (const word of plainText(label, 3 * width).split(" ")) {
		const last = lines.at(-1);
		if (last !== undefined && last.length + 1 + word.length <= width)
			lines[lines.length - 1] = `${last} ${word}`;
		else lines.push(...(word.match(new RegExp(`.{1,${width}}`, "gu")) ?? []));
	}
	return centreText(pc.bold(lines.join("\n")));
}

export function statusText(status: CellStatus | undefined): string {
	if (status === "comparable") return pc.green(status);
	return status === "divergent" ? pc.yellow(status) : pc.red(status ?? "not run");
}

export const right = (content: string) => ({ content, hAlign: "right" as const });
export const centreText = (content: string) => ({ content, hAlign: "center" as const });
/** Indents a label below a heading or a parent. */
export const indentLabel = (label: string) => `  ${label}`;
/** Returns a cell that spans a whole row of a label and `columns` columns. */
export const across = (content: string, columns: number) => ({ content, colSpan: columns + 1 });
