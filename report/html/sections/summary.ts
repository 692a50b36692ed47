/** The summary says which target leads in what, by how much, and what is left out and why. */
import { countedDifferences } from "../../../analysis/compare/counted.ts";
import type { CategoryStanding } from "../../../shared/types.ts";
import { COUNTED } from "../../text/counted.ts";
import { metricLabel } from "../../text/metrics.ts";
import { othersOf, referenceOf } from "../../text/ratio.ts";
import { ratioText } from "../../text/units.ts";
import { categoryText } from "../../text/verdict.ts";
import { type ForestGroup, forestChart } from "../charts/forest.ts";
import { html, joinContents, type Markup } from "../markup.ts";
import {
	cellValue,
	chartFigure,
	columnHead,
	DASH,
	details,
	numberHead,
	row,
	section,
	table,
	targetHead,
} from "../parts.ts";
import type { View } from "../view.ts";
import { countWins } from "../wins.ts";
import { renderExceptions } from "./exceptions.ts";

const FOREST_CAPTION = html`How many times worse than the category's leader, with 95 % intervals. An interval
	that includes 1 shows no difference. Where targets share the lead, the first of them is the reference.`;

export function renderSummary(view: View): Markup {
	const { categories, scenarios } = view.comparison;
	if (categories.length === 0 && scenarios.length === 0)
		return section("summary", "Summary", html`<p>Nothing was measured.</p>`);
	const counted = COUNTED.map((of) => renderCounted(of, view));
	return section("summary", "Summary", renderCategories(view), counted, renderExceptions(view));
}

/** Says what targets ask of the model, or of a server, where they differ in it. */
function renderCounted(
	{ asked, title, why }: (typeof COUNTED)[number],
	{ comparison, targets, anchor }: View,
): Markup | null {
	const lines = countedDifferences(comparison.scenarios, asked);
	if (lines.length === 0) return null;
	const rows = lines.map(({ scenario: { id, cells }, row: metric }) =>
		row(
			html`<a href="#${anchor(id)}">${id}</a>`,
			html`<td>${metricLabel(metric)}</td>`,
			targets.map((target) => {
				const status = cells[target.id]?.status;
				return html`<td class="num">${cellValue(metric, target.id, status)}</td>`;
			}),
		),
	);
	const counts = table({
		label: title,
		kind: "figures",
		head: [columnHead("Scenario"), columnHead("Per message"), targets.map(targetHead)],
		body: rows,
	});
	return html`<h3>${title}</h3>
		<p class="quiet">Counted, where targets differ. ${why}</p>
		${counts}`;
}

function renderCategories(view: View): Markup {
	const { categories } = view.comparison;
	if (categories.length === 0)
		return html`<p>No category has two comparable targets, so none has a leader.</p>`;
	const leaders = table({
		label: "Who leads in each category",
		kind: "summary",
		head: [
			columnHead("Category"),
			columnHead("Winner (geometric mean, 95 % interval)"),
			numberHead("Scenarios"),
			columnHead("Left out"),
		],
		body: categories.map((category) => categoryRow(category, view)),
	});
	const charts = categories.map((category) => categoryChart(category, view));
	return html`${leaders}
		<div class="columns">${overallChart(view)}${renderWins(view)}</div>
		${details("The ratios behind the mean of each category", html`<div class="charts">${charts}</div>`)}`;
}

function categoryRow(one: CategoryStanding, view: View): Markup {
	const { category, cells, left_out, standing } = one;
	const counted = new Set(cells.map(({ scenario }) => scenario)).size;
	const kind = standing.winner !== null && html` class="h0"`;
	return row(
		category,
		html`<td${kind}>${categoryText(one, view.comparison.targets)}</td>`,
		html`<td class="num">${counted} of ${counted + left_out.length}</td>`,
		html`<td>${joinContents(left_out.map((id) => leftOutScenario(id, view)))}</td>`,
	);
}

/** Names a scenario with the targets that keep it out of the mean. */
function leftOutScenario(id: string, { comparison: { scenarios }, targets, anchor }: View): Markup {
	const cells = scenarios.find((one) => one.id === id)?.cells ?? {};
	const who = targets.flatMap(({ id: target, label }) => {
		const status = cells[target]?.status;
		return status === "comparable" ? [] : [`${label} ${status ?? "not run"}`];
	});
	return html`<a href="#${anchor(id)}">${id}</a>${who.length > 0 && html` (${who.join(", ")})`}`;
}

function overallChart(view: View): Markup {
	const groups = view.comparison.categories.map(({ category, standing }): ForestGroup => {
		const reference = referenceOf(standing);
		const lead = standing.winner === null ? "no winner" : "wins";
		return {
			title: `${category}: compared with ${view.label(reference ?? "")} (${lead})`,
			rows: othersOf(standing),
		};
	});
	const said = groups.flatMap(({ title, rows }) =>
		rows.map(({ id, ratio }) => `${title}, ${view.label(id)} ${ratioText(ratio)}`),
	);
	const title = "How many times worse than the leader, by category";
	return chartFigure(
		forestChart({ title, description: said.join("; ") }, groups, view),
		FOREST_CAPTION,
		"wide",
	);
}

/** Shows where each target wins, because the mean of a category can hide that. */
function renderWins({ comparison, targets, anchor }: View): Markup {
	const links = (ids: readonly string[]) => {
		const list = joinContents(ids.map((id) => html`<a href="#${anchor(id)}">${id}</a>`));
		return ids.length === 0 ? DASH : html`<b>${ids.length}</b> <small>${list}</small>`;
	};
	const rows = targets.map(({ swatch, label, id }) => {
		const { wins, shares, behind, others } = countWins(comparison, id);
		return row(
			html`${swatch}${label}`,
			html`<td>${links(wins)}</td>`,
			html`<td>${links(shares)}</td>`,
			html`<td class="num">${behind.length}</td>`,
			html`<td class="num">${others.length}</td>`,
		);
	});
	const wins = table({
		label: "Who leads in which scenarios",
		head: [
			columnHead("Target"),
			columnHead("Wins"),
			columnHead("Shares the lead"),
			numberHead("Behind"),
			numberHead("Not compared"),
		],
		body: rows,
	});
	return html`<div class="wins">
		<h3>Scenario by scenario</h3>
		${wins}
		<p class="quiet">By each scenario's deciding metric, among comparable targets.</p>
	</div>`;
}

function categoryChart({ category, cells, standing, measure }: CategoryStanding, view: View): Markup | null {
	const reference = referenceOf(standing);
	// The ratios of a category's scenarios say nothing of its growth.
	if (reference === null || measure === "growth") return null;
	const groups = cells.flatMap(({ scenario, metric }): ForestGroup[] => {
		const rows = view.comparison.scenarios.find(({ id }) => id === scenario)?.rows;
		const found = rows?.find((one) => one.metric === metric);
		if (!found?.standing) return [];
		const others = othersOf({ ...found.standing, winner: reference });
		const several = cells.filter((other) => other.scenario === scenario).length > 1;
		const title = several ? `${scenario}, ${metricLabel(found)}` : scenario;
		return others.length === 0 ? [] : [{ title, rows: others }];
	});
	if (groups.length === 0) return null;
	const label = view.label(reference);
	const about = {
		title: `Ratios of ${category}, scenario by scenario`,
		description: `Times worse than ${label}`,
	};
	return html`<div>
		<h4>${category}: times worse than ${label}</h4>
		${forestChart(about, groups, view)}
	</div>`;
}
