/** This table shows the operations of the calibration beside a message, and their part of a stage. */
import { plainText } from "../../shared/text.ts";
import type { ComparisonFile } from "../../shared/types.ts";
import {
	CALIBRATION_TITLE,
	type CalibrationLine,
	calibrationLegend,
	calibrationLines,
	GROUP_LABELS,
	shareText,
	timeTexts,
} from "../text/calibration.ts";
import type { Names } from "../text/databases.ts";
import { colours as pc } from "./colours.ts";
import {
	columnTables,
	headingRow,
	indentLabel,
	type Layout,
	NARROW,
	type Row,
	right,
	wrapText,
} from "./table.ts";

type Targets = readonly ComparisonFile["targets"][number][];

export function renderCalibration(
	{ calibration, targets }: Pick<ComparisonFile, "calibration" | "targets">,
	layout: Layout = NARROW,
): string {
	if (!calibration) return "";
	const names: Names = {
		label: (id) => targets.find((target) => target.id === id)?.label ?? id,
		scenario: (id) => plainText(id, 80),
	};
	const lines = calibrationLines(calibration);
	const shown = targets.filter(({ id }) => lines.some(({ times }) => times[id]));
	const table = columnTables(shown, layout, (columns, { columnWidth }) => [
		headingRow(CALIBRATION_TITLE, columns, columnWidth),
		...(["warm", "first"] as const).flatMap((group): Row[] => [
			[pc.bold(GROUP_LABELS[group]), ...columns.map(() => "")],
			...lines.filter((line) => line.group === group).map((line) => lineCells(line, columns)),
		]),
	]);
	const shares = calibration.shares.map((one) => wrapText(shareText(one, names), layout));
	return [table, ...shares, wrapText(calibrationLegend(calibration, names), layout)].join("\n");
}

function lineCells({ label, times }: CalibrationLine, columns: Targets): Row {
	const cells = columns.map(({ id }) => {
		const texts = timeTexts(times, id);
		if (!texts) return right("-");
		const ratio = texts.ratio === "1.00x" ? pc.green(texts.ratio) : texts.ratio;
		const figures = `${texts.time} ${ratio}`.trimEnd();
		return right(texts.range === null ? figures : `${figures}\n${texts.range}`);
	});
	return [indentLabel(label), ...cells];
}
