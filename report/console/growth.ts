/** These tables show how the latency of each target grows, and where one target overtakes another. */
import type { ComparisonFile, GrowthFit } from "../../shared/types.ts";
import {
	crossoverText,
	DIMENSIONS,
	factorTexts,
	fitText,
	growthRemarks,
	pointTexts,
	sizeRows,
} from "../text/growth.ts";
import { countText } from "../text/units.ts";
import { targetLabels } from "../text/verdict.ts";
import { colours as pc } from "./colours.ts";
import {
	across,
	columnTables,
	headingRow,
	type Layout,
	NARROW,
	right,
	tableText,
	wrapText,
} from "./table.ts";

const HEADINGS = ["Growth with", "Grows", "Median latency: base, cost a unit, 95 % interval"];
const WIDTHS = [18, 18];
const BORDERS = 4;

export function renderGrowth(
	{ growth, crossovers, targets }: Pick<ComparisonFile, "growth" | "crossovers" | "targets">,
	layout: Layout = NARROW,
): string {
	if (growth.length === 0) return "";
	const label = targetLabels(targets);
	const rest = layout.width - BORDERS - WIDTHS.reduce((sum, one) => sum + one, 0);
	const rows = sizeRows(growth).flatMap(({ dimension, fits }) => [
		[across(pc.bold(DIMENSIONS[dimension].sizes), 2)],
		...fits.map((fit) => [`  ${label(fit.target)}`, right(factorCell(fit)), fitText(fit)]),
	]);
	const table = tableText([...WIDTHS, rest], [HEADINGS.map((text) => pc.bold(text)), ...rows]);
	const sentences = [...crossovers.map((one) => `${crossoverText(one, label)}.`), ...growthRemarks(growth)];
	return [table, ...sentences.map((one) => wrapText(one, layout))].join("\n");
}

function factorCell({ factor }: GrowthFit): string {
	return factor ? factorTexts(factor).join("\n") : "-";
}

/** Shows the median latency of each target at every size. */
export function renderSizes(
	{ growth, targets }: Pick<ComparisonFile, "growth" | "targets">,
	layout: Layout = NARROW,
): string {
	const label = targetLabels(targets);
	return sizeRows(growth)
		.map(({ dimension, fits, sizes }) =>
			columnTables(
				fits.map((fit) => ({ fit, label: label(fit.target) })),
				layout,
				(columns, { columnWidth }) => [
					headingRow(`ms at ${DIMENSIONS[dimension].sizes}`, columns, columnWidth),
					...sizes.map((size) => [countText(size), ...columns.map(({ fit }) => right(pointCell(fit, size)))]),
				],
			),
		)
		.join("\n");
}

function pointCell({ points }: GrowthFit, size: number): string {
	return pointTexts(points.find((point) => point.size === size)).join("\n");
}
