/** The comparison for a pull request or the summary of a CI step. */
import type { ComparisonFile, ComparisonRow, ScenarioComparison } from "../../shared/types.ts";
import { decidingRow, metricLabel } from "../text/metrics.ts";
import { intervalText } from "../text/ratio.ts";
import { reasonText } from "../text/reasons.ts";
import { numberText, percentText, ratioText, valueText } from "../text/units.ts";
import { standingText } from "../text/verdict.ts";
import { folded, joinedParts, markdownTable, markdownText, timeText } from "./markdown-text.ts";

const MARKS = { divergent: "≠", unsupported: "✗", failed: "✗" } as const;

export function comparisonMarkdown(comparison: ComparisonFile): string {
	return joinedParts([
		"## Eliza framework benchmark",
		...warnings(comparison),
		summary(comparison),
		folded("Every scenario", scenarios(comparison)),
		exceptions(comparison),
		scaling(comparison),
		noise(comparison),
		machine(comparison),
	]);
}

function warnings({ complete, resumed, alternate }: ComparisonFile): string[] {
	return [
		...(complete ? [] : ["> **Not complete:** the run was interrupted."]),
		...(resumed > 0 ? ["> The run was interrupted and gone on with."] : []),
		...(alternate === "messages"
			? ["> Turns of single messages: each comes after a pause, and is slower than in a row."]
			: []),
	];
}

function summary({ categories, targets }: ComparisonFile): string {
	if (categories.length === 0) return "No category has two comparable targets.";
	const rows = categories.map(({ category, cells, left_out, standing }) => {
		const counted = new Set(cells.map(({ scenario }) => scenario)).size;
		const text = markdownText(standingText(standing, targets));
		return [
			category,
			standing.winner === null ? text : `**${text}**`,
			`${counted} of ${counted + left_out.length}`,
		];
	});
	return markdownTable(
		["Category", "Geometric mean, 95 % interval", "Scenarios"],
		rows,
		(column) => column === 2,
	);
}

function scenarios({ scenarios: all, targets }: ComparisonFile): string {
	const head = ["Scenario", "Deciding metric", ...targets.map(({ label }) => markdownText(label, 40))];
	const rows = all.flatMap((scenario) => {
		const row = decidingRow(scenario);
		if (!row) return [];
		return [
			[
				markdownText(scenario.id, 80),
				markdownText(metricLabel(row)),
				...targets.map(({ id }) => cellText(scenario, row, id)),
			],
		];
	});
	const legend = `2.10x: that many times worse than the best comparable target. ${MARKS.divergent} divergent: did other work, takes part in no ratio. ${MARKS.failed} no figure.`;
	return `${markdownTable(head, rows, (column) => column > 1)}\n\n${legend}`;
}

function cellText({ cells }: ScenarioComparison, row: ComparisonRow, target: string): string {
	const status = cells[target]?.status;
	if (status === undefined) return "-";
	if (status === "unsupported" || status === "failed") return `${MARKS[status]} ${status}`;
	const [value, interval, factor] = [
		valueText(row.values[target], row.unit),
		row.intervals[target],
		row.ratios[target],
	];
	const range = interval ? ` (${intervalText(interval, numberText)})` : "";
	const text = `${value}${range}`;
	if (factor != null)
		return factor === 1 ? `**${text}** ${ratioText(factor)}` : `${text} ${ratioText(factor)}`;
	return status === "divergent" ? `${text} ${MARKS.divergent}` : text;
}

function exceptions({ scenarios: all, targets, left_out }: ComparisonFile): string {
	const cells = all.flatMap(({ id: scenario, cells }) =>
		targets.flatMap(({ id, label }) => {
			const cell = cells[id];
			if (!cell || cell.status === "comparable") return [];
			return [
				`- ${markdownText(scenario, 80)}, ${markdownText(label, 40)}: **${cell.status}**. ${markdownText(cell.reasons[0] ? reasonText(cell.reasons[0]) : "")}`,
			];
		}),
	);
	const without = left_out.map(
		({ label, reason }) => `- ${markdownText(label, 40)}: **not set up**. ${markdownText(reason)}`,
	);
	const counts = [
		...(without.length > 0 ? [`${without.length} targets could not be set up`] : []),
		`${cells.length} cells take no part`,
	];
	return cells.length + without.length === 0
		? ""
		: folded(counts.join(", "), [...without, ...cells].join("\n"));
}

function scaling({ growth: fits, crossovers, targets }: ComparisonFile): string {
	const label = (id: string) => markdownText(targets.find((target) => target.id === id)?.label ?? id, 40);
	const rows = fits.flatMap(({ dimension, target, shape, per_doubling, exponent }) =>
		exponent && per_doubling
			? [
					[
						dimension,
						label(target),
						ratioText(per_doubling.value),
						`${shape} (${exponent.low.toFixed(2)} to ${exponent.high.toFixed(2)})`,
					],
				]
			: [],
	);
	if (rows.length === 0) return "";
	const overtakes = crossovers.map(
		({ dimension, below, above, size, within }) =>
			`- ${dimension}: ${label(above)} overtakes ${label(below)} above about ${valueText(size, "count")}${within ? "" : ", beyond what was measured"}`,
	);
	const table = markdownTable(
		["Growth with", "Target", "Size doubles", "Exponent"],
		rows,
		(column) => column === 2,
	);
	return folded("Growth", [table, overtakes.join("\n")].filter((part) => part !== "").join("\n\n"));
}

function noise({ scenarios: all, false_alarms }: ComparisonFile): string {
	const floors = all
		.flatMap(({ noise: cells }) => Object.values(cells).map(({ floor }) => floor))
		.toSorted((a, b) => a - b);
	const [least, most] = [floors[0], floors.at(-1)];
	const lines =
		least === undefined || most === undefined
			? []
			: [`Noise floors: ${intervalText({ low: least, high: most }, percentText)}.`];
	if (false_alarms)
		lines.push(
			`Of ${false_alarms.comparisons} cells against themselves ${false_alarms.verdicts} were called different.`,
		);
	return lines.join(" ");
}

function machine({
	system,
	machine: { cpu_model },
	targets,
	profile,
	seed,
	timestamp,
	model_delay_ms,
}: ComparisonFile): string {
	const versions = targets.map(
		({ label, versions: found }) =>
			`- ${markdownText(label, 40)}: ${found ? markdownText(`${found.framework} on ${found.engine}`, 200) : "versions unknown, nothing ran"}`,
	);
	const where = `${markdownText(cpu_model, 80)}, ${system.cpus} cores, ${Math.round(system.memory_gb)} GB, ${markdownText(`${system.os} ${system.arch}`, 80)}`;
	return `${versions.join("\n")}\n- ${where}\n- ${timeText(timestamp)}, profile ${markdownText(profile, 40)}, seed ${seed}, model delay ${model_delay_ms} ms`;
}
