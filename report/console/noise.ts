/**
 * This table says how far the figures can be trusted: the noise floor and the detectable difference of every
 * cell.
 */
import { plainText } from "../../shared/text.ts";
import type { ComparisonFile, ScenarioComparison } from "../../shared/types.ts";
import { detectableDifference, falseAlarmText, floorText } from "../text/noise.ts";
import { percentText } from "../text/units.ts";
import { columnTables, headingRow, type Layout, NARROW, right, wrapText } from "./table.ts";

const LEGEND = [
	"Noise floor: how far a target differs from itself beyond the noise; - not measured (--aa measures it).",
	"Detectable difference: the smallest one to another target (to itself without one) found 9 times in 10.",
];

/** Shows the floor that a win has to clear, and the difference that would have been found. */
export function renderNoise(
	{ scenarios, targets, false_alarms }: Pick<ComparisonFile, "scenarios" | "targets" | "false_alarms">,
	layout: Layout = NARROW,
): string {
	const measured = scenarios.filter(({ deciding_metric }) => deciding_metric !== null);
	const tables = columnTables(targets, layout, (columns, { labelWidth, columnWidth }) => [
		headingRow("Noise floor, detectable difference", columns, columnWidth),
		...measured.map((scenario) => [
			plainText(scenario.id, labelWidth - 2),
			...columns.map(({ id }) => right(noiseText(scenario, id))),
		]),
	]);
	const alarms = falseAlarmText({ false_alarms });
	const lines = alarms === null ? LEGEND : [...LEGEND, alarms];
	return [tables, ...lines.map((line) => wrapText(line, layout))].join("\n");
}

function noiseText(scenario: ScenarioComparison, id: string): string {
	const cell = scenario.noise[id];
	if (!cell) return "-";
	const detectable = detectableDifference(scenario, id);
	return `${floorText(cell)}, ${detectable === null ? "-" : percentText(detectable)}`;
}
