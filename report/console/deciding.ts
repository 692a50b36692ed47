/**
 * These tables show the deciding metric of every scenario, target by target, and what targets ask of the
 * model, and of a database server, where they differ in it.
 */
import { stripVTControlCharacters } from "node:util";
import { countedDifferences } from "../../analysis/compare/counted.ts";
import { plainText } from "../../shared/text.ts";
import type { ComparisonFile, ComparisonRow, ScenarioComparison } from "../../shared/types.ts";
import { COUNTED } from "../text/counted.ts";
import { decidingRow } from "../text/metrics.ts";
import { compactText } from "../text/units.ts";
import { colours as pc } from "./colours.ts";
import { cellText } from "./scenario.ts";
import { across, headingRow, indentLabel, inTables, type Layout, NARROW, right, tableText } from "./table.ts";

/** These widths have room for most ids, and at least for `99.9ms 99.9x=`. */
const LABEL_WIDTH = 30;
const LEAST_COLUMN = 15;

const LEGEND = [
	"2.10x: 2.10 times worse than the best comparable target, which has 1.00x.",
	"A ratio comes from pairs of iterations side by side, a figure from all.",
	"=: tied for the lead. ~: divergent (did other work), takes part in no ratio.",
].join("\n");

type Targets = ComparisonFile["targets"];

interface Line {
	scenario: ScenarioComparison;
	row: ComparisonRow;
}

/**
 * Shows each target's value and its ratio to the best comparable one. Scenarios with the same metric stand
 * together.
 */
export function renderDeciding(
	{ scenarios, targets }: Pick<ComparisonFile, "scenarios" | "targets">,
	layout: Layout = NARROW,
): string {
	const lines = scenarios.flatMap((scenario): Line[] => {
		const row = decidingRow(scenario);
		return row ? [{ scenario, row }] : [];
	});
	const tables = [
		...metricTables("Deciding metric", lines, targets, layout),
		...COUNTED.flatMap(({ asked, title }) =>
			metricTables(title, countedDifferences(scenarios, asked), targets, layout),
		),
	];
	return [tables.join("\n"), LEGEND].filter((part) => part !== "").join("\n\n");
}

function metricTables(title: string, lines: readonly Line[], targets: Targets, layout: Layout): string[] {
	return inTables(lines.length === 0 ? [] : targets, layout).map((columns) =>
		metricTable(title, lines, columns, layout),
	);
}

function metricTable(title: string, lines: readonly Line[], columns: Targets, { width }: Layout): string {
	const inside = width - 2 - columns.length;
	const texts = lines.flatMap((line) => columns.map(({ id }) => lineText(line, id)));
	const longest = Math.max(...texts.map((text) => stripVTControlCharacters(text).length));
	const columnWidth = Math.max(
		longest + 2,
		LEAST_COLUMN,
		Math.floor((inside - LABEL_WIDTH) / columns.length),
	);
	const labelWidth = inside - columns.length * columnWidth;
	const labels = [...new Set(lines.map(({ row }) => row.label))];
	const rows = labels.flatMap((label) => [
		[across(pc.bold(label), columns.length)],
		...lines
			.filter(({ row }) => row.label === label)
			.map((line) => [
				indentLabel(plainText(line.scenario.id, labelWidth - 4)),
				...columns.map(({ id }) => right(lineText(line, id))),
			]),
	]);
	return tableText(
		[labelWidth, ...columns.map(() => columnWidth)],
		[headingRow(title, columns, columnWidth), ...rows],
	);
}

function lineText({ scenario: { cells }, row }: Line, id: string): string {
	const status = cells[id]?.status;
	if (status === undefined) return "-";
	if (status === "unsupported" || status === "failed") return pc.red(status);
	const leaders = row.standing?.leaders ?? [];
	// One block has no interval, so it ties nobody.
	const judged = (row.standing?.pairs ?? []).some(({ interval }) => interval !== null);
	const tied = judged && leaders.length > 1 && leaders.includes(id);
	return `${cellText(row, id, status, compactText)}${tied ? "=" : ""}`;
}
