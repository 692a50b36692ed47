/** This table shows the sizes of the targets on the disk. */
import type { ComparisonFile } from "../../shared/types.ts";
import { megabytesOf, SIZES } from "../text/sizes.ts";
import { valueText } from "../text/units.ts";
import { columnTables, headingRow, type Layout, type Row, right } from "./table.ts";

/** Shows the sizes. The text is empty where no set-up measured a size. */
export function renderSize({ targets }: Pick<ComparisonFile, "targets">, layout: Layout): string {
	if (targets.every(({ size }) => size === null)) return "";
	return columnTables(targets, layout, (columns, { columnWidth }) => [
		headingRow("Size", columns, columnWidth),
		...SIZES.flatMap(({ field, label }) => {
			const megabytes = columns.map(({ size }) => megabytesOf(size, field));
			if (megabytes.every((value) => value === null)) return [];
			return [[label, ...megabytes.map((value) => right(valueText(value, "mb")))]];
		}),
		...setUpRow(columns),
	]);
}

/** Shows how long the set-ups took. There is no row where every set-up found its files in place. */
function setUpRow(columns: readonly ComparisonFile["targets"][number][]): Row[] {
	const seconds = columns.map(({ size }) => size?.setup_seconds ?? null);
	if (seconds.every((value) => value === null)) return [];
	return [["Set-up (s)", ...seconds.map((value) => right(valueText(value, "count")))]];
}
