/**
 * These tables show how the architectures differ, as measured, and what a real model would leave of the
 * difference.
 */
import type { ComparisonFile } from "../../shared/types.ts";
import { NS_PER_MS } from "../../shared/units.ts";
import { FINDINGS, findingText, readingText } from "../text/findings.ts";
import { durationText, valueText } from "../text/units.ts";
import { colours as pc } from "./colours.ts";
import { columnTables, headingRow, type Layout, right } from "./table.ts";

const SHOWN_MODEL_MS = [200, 1000];

/** Shows one row per finding. Its reading stands below it, where there is one. */
export function renderFindings(
	{ findings, targets, scenarios }: Pick<ComparisonFile, "findings" | "targets" | "scenarios">,
	layout: Layout,
): string {
	if (findings.length === 0) return "";
	return columnTables(targets, layout, (columns, { columnWidth }) => [
		headingRow("Findings", columns, columnWidth),
		...findings.flatMap((finding) => {
			const values = columns.map(({ id }) => right(findingText(finding, id)));
			const readings = columns.map(({ id }) => readingText(finding, id) ?? "");
			return [
				[FINDINGS[finding.finding].label, ...values],
				...(readings.every((text) => text === "")
					? []
					: [["", ...readings.map((text) => right(pc.dim(text)))]]),
			];
		}),
		...turns(scenarios).map(({ label, textOf }) => [label, ...columns.map(({ id }) => right(textOf(id)))]),
	]);
}

/**
 * Shows the whole time of a message with a real model, and the framework's share of it. Both are derived, not
 * measured.
 */
function turns(
	scenarios: ComparisonFile["scenarios"],
): { label: string; textOf: (target: string) => string }[] {
	const cells = scenarios.find(
		({ id, cells }) =>
			id === "single-message" || Object.values(cells).some(({ detail }) => detail.model_shares.length > 0),
	)?.cells;
	if (!cells) return [];
	return SHOWN_MODEL_MS.flatMap((latency) => {
		const turnOf = (target: string) =>
			cells[target]?.detail.model_shares.find(({ model_latency_ms }) => model_latency_ms === latency);
		return [
			{
				label: `turn, ${latency} ms model`,
				textOf: (target: string) => {
					const turn = turnOf(target);
					return turn ? durationText(turn.turn_ms * NS_PER_MS) : valueText(null, "ms");
				},
			},
			{
				label: "  framework's share",
				textOf: (target: string) => valueText(turnOf(target)?.share, "share"),
			},
		];
	});
}
