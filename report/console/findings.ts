/** How the architectures differ, as measured; and what a real model would leave of it. */
import Table from "cli-table3";
import type { ComparisonFile, Finding } from "../../shared/types.ts";
import { figure } from "../text/units.ts";
import { colours as pc } from "./colours.ts";
import { COMPACT, columnWidths, heading, inTables, type Layout, right } from "./table.ts";

/** One row a finding; what the figure says stands in the words of the reading, where there is one. */
export function renderFindings(
	{ findings, targets, scenarios }: Pick<ComparisonFile, "findings" | "targets" | "scenarios">,
	layout: Layout,
): string {
	if (findings.length === 0) return "";
	return inTables(targets, layout)
		.map((columns) => {
			const { labelWidth, columnWidth } = columnWidths(columns.length, layout);
			const table = new Table({
				...COMPACT,
				colWidths: [labelWidth, ...columns.map(() => columnWidth)],
				wordWrap: true,
			});
			table.push([
				pc.bold("Why, as measured"),
				...columns.map(({ label }) => heading(label, columnWidth - 2)),
			]);
			for (const finding of findings) {
				table.push([finding.finding, ...columns.map(({ id }) => right(findingText(finding, id)))]);
				if (columns.some(({ id }) => finding.readings[id]))
					table.push(["", ...columns.map(({ id }) => right(pc.dim(finding.readings[id] ?? "")))]);
			}
			for (const [label, share] of realTurns({ scenarios }))
				table.push([label, ...columns.map(({ id }) => right(figure(share(id), "share")))]);
			return table.toString();
		})
		.join("\n");
}

export function findingText({ values, unit }: Finding, target: string): string {
	const value = values[target] ?? null;
	if (value === null || unit !== "yes or no") return figure(value, unit === "yes or no" ? "count" : unit);
	return value === 1 ? "yes" : "no";
}

const SHOWN_MODEL_MS = [200, 1000];

/** Derived, not measured: the framework's share of a turn with a model that takes its time. */
function realTurns({
	scenarios,
}: Pick<ComparisonFile, "scenarios">): [string, (id: string) => number | null][] {
	const cells = scenarios.find(
		({ id, cells }) =>
			id === "single-message" || Object.values(cells).some(({ detail }) => detail.turn_shares.length > 0),
	)?.cells;
	if (!cells) return [];
	return SHOWN_MODEL_MS.map((latency) => [
		`share, ${latency} ms model`,
		(id) =>
			cells[id]?.detail.turn_shares.find(({ model_latency_ms }) => model_latency_ms === latency)?.share ??
			null,
	]);
}
