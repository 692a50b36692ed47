/** This section lists the cells and targets that are not compared, with the reasons. */
import type { CellStatus } from "../../../shared/types.ts";
import { reasonText } from "../../text/reasons.ts";
import { html, joinContents, type Markup } from "../markup.ts";
import { columnHead, row, statusMark, table } from "../parts.ts";
import type { View } from "../view.ts";

interface Group {
	target: string;
	status: CellStatus;
	reasons: string[];
	scenarios: string[];
}

/** Gives the same reasons of one target once, for all its scenarios. */
export function renderExceptions(view: View): Markup {
	const { left_out } = view.comparison;
	const groups = groupCells(view);
	if (groups.length === 0 && left_out.length === 0)
		return html`<p>Every cell did the work that its scenario asks for.</p>`;
	const withoutTarget = left_out.map(({ label, reason }) =>
		row(label, html`<td>not set up</td><td>all</td><td class="words">${reason}</td>`),
	);
	return html`<h3>Not compared</h3>
		${table({
			label: "Cells that are not compared, and the reasons",
			head: ["Target", "Status", "Scenarios", "Reason"].map(columnHead),
			body: [groups.map((group) => groupRow(group, view)), withoutTarget],
		})}`;
}

function groupCells({ comparison: { scenarios }, targets }: View): Group[] {
	const groups = new Map<string, Group>();
	for (const { id: scenario, cells } of scenarios) {
		for (const { id, label } of targets) {
			const cell = cells[id];
			if (!cell || cell.status === "comparable") continue;
			const reasons = cell.reasons.map(reasonText);
			const key = JSON.stringify([id, cell.status, reasons]);
			const known = groups.get(key) ?? { target: label, status: cell.status, reasons, scenarios: [] };
			groups.set(key, { ...known, scenarios: [...known.scenarios, scenario] });
		}
	}
	return [...groups.values()];
}

function groupRow({ target, status, reasons, scenarios }: Group, { anchor }: View): Markup {
	const links = scenarios.map((id) => html`<a href="#${anchor(id)}">${id}</a>`);
	const why = reasons.map((reason) => html`<div>${reason}</div>`);
	return row(
		target,
		html`<td>${statusMark(status)}</td>`,
		html`<td>${joinContents(links)}</td>`,
		html`<td class="words">${why.length === 0 ? "no reason given" : why}</td>`,
	);
}
