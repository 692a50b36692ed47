/**
 * These tables show how the architectures differ, as measured, and what a real model would leave of the
 * difference.
 */
import type { ComparisonFile } from "../../shared/types.ts";
import { FINDINGS, findingText, readingText } from "../text/findings.ts";
import { valueText } from "../text/units.ts";
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
		...turnShares(scenarios).map(({ label, shareOf }) => [
			label,
			...columns.map(({ id }) => right(valueText(shareOf(id), "share"))),
		]),
	]);
}

/** Shows the framework's share of a message's time with a real model. The share is derived, not measured. */
function turnShares(
	scenarios: ComparisonFile["scenarios"],
): { label: string; shareOf: (target: string) => number | undefined }[] {
	const cells = scenarios.find(
		({ id, cells }) =>
			id === "single-message" || Object.values(cells).some(({ detail }) => detail.model_shares.length > 0),
	)?.cells;
	if (!cells) return [];
	return SHOWN_MODEL_MS.map((latency) => ({
		label: `share, ${latency} ms model`,
		shareOf: (target) =>
			cells[target]?.detail.model_shares.find(({ model_latency_ms }) => model_latency_ms === latency)?.share,
	}));
}
