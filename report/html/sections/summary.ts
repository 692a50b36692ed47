/** Who leads in what, by how much, over which scenarios, and what is left out and why. */
import type { CategoryStanding, ScenarioComparison } from "../../../shared/types.ts";
import { metricLabel } from "../../text/metrics.ts";
import { othersOf, referenceOf } from "../../text/ratio.ts";
import { reasonText } from "../../text/reasons.ts";
import { ratioText } from "../../text/units.ts";
import { standingText } from "../../text/verdict.ts";
import { type ForestGroup, forestChart } from "../charts/forest.ts";
import { html, joined, type Markup } from "../markup.ts";
import { DASH, details, figureOf, scrolling, section, statusMark } from "../parts.ts";
import type { View } from "../view.ts";
import { tallyOf } from "../wins.ts";

export function summary(view: View): Markup {
	const { categories, scenarios } = view.comparison;
	if (categories.length === 0 && scenarios.length === 0)
		return section("summary", "Summary", html`<p>Nothing was measured.</p>`);
	return section(
		"summary",
		"Summary",
		categories.length === 0
			? html`<p>No category has two comparable targets: there is nobody to lead.</p>`
			: [
					scrolling(
						"Who leads in each category",
						html`<table class="summary"><thead><tr><th scope="col">Category</th><th scope="col">Winner (geometric mean, 95 % interval)</th><th scope="col" class="num">Scenarios</th><th scope="col">Left out</th></tr></thead>
<tbody>${categories.map((category) => categoryRow(category, view))}</tbody></table>`,
					),
					html`<div class="columns">${overall(view)}${tally(view)}</div>`,
					details(
						"The ratios that each category's mean is made of",
						html`<div class="charts">${categories.map((category) => byScenario(category, view))}</div>`,
					),
				],
		exceptions(view),
	);
}

function categoryRow({ category, cells, left_out, standing }: CategoryStanding, view: View): Markup {
	const counted = new Set(cells.map(({ scenario }) => scenario)).size;
	return html`<tr><th scope="row">${category}</th>
<td${standing.winner === null ? null : html` class="h0"`}>${standingText(standing, view.comparison.targets)}</td>
<td class="num">${counted} of ${counted + left_out.length}</td>
<td>${joined(left_out.map((id) => leftOut(id, view)))}</td></tr>\n`;
}

/** A scenario with those who keep it out of the mean. */
function leftOut(id: string, { comparison: { scenarios }, targets, anchor }: View): Markup {
	const cells = scenarios.find((one) => one.id === id)?.cells ?? {};
	const who = targets.flatMap(({ id: target, label }) => {
		const status = cells[target]?.status;
		return status === "comparable" ? [] : [`${label} ${status ?? "not run"}`];
	});
	return html`<a href="#${anchor(id)}">${id}</a>${who.length > 0 && html` (${who.join(", ")})`}`;
}

function overall(view: View): Markup {
	const groups = view.comparison.categories.map(({ category, standing }): ForestGroup => {
		const reference = referenceOf(standing);
		const lead = standing.winner === null ? "no winner" : "wins";
		return {
			title: `${category}: against ${view.label(reference ?? "")} (${lead})`,
			rows: othersOf(standing),
		};
	});
	const said = groups.flatMap(({ title, rows }) =>
		rows.map(({ id, ratio: value }) => `${title}, ${view.label(id)} ${ratioText(value)}`),
	);
	return figureOf(
		forestChart(
			{ title: "How many times worse than the leader, by category", description: said.join("; ") },
			groups,
			view,
		),
		"How many times worse than the category's leader, with 95 % intervals. An interval that touches the line at 1 is no difference. Where several share the lead, the first of them is the reference.",
		"wide",
	);
}

/** Means hide who wins where. */
function tally({ comparison, targets, anchor }: View): Markup {
	const links = (ids: readonly string[]) =>
		ids.length === 0
			? DASH
			: html`<b>${ids.length}</b> <small>${joined(ids.map((id) => html`<a href="#${anchor(id)}">${id}</a>`))}</small>`;
	const rows = targets.map(({ swatch, label, id }) => {
		const { wins, shares, behind, others } = tallyOf(comparison, id);
		return html`<tr><th scope="row">${swatch}${label}</th><td>${links(wins)}</td><td>${links(shares)}</td><td class="num">${behind.length}</td><td class="num">${others.length}</td></tr>\n`;
	});
	return html`<div class="tally"><h3>Scenario by scenario</h3>${scrolling(
		"Who leads in which scenarios",
		html`<table><thead><tr><th scope="col">Target</th><th scope="col">Wins</th><th scope="col">Shares the lead</th><th scope="col" class="num">Behind</th><th scope="col" class="num">Takes no part</th></tr></thead><tbody>${rows}</tbody></table>`,
	)}<p class="quiet">By each scenario's deciding metric, among comparable targets.</p></div>`;
}

function byScenario({ category, cells, standing }: CategoryStanding, view: View): Markup | null {
	const reference = referenceOf(standing);
	const groups = cells.flatMap(({ scenario, metric }): ForestGroup[] => {
		const row = view.comparison.scenarios
			.find(({ id }) => id === scenario)
			?.rows.find((one) => one.metric === metric);
		if (!row?.standing || reference === null) return [];
		const rows = othersOf({ ...row.standing, winner: reference });
		const several = cells.filter((other) => other.scenario === scenario).length > 1;
		return rows.length === 0
			? []
			: [{ title: several ? `${scenario}, ${metricLabel(row)}` : scenario, rows }];
	});
	if (groups.length === 0) return null;
	const about = {
		title: `Ratios of ${category}, scenario by scenario`,
		description: `Times worse than ${view.label(reference ?? "")}`,
	};
	return html`<div><h4>${category}: times worse than ${view.label(reference ?? "")}</h4>${forestChart(about, groups, view)}</div>`;
}

/** Every cell that takes no part, and why; the same reason of one target is told once. */
function exceptions({ comparison: { scenarios, left_out }, targets, anchor }: View): Markup | null {
	const groups = new Map<
		string,
		{
			target: string;
			status: ScenarioComparison["cells"][string]["status"];
			reasons: string[];
			scenarios: string[];
		}
	>();
	for (const { id: scenario, cells } of scenarios) {
		for (const { id, label } of targets) {
			const cell = cells[id];
			if (!cell || cell.status === "comparable") continue;
			const key = JSON.stringify([id, cell.status, cell.reasons]);
			const group = groups.get(key) ?? {
				target: label,
				status: cell.status,
				reasons: cell.reasons.map(reasonText),
				scenarios: [],
			};
			groups.set(key, { ...group, scenarios: [...group.scenarios, scenario] });
		}
	}
	if (groups.size === 0 && left_out.length === 0)
		return html`<p>Every cell did the work that was asked for.</p>`;
	return html`<h3>Takes no part</h3>
${scrolling(
	"Cells that take no part, and why",
	html`<table><thead><tr><th scope="col">Target</th><th scope="col">Status</th><th scope="col">Scenarios</th><th scope="col">Why</th></tr></thead>
<tbody>${[...groups.values()].map(
		({
			target,
			status,
			reasons,
			scenarios: ids,
		}) => html`<tr><th scope="row">${target}</th><td>${statusMark(status)}</td>
<td>${joined(ids.map((id) => html`<a href="#${anchor(id)}">${id}</a>`))}</td>
<td class="words">${reasons.length === 0 ? "no reason given" : reasons.map((reason) => html`<div>${reason}</div>`)}</td></tr>\n`,
	)}${left_out.map(
		({ label, reason }) =>
			html`<tr><th scope="row">${label}</th><td>not set up</td><td>every one</td><td class="words">${reason}</td></tr>\n`,
	)}</tbody></table>`,
)}`;
}
