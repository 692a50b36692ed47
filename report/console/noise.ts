/** How far the figures can be trusted: the noise floor and the detectable effect of every cell. */
import { plainText } from "../../shared/text.ts";
import type { ComparisonFile, ScenarioComparison } from "../../shared/types.ts";
import { decidingRow } from "../text/metrics.ts";
import { falseAlarmText, floorText } from "../text/noise.ts";
import { percentText } from "../text/units.ts";
import { columnTables, headingRow, type Layout, NARROW, right, wrapText } from "./table.ts";

const LEGEND = [
	"Noise floor: how far a target may differ from itself; * assumed (--aa measures it).",
	"Effect: the smallest difference to another target that is found 9 times in 10.",
];

/** The floor that a win has to clear, and the smallest effect that a pair of the target would have found. */
export function renderNoise(
	{ scenarios, targets, false_alarms }: Pick<ComparisonFile, "scenarios" | "targets" | "false_alarms">,
	layout: Layout = NARROW,
): string {
	const measured = scenarios.filter(({ deciding_metric }) => deciding_metric !== null);
	const tables = columnTables(targets, layout, (columns, { labelWidth, columnWidth }) => [
		headingRow("Noise floor, effect", columns, columnWidth),
		...measured.map((scenario) => [
			plainText(scenario.id, labelWidth - 2),
			...columns.map(({ id }) => right(noiseText(scenario, id))),
		]),
	]);
	const alarms = falseAlarmText({ false_alarms });
	const lines = alarms === null ? LEGEND : [...LEGEND, alarms];
	return [tables, ...lines.map((line) => wrapText(line, layout))].join("\n");
}

function noiseText({ noise, deciding_metric, rows }: ScenarioComparison, id: string): string {
	const cell = noise[id];
	if (!cell) return "-";
	const pairs = decidingRow({ rows, deciding_metric })?.standing?.pairs ?? [];
	const others = pairs.filter(({ a, b }) => a === id || b === id);
	const own = others.length > 0 || !cell.aa ? others : [cell.aa];
	const effects = own.flatMap(({ minimum_detectable_effect: effect }) => effect ?? []);
	const detectable = effects.length === 0 ? "-" : percentText(Math.min(...effects));
	return `${floorText(cell)}, ${detectable}`;
}
