/** This exporter writes a change for a pull request, with the verdict first. */
import type { CellChange, ChangeFile } from "../../shared/types.ts";
import {
	acrossText,
	changeHeading,
	changeReasonText,
	changeText,
	gatePowerText,
	isMoved,
	regressionText,
	sidesText,
	versionsText,
} from "../text/change.ts";
import { DIFFERENCES_TITLE, differenceTexts } from "../text/differences.ts";
import { decidingRow, metricLabel } from "../text/metrics.ts";
import { countedText, valueText } from "../text/units.ts";
import { unlikenessText } from "../text/unlikeness.ts";
import { foldDetails, joinParts, markdownTable, markdownText, timeText } from "./markdown-text.ts";

export function changeMarkdown(change: ChangeFile): string {
	const moved = change.cells.filter(isMoved);
	const still = change.cells.filter((cell) => !moved.includes(cell));
	const title = `${countedText(still.length, "cell")} without a significant change`;
	return joinParts([
		`## ${verdict(change)}`,
		unlike(change),
		differences(change),
		regressions(change),
		change.gate ? gatePowerText(change.gate) : "",
		moved.length > 0 ? table(moved, change) : "",
		still.length > 0 ? foldDetails(title, table(still, change)) : "",
		across(change),
		...missing(change),
		about(change),
	]);
}

function verdict({ gate, cells }: ChangeFile): string {
	if (gate && gate.regressions.length > 0) return countedText(gate.regressions.length, "regression");
	const faster = cells.filter(({ change }) => change === "faster").length;
	const improved = faster > 0 ? `, ${faster} of ${cells.length} cells faster` : "";
	return gate ? `No significant regression${improved}` : `What changed${improved}`;
}

function unlike({ unlike: all }: ChangeFile): string {
	if (all.length === 0) return "";
	const title = "> **Measured under different conditions, which may explain the differences:**";
	return [title, ...all.map((one) => `> - ${markdownText(unlikenessText(one))}`)].join("\n");
}

function differences(change: ChangeFile): string {
	if (change.differences.length === 0) return "";
	const lines = differenceTexts(change).map((text) => `> - ${markdownText(text, 300)}`);
	return [`> **${DIFFERENCES_TITLE}**`, ...lines].join("\n");
}

function regressions({ gate, pairs }: ChangeFile): string {
	const all = gate?.regressions ?? [];
	return all.map((one) => `- ${markdownText(regressionText(one, pairs), 600)}`).join("\n");
}

function table(cells: readonly CellChange[], change: ChangeFile): string {
	const { pairs } = change;
	const rows = cells.map((cell) => {
		const row = decidingRow(cell);
		const name = [markdownText(cell.scenario, 80), markdownText(pairs[cell.pair]?.head.label ?? "", 40)];
		const why = cell.reasons.map(changeReasonText).join("; ");
		if (!row) return [...name, "-", "-", "-", `${cell.change}: ${markdownText(why)}`, "-"];
		return [
			...name,
			markdownText(metricLabel(row)),
			valueText(row.base, row.unit),
			valueText(row.head, row.unit),
			isMoved(row) ? `**${changeText(row)}**` : changeText(row),
			cell.stage === null ? "-" : markdownText(cell.stage),
		];
	});
	const head = ["Scenario", "Target", "Metric", "Base", "Head", changeHeading(change), "Stage"];
	return markdownTable(head, rows, (column) => column === 3 || column === 4);
}

function across({ across: all, pairs }: ChangeFile): string {
	return all.map((one) => `- ${markdownText(acrossText(one, pairs), 300)}`).join("\n");
}

/** Lists the cells that only one side has. */
function missing({ missing: all }: ChangeFile): string[] {
	return (["base", "head"] as const).flatMap((side) => {
		const own = all.filter((one) => one.side === side);
		const lines = own.map(({ scenario, target }) => `- ${markdownText(`${scenario} of ${target}`, 120)}`);
		return own.length === 0 ? [] : [foldDetails(`${own.length} only in the ${side}`, lines.join("\n"))];
	});
}

function about(change: ChangeFile): string {
	const { base, head, pairs } = change;
	const how = sidesText(change);
	return [
		`Base: ${sideText(base)}. Head: ${sideText(head)}.`,
		`${how.charAt(0).toUpperCase()}${how.slice(1)}.`,
		...pairs.map(pairText),
	].join("\n");
}

function sideText({ name, timestamp, complete }: ChangeFile["base"]): string {
	return `${markdownText(name, 60)} (${timeText(timestamp)}${complete ? "" : ", **not complete**"})`;
}

function pairText(pair: ChangeFile["pairs"][number]): string {
	return `- ${markdownText(pair.head.label, 60)}: ${markdownText(versionsText(pair), 160)}`;
}
