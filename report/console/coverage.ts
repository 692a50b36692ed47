/** How many cells may be compared, and what happened to the run. */
import { plainText } from "../../shared/text.ts";
import type { ComparisonFile } from "../../shared/types.ts";
import { countedText } from "../text/units.ts";
import { boxText, type Layout } from "./table.ts";

const STATUSES = ["comparable", "divergent", "unsupported", "failed"] as const;

export function renderCoverage(comparison: ComparisonFile, layout: Layout): string {
	const lines = comparison.targets.map((target) => coverageText(target, comparison.scenarios));
	return boxText([...lines, ...disturbances(comparison.scenarios), ...interruptions(comparison)], layout);
}

function coverageText(
	{ id, label }: ComparisonFile["targets"][number],
	scenarios: ComparisonFile["scenarios"],
): string {
	const statuses = scenarios.flatMap(({ cells }) => cells[id]?.status ?? []);
	const counts = STATUSES.map((name) => ({
		name,
		count: statuses.filter((one) => one === name).length,
	})).filter(({ count }) => count > 0);
	const parts = counts.map(({ name, count }) => `${count} ${name}`);
	return `${plainText(label, 40)}: ${countedText(statuses.length, "cell")}, ${parts.join(", ")}`;
}

function interruptions({ complete, resumed }: ComparisonFile): string[] {
	const times = resumed === 1 ? "once" : `${resumed} times`;
	return [
		...(resumed > 0 ? [`This run was interrupted and resumed ${times}.`] : []),
		...(complete ? [] : ["This run was interrupted: it is not complete."]),
	];
}

/** Processes that were repeated, that counted although disturbed, and that were not steady. */
function disturbances(scenarios: ComparisonFile["scenarios"]): string[] {
	const cells = scenarios.flatMap((scenario) => Object.values(scenario.cells));
	const total = (value: (cell: (typeof cells)[number]) => number) =>
		cells.reduce((sum, cell) => sum + value(cell), 0);
	const repeated = total((cell) => cell.repeated);
	const disturbed = total((cell) => cell.disturbed);
	const unsteady = total(
		({ steadiness: { warming = 0, slowing = 0, unsteady: unrest = 0 } }) => warming + slowing + unrest,
	);
	const judged = total(({ steadiness }) => Object.values(steadiness).reduce((sum, count) => sum + count, 0));
	return [
		`Disturbed by others: ${repeated} processes repeated, ${disturbed} counted all the same.`,
		...(judged > 0
			? [`Steady state: ${judged - unsteady} of ${judged} processes long enough to judge are flat.`]
			: []),
	];
}
