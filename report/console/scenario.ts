/**
 * One scenario as a box table: a column a target, ratios to the best comparable one behind the values, and
 * what does not count, in words.
 */
import Table from "cli-table3";
import { plainText } from "../../shared/text.ts";
import type { CellStatus, ComparisonFile, ComparisonRow, ScenarioComparison } from "../../shared/types.ts";
import { figure, number, ratio } from "../text/units.ts";
import { colours as pc } from "./colours.ts";
import {
	COMPACT,
	centred,
	columnWidths,
	heading,
	inTables,
	type Layout,
	NARROW,
	right,
	statusText,
} from "./table.ts";
import { bounds, standingText } from "./verdicts.ts";

type Targets = ComparisonFile["targets"];

export function renderScenario(
	scenario: ScenarioComparison,
	targets: Targets,
	layout: Layout = NARROW,
): string {
	const present = targets.filter(({ id }) => scenario.cells[id]);
	return inTables(present, layout)
		.map((columns, index, tables) =>
			scenarioTable(scenario, columns, layout, { targets, last: index === tables.length - 1 }),
		)
		.join("\n");
}

function scenarioTable(
	scenario: ScenarioComparison,
	columns: Targets,
	layout: Layout,
	{ targets, last }: { targets: Targets; last: boolean },
): string {
	const { labelWidth, columnWidth } = columnWidths(columns.length, layout);
	const table = new Table({
		...COMPACT,
		colWidths: [labelWidth, ...columns.map(() => columnWidth)],
		wordWrap: true,
	});
	const whole = (content: string) => [{ content, colSpan: columns.length + 1 }];
	const title = `Scenario: ${scenario.id} (${scenario.iterations} iterations, ${scenario.warmup} warmup)`;
	table.push(whole(`${pc.bold(plainText(title))}\n${plainText(scenario.question)}`));
	table.push([pc.bold("Metric"), ...columns.map(({ label }) => heading(label, columnWidth - 2))]);
	table.push(["Status", ...columns.map(({ id }) => centred(statusText(scenario.cells[id]?.status)))]);
	for (const section of ["main", "memory", "pipeline"] as const) {
		const rows = scenario.rows.filter((row) => row.section === section);
		if (section === "pipeline" && rows.length > 0)
			table.push([pc.bold("Pipeline per message"), ...columns.map(() => "")]);
		for (const row of rows) {
			table.push([
				row.label,
				...columns.map(({ id }) => right(valueText(row, id, scenario.cells[id]?.status))),
			]);
			if (row.metric === scenario.headline && columns.some(({ id }) => row.intervals[id]))
				table.push(["  95 % interval", ...columns.map(({ id }) => right(interval(row, id)))]);
		}
	}
	const deciding = scenario.rows.find(({ metric }) => metric === scenario.headline);
	if (last && deciding?.standing)
		table.push(whole(`${deciding.label}: ${standingText(deciding.standing, targets)}`));
	const notes = columns.flatMap(({ id, label }) =>
		(scenario.cells[id]?.reasons ?? []).map(
			(reason) => `${plainText(label, 40)} ${scenario.cells[id]?.status}: ${plainText(reason)}`,
		),
	);
	if (notes.length > 0) table.push(whole(notes.join("\n")));
	return table.toString();
}

function interval(row: ComparisonRow, target: string): string {
	const found = row.intervals[target];
	return found ? bounds(found, number) : "-";
}

/** A value with what it is to the best one; `~` behind that of a target that did other work. */
export function valueText(
	row: ComparisonRow,
	target: string,
	cellStatus: CellStatus | undefined,
	show = figure,
): string {
	const value = row.values[target] ?? null;
	const shown = row.absent[target] ?? show(value, row.unit);
	const factor = row.ratios[target] ?? null;
	if (factor !== null) return `${shown} ${factor === 1 ? pc.green(ratio(factor)) : ratio(factor)}`;
	return cellStatus === "divergent" && value !== null && row.better !== "none" ? `${shown} ~` : shown;
}
