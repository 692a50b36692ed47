/** Base against head for a pull request: the verdict first. */
import type { CellChange, ChangeFile, MetricChange } from "../../shared/types.ts";
import { changeReasonText, changeText, isMoved, regressionText } from "../text/change.ts";
import { decidingRow, metricLabel } from "../text/metrics.ts";
import { valueText } from "../text/units.ts";
import { unlikenessText } from "../text/unlikeness.ts";
import { folded, joinedParts, markdownTable, markdownText, timeText } from "./markdown-text.ts";

export function changeMarkdown(change: ChangeFile): string {
	const { cells, pairs, unlike, paired, base, head } = change;
	const moved = cells.filter((cell) => cell.change === "slower" || cell.change === "faster");
	const still = cells.filter((cell) => !moved.includes(cell));
	const sides = `${sideText(base)} against ${sideText(head)}`;
	const versions = pairs.map(
		({ base: one, head: other, unchanged }) =>
			`- ${markdownText(other.label, 60)}: ${markdownText(one.versions?.framework ?? "unknown", 60)} to ${markdownText(other.versions?.framework ?? "unknown", 60)}${unchanged ? ", the same program" : ""}`,
	);
	return joinedParts([
		`## ${verdict(change)}`,
		...(unlike.length > 0
			? [
					[
						"> **Not measured alike; what follows may be the machine's doing:**",
						...unlike.map((one) => `> - ${markdownText(unlikenessText(one))}`),
					].join("\n"),
				]
			: []),
		...(change.gate?.regressions ?? [])
			.slice(0, 1)
			.map(() =>
				(change.gate?.regressions ?? [])
					.map((one) => `- ${markdownText(regressionText(one, pairs), 600)}`)
					.join("\n"),
			),
		moved.length > 0 ? table(moved, change) : "",
		still.length > 0 ? folded(`${still.length} cells without a sure change`, table(still, change)) : "",
		...onlyIn(change),
		[
			sides,
			paired ? "Two targets of one run, whose processes took turns." : "Two runs, one after the other.",
			...versions,
		].join("\n"),
	]);
}

function sideText({ name, timestamp, complete }: ChangeFile["base"]): string {
	return `${markdownText(name, 60)} (${timeText(timestamp)}${complete ? "" : ", **not complete**"})`;
}

/** Cells that have nothing to be held against. */
function onlyIn({ missing }: ChangeFile): string[] {
	return (["base", "head"] as const).flatMap((side) => {
		const names = missing
			.filter((one) => one.side === side)
			.map(({ scenario, target }) => `${scenario} of ${target}`);
		return names.length === 0
			? []
			: [
					folded(
						`${names.length} only in the ${side}`,
						names.map((name) => `- ${markdownText(name, 120)}`).join("\n"),
					),
				];
	});
}

function verdict({ gate, cells }: ChangeFile): string {
	if (gate && gate.regressions.length > 0)
		return `${gate.regressions.length} ${gate.regressions.length === 1 ? "regression" : "regressions"}`;
	const faster = cells.filter(({ change }) => change === "faster").length;
	const improved = faster > 0 ? `, ${faster} of ${cells.length} cells faster` : "";
	return gate ? `No regression${improved}` : `What changed${improved}`;
}

function table(cells: readonly CellChange[], { pairs }: ChangeFile): string {
	const rows = cells.map((cell) => {
		const row = decidingRow(cell);
		const name = [markdownText(cell.scenario, 80), markdownText(pairs[cell.pair]?.head.label ?? "", 40)];
		if (!row)
			return [
				...name,
				"-",
				"-",
				"-",
				`${cell.change}: ${markdownText(cell.reasons.map(changeReasonText).join("; "))}`,
				"-",
			];
		return [
			...name,
			markdownText(metricLabel(row)),
			valueText(row.base, row.unit),
			valueText(row.head, row.unit),
			changed(row),
			cell.stage === null ? "-" : markdownText(cell.stage),
		];
	});
	return markdownTable(
		["Scenario", "Target", "Metric", "Base", "Head", "Change (95 %)", "Stage"],
		rows,
		(column) => column === 3 || column === 4,
	);
}

function changed(row: MetricChange): string {
	const text = changeText(row);
	return isMoved(row) ? `**${text}**` : text;
}
