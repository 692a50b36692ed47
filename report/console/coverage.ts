/** This box says how many cells can be compared, and what happened to the run. */
import { plainText } from "../../shared/text.ts";
import type { ComparisonFile } from "../../shared/types.ts";
import { processTexts, sharpnessText } from "../text/noise.ts";
import { countStatuses, runWarnings } from "../text/run.ts";
import { countedText } from "../text/units.ts";
import { boxText, type Layout } from "./table.ts";

export function renderCoverage(comparison: ComparisonFile, layout: Layout): string {
	const lines = comparison.targets.map((target) => targetText(target, comparison.scenarios));
	// The head says how targets alternated.
	const warnings = runWarnings({ ...comparison, alternate: "iterations" });
	const sharpness = sharpnessText(comparison);
	return boxText(
		[...lines, ...processTexts(comparison), ...(sharpness === null ? [] : [sharpness]), ...warnings],
		layout,
	);
}

function targetText(
	{ id, label }: ComparisonFile["targets"][number],
	scenarios: ComparisonFile["scenarios"],
): string {
	const statuses = scenarios.flatMap(({ cells }) => cells[id]?.status ?? []);
	const parts = countStatuses(statuses).map(({ status, count }) => `${count} ${status}`);
	return `${plainText(label, 40)}: ${countedText(statuses.length, "cell")}, ${parts.join(", ")}`;
}
