/** This report shows a load run on a terminal. */
import type { LoadReport } from "../../analysis/load/report.ts";
import { plainText } from "../../shared/text.ts";
import { loadHead, loadRows } from "../text/load.ts";
import { loadSentences } from "../text/load-sentences.ts";
import { colours as pc } from "./colours.ts";
import { across, columnTables, headingRow, type Layout, NARROW, right, wrapText } from "./table.ts";

const TITLE = "Load";
/** The words of frameworks and package managers are quoted so far. */
const LONGEST = 600;

export function renderLoad(report: LoadReport, layout: Layout = NARROW): string {
	const rows = loadRows(report);
	const table = columnTables([...report.targets.keys()], layout, (columns, { columnWidth }) => [
		[across(pc.bold(TITLE), columns.length)],
		headingRow(
			"",
			columns.map((column) => ({ label: report.targets[column]?.label ?? "" })),
			columnWidth,
		),
		...rows.map(({ label, cells }) => [
			label,
			...columns.map((column) => right(plainText(cells[column] ?? ""))),
		]),
	]);
	const sentences = loadSentences(report).map((sentence) => wrapText(plainText(sentence, LONGEST), layout));
	return [wrapText(loadHead(report), layout), table, ...sentences].join("\n\n");
}
