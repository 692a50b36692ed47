/**
 * These tables show what unlike machines measured of one run: figures and ratios, a column for each machine.
 */
import { plainText } from "../../shared/text.ts";
import type { ComparisonFile } from "../../shared/types.ts";
import {
	MACHINES_LEGEND,
	MACHINES_TITLE,
	type MachineScenario,
	machineName,
	machineRatioTexts,
	machineScenarios,
	machineSentences,
	machineText,
	machineValueTexts,
} from "../text/machines.ts";
import { colours as pc } from "./colours.ts";
import {
	across,
	boxText,
	columnTables,
	headingRow,
	indentLabel,
	type Layout,
	NARROW,
	type Row,
	right,
	wrapText,
} from "./table.ts";

export function renderMachines(comparison: ComparisonFile, layout: Layout = NARROW): string {
	const { machines, targets } = comparison;
	if (machines === undefined) return "";
	const label = (id: string) => plainText(targets.find((target) => target.id === id)?.label ?? id, 24);
	const found = machineScenarios(comparison);
	const columns = [
		{ label: "All machines", machine: null },
		...machines.map((_, machine) => ({ label: machineName(machine), machine })),
	];
	const tables =
		found.length === 0
			? []
			: [
					columnTables(columns, layout, (shown, { columnWidth }) => [
						headingRow(MACHINES_TITLE, shown, columnWidth),
						...found.flatMap((scenario) => scenarioRows(scenario, targets, shown, label)),
					]),
				];
	return [
		boxText(
			[pc.bold(MACHINES_TITLE), ...machines.map(machineText), ...machineSentences(comparison, label)],
			layout,
		),
		...tables,
		wrapText(MACHINES_LEGEND, layout),
	].join("\n");
}

function scenarioRows(
	{ id, metric, rows, pairs }: MachineScenario,
	targets: ComparisonFile["targets"],
	columns: readonly { machine: number | null }[],
	label: (target: string) => string,
): Row[] {
	const shown = targets.filter((target) => rows.some((row) => (row?.values[target.id] ?? null) !== null));
	return [
		[across(`${pc.bold(plainText(id, 80))}: ${metric}`, columns.length)],
		...shown.map((target) => [
			indentLabel(label(target.id)),
			...columns.map(({ machine }) =>
				right(machine === null ? "" : machineValueTexts(rows[machine], target.id).join("\n")),
			),
		]),
		...pairs.map((pair) => [
			indentLabel(`${label(pair.worse)} / ${label(pair.better)}`),
			...columns.map(({ machine }) =>
				right(machineRatioTexts(machine === null ? pair : pair.machines[machine]).join("\n")),
			),
		]),
	];
}
