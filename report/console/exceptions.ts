/** This table lists the cells and targets that are not compared, with the reasons. */
import { plainText } from "../../shared/text.ts";
import type { ComparisonFile } from "../../shared/types.ts";
import { firstReasonText } from "../text/reasons.ts";
import { colours as pc } from "./colours.ts";
import { type Layout, NARROW, tableText } from "./table.ts";

const BORDERS = 3;

/** Gives the same reason of one target once, for all its scenarios. */
export function renderExceptions(
	{ scenarios, targets, left_out }: Pick<ComparisonFile, "scenarios" | "targets" | "left_out">,
	{ width }: Layout = NARROW,
): string {
	const groups = new Map<string, string[]>();
	for (const { id: scenario, cells } of scenarios) {
		for (const { id, label } of targets) {
			const cell = cells[id];
			if (!cell || cell.status === "comparable") continue;
			const why = plainText(firstReasonText(cell.reasons));
			const key = `${plainText(label, 40)} ${cell.status}: ${why}`;
			groups.set(key, [...(groups.get(key) ?? []), plainText(scenario, 60)]);
		}
	}
	for (const { label, reason } of left_out)
		groups.set(`${plainText(label, 40)} could not be set up: ${plainText(reason)}`, ["(all scenarios)"]);
	if (groups.size === 0) return "";
	const first = Math.floor(width * 0.3);
	return tableText(
		[first, width - BORDERS - first],
		[
			[pc.bold("Not compared"), pc.bold("Reason")],
			...[...groups].map(([reason, ids]) => [ids.join("\n"), reason]),
		],
	);
}
