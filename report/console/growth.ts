/** This table shows how the latency of each target grows, and where one target overtakes another. */
import type { ComparisonFile } from "../../shared/types.ts";
import { crossoverText, fitText } from "../text/growth.ts";
import { ratioText } from "../text/units.ts";
import { targetLabels } from "../text/verdict.ts";
import { colours as pc } from "./colours.ts";
import { type Layout, NARROW, right, tableText, wrapText } from "./table.ts";

const HEADINGS = ["Growth with", "Target", "Grows", "Median latency: base, cost a unit, 95 % interval"];
const WIDTHS = [15, 14, 9];
const BORDERS = 5;

export function renderGrowth(
	{ growth, crossovers, targets }: Pick<ComparisonFile, "growth" | "crossovers" | "targets">,
	layout: Layout = NARROW,
): string {
	if (growth.length === 0) return "";
	const label = targetLabels(targets);
	const rest = layout.width - BORDERS - WIDTHS.reduce((sum, one) => sum + one, 0);
	const rows = growth.map((fit) => [
		fit.dimension,
		label(fit.target),
		right(fit.factor ? ratioText(fit.factor.value) : "-"),
		fitText(fit),
	]);
	const table = tableText([...WIDTHS, rest], [HEADINGS.map((text) => pc.bold(text)), ...rows]);
	return [table, ...crossovers.map((one) => wrapText(crossoverText(one, label), layout))].join("\n");
}
