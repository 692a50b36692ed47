/** These tables show what density and soak have found: a row for each figure, a column for each target. */
import { plainText } from "../../shared/text.ts";
import type { DensityFile, SoakFile } from "../../shared/types.ts";
import { DENSITY_TITLE, densityReading, densityRemarks, densityRows, type TextRow } from "../text/density.ts";
import { SOAK_TITLE, soakReading, soakRemarks, soakRows } from "../text/soak.ts";
import { columnTables, headingRow, type Layout, NARROW, right, wrapText } from "./table.ts";

/** Reasons come from frameworks and files. */
const LONGEST = 2000;

export function renderDensity(file: DensityFile, layout: Layout = NARROW): string {
	const texts = [densityReading(file), ...densityRemarks(file)];
	return renderRows(DENSITY_TITLE, file.targets, densityRows(file), texts, layout);
}

export function renderSoak(file: SoakFile, layout: Layout = NARROW): string {
	const texts = [soakReading(file), ...soakRemarks(file)];
	return renderRows(SOAK_TITLE, file.targets, soakRows(file), texts, layout);
}

function renderRows(
	title: string,
	targets: readonly { id: string; label: string }[],
	rows: readonly TextRow[],
	texts: readonly string[],
	layout: Layout,
): string {
	const columns = targets.map(({ label }, index) => ({ label, index }));
	const tables = columnTables(columns, layout, (shown, { columnWidth }) => [
		headingRow(title, shown, columnWidth),
		...rows.map(({ label, cells }) => [label, ...shown.map(({ index }) => right(cells[index] ?? "-"))]),
	]);
	return [tables, ...texts.map((text) => wrapText(plainText(text, LONGEST), layout))].join("\n");
}
