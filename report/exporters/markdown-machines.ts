/** This part of the Markdown shows what unlike machines measured of one run. */
import type { ComparisonFile } from "../../shared/types.ts";
import {
	MACHINES_LEGEND,
	MACHINES_TITLE,
	machineName,
	machineRatioTexts,
	machineScenarios,
	machineSentences,
	machineText,
	machineValueTexts,
} from "../text/machines.ts";
import { foldDetails, markdownTable, markdownText } from "./markdown-text.ts";

export function machinesMarkdown(comparison: ComparisonFile): string {
	const { machines, targets } = comparison;
	if (machines === undefined) return "";
	const plain = (id: string) => targets.find((target) => target.id === id)?.label ?? id;
	const label = (id: string) => markdownText(plain(id), 40);
	const rows = machineScenarios(comparison).flatMap(({ id, metric, rows: own, pairs }) => {
		const name = `${markdownText(id, 80)}, ${markdownText(metric)}`;
		const shown = targets.filter((target) => own.some((row) => (row?.values[target.id] ?? null) !== null));
		return [
			...shown.map((target) => [
				name,
				label(target.id),
				"",
				...own.map((row) => cellText(machineValueTexts(row, target.id))),
			]),
			...pairs.map((pair) => [
				name,
				`${label(pair.worse)} / ${label(pair.better)}`,
				cellText(machineRatioTexts(pair)),
				...pair.machines.map((one) => cellText(machineRatioTexts(one))),
			]),
		];
	});
	const head = ["Scenario", "Target", "All machines", ...machines.map((_, index) => machineName(index))];
	const parts = [
		machines.map((one, index) => `- ${markdownText(machineText(one, index), 400)}`).join("\n"),
		machineSentences(comparison, plain)
			.map((text) => `- ${markdownText(text, 400)}`)
			.join("\n"),
		rows.length === 0 ? "" : markdownTable(head, rows, (column) => column > 1),
		MACHINES_LEGEND,
	];
	return foldDetails(MACHINES_TITLE, parts.filter((part) => part !== "").join("\n\n"));
}

function cellText([value = "-", ...more]: readonly string[]): string {
	return more.length === 0 ? value : `${value} (${more.join(", ")})`;
}
