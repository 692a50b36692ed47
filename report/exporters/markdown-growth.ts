/** These exporters write what density and soak have found, for a pull request or a summary of a CI step. */
import type { DensityFile, SoakFile } from "../../shared/types.ts";
import { DENSITY_TITLE, densityReading, densityRemarks, densityRows, type TextRow } from "../text/density.ts";
import { SOAK_TITLE, soakReading, soakRemarks, soakRows } from "../text/soak.ts";
import { joinParts, markdownTable, markdownText } from "./markdown-text.ts";

export function densityMarkdown(file: DensityFile): string {
	return rowsMarkdown(DENSITY_TITLE, file.targets, densityRows(file), [
		densityReading(file),
		...densityRemarks(file),
	]);
}

export function soakMarkdown(file: SoakFile): string {
	return rowsMarkdown(SOAK_TITLE, file.targets, soakRows(file), [soakReading(file), ...soakRemarks(file)]);
}

function rowsMarkdown(
	title: string,
	targets: readonly { label: string }[],
	rows: readonly TextRow[],
	texts: readonly string[],
): string {
	const cellText = (cell: string) =>
		cell
			.split("\n")
			.map((line) => markdownText(line))
			.join("<br>");
	return joinParts([
		`## ${title}`,
		markdownTable(
			["", ...targets.map(({ label }) => markdownText(label))],
			rows.map(({ label, cells }) => [markdownText(label), ...cells.map(cellText)]),
			(column) => column > 0,
		),
		...texts.map((text) => markdownText(text, 2000)),
	]);
}
