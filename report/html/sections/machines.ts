/**
 * This section shows what unlike machines measured of one run: figures and ratios, a column for each machine.
 */
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
} from "../../text/machines.ts";
import { html, type Markup } from "../markup.ts";
import { columnHead, numberHead, row, section, table } from "../parts.ts";
import type { View } from "../view.ts";

export function renderMachines(view: View): Markup | null {
	const { machines } = view.comparison;
	if (machines === undefined) return null;
	const scenarios = machineScenarios(view.comparison);
	return section(
		"machines",
		MACHINES_TITLE,
		html`<p>${MACHINES_LEGEND}</p>`,
		html`<ul>${machines.map((one, index) => html`<li>${machineText(one, index)}</li>`)}</ul>`,
		machineSentences(view.comparison, view.label).map((text) => html`<p>${text}</p>`),
		scenarios.map((scenario) => renderScenario(scenario, view, machines.length)),
	);
}

function renderScenario({ id, metric, rows, pairs }: MachineScenario, view: View, count: number): Markup {
	const shown = view.targets.filter((target) =>
		rows.some((one) => (one?.values[target.id] ?? null) !== null),
	);
	const name = `${id}: ${metric}`;
	return table({
		label: `${MACHINES_TITLE}, ${name}`,
		caption: name,
		kind: "figures",
		head: [
			columnHead("Target"),
			numberHead("All machines"),
			Array.from({ length: count }, (_, index) => numberHead(machineName(index))),
		],
		body: [
			...shown.map((target) =>
				row(
					html`${target.swatch}${target.label}`,
					html`<td></td>`,
					rows.map((one) => cell(machineValueTexts(one, target.id))),
				),
			),
			...pairs.map((pair) =>
				row(
					`${view.label(pair.worse)}, times worse than ${view.label(pair.better)}`,
					cell(machineRatioTexts(pair)),
					pair.machines.map((one) => cell(machineRatioTexts(one))),
				),
			),
		],
	});
}

function cell([value = "-", ...more]: readonly string[]): Markup {
	return html`<td><b>${value}</b>${more.map((text) => html`<small>${text}</small>`)}</td>`;
}
