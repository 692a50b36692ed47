/** Every scenario and metric against every target: values, intervals, factors. */
import type { ComparisonRow, ScenarioComparison } from "../../../shared/types.ts";
import { metricLabel } from "../../text/metrics.ts";
import { standingText } from "../../text/verdict.ts";
import { html, type Markup } from "../markup.ts";
import { DASH, scrolling, section, shadeOf, statusMark, valueParts } from "../parts.ts";
import type { ShownTarget, View } from "../view.ts";

interface Line {
	scenario: ScenarioComparison;
	row: ComparisonRow;
}

/**
 * Metrics in which targets compete; the deciding one of each scenario is shown at first, the script shows
 * others.
 */
export function table(view: View): Markup {
	const { scenarios, categories } = view.comparison;
	const lines = scenarios.flatMap((scenario): Line[] =>
		scenario.rows
			.filter(({ better, metric }) => better !== "none" || metric === scenario.deciding_metric)
			.map((row) => ({ scenario, row })),
	);
	if (lines.length === 0) return section("table", "Scenarios by target", html`<p>No figures.</p>`);
	const inCategory = new Map(
		categories.map(({ category, cells, left_out }) => [
			category,
			new Set([...cells.map(({ scenario }) => scenario), ...left_out]),
		]),
	);
	const categoriesOf = (id: string) =>
		[...inCategory].filter(([, ids]) => ids.has(id)).map(([category]) => category);
	return section(
		"table",
		"Scenarios by target",
		html`<p>The colour is the factor to the best comparable target of the row, on a logarithmic scale; the factor stands beside the figure.<span class="scripted"> Click a heading to sort.</span></p>`,
		controls(lines, [...inCategory.keys()], view.targets),
		scale(),
		scrolling(
			"Scenarios by target",
			html`<table class="heat" id="matrix"><thead><tr>${heading("Scenario")}${view.targets.map(
				({ swatch, label, index }) =>
					html`<th scope="col" class="num" data-t="${index}" aria-sort="none"><span class="sort">${swatch}${label}</span></th>`,
			)}${heading("Verdict")}</tr></thead>
<tbody>${lines.map((line) => lineOf(line, categoriesOf(line.scenario.id), view))}</tbody></table>`,
		),
	);
}

function heading(text: string): Markup {
	return html`<th scope="col" aria-sort="none"><span class="sort">${text}</span></th>`;
}

function controls(
	lines: readonly Line[],
	categories: readonly string[],
	targets: readonly ShownTarget[],
): Markup {
	const metrics = new Map(lines.map(({ row }) => [row.metric, metricLabel(row)]));
	return html`<form class="controls scripted" autocomplete="off">
<label>Metric <select name="metric"><option value="">deciding metric of each scenario</option>${[
		...metrics,
	].map(([metric, label]) => html`<option value="${metric}">${label}</option>`)}</select></label>
<label>Category <select name="category"><option value="">all</option>${categories.map((category) => html`<option>${category}</option>`)}</select></label>
<fieldset><legend>Targets</legend>${targets.map(
		({ label, index }) =>
			html`<label><input type="checkbox" name="target" value="${index}" checked> ${label}</label> `,
	)}</fieldset>
<output></output>
</form>`;
}

function scale(): Markup {
	const words = ["best", "to 1.1x", "1.5x", "2x", "4x", "8x", "16x", "more"];
	return html`<ul class="scale" aria-label="Colours">${words.map((word, shade) => html`<li class="h${shade}">${word}</li>`)}<li>~ other work</li></ul>`;
}

function lineOf({ scenario, row }: Line, categories: readonly string[], view: View): Markup {
	const { id, deciding_metric, cells } = scenario;
	const decides = row.metric === deciding_metric;
	const { standing } = row;
	return html`<tr data-m="${row.metric}" data-c="${categories.join(" ")}"${decides ? html` data-h` : html` hidden`}><th scope="row"><a href="#${view.anchor(id)}">${id}</a><small>${metricLabel(row)}</small></th>${view.targets.map(
		(target) => valueCell(row, target, cells[target.id]?.status),
	)}<td class="words">${standing ? standingText(standing, view.comparison.targets) : "no verdict: fewer than two comparable"}</td></tr>\n`;
}

function valueCell(
	row: ComparisonRow,
	{ id, index }: ShownTarget,
	status: ScenarioComparison["cells"][string]["status"] | undefined,
): Markup {
	if (status === undefined) return html`<td data-t="${index}">${DASH}</td>`;
	if (status === "unsupported" || status === "failed")
		return html`<td data-t="${index}">${statusMark(status)}</td>`;
	const value = row.values[id] ?? null;
	const factor = row.ratios[id] ?? null;
	const keys = html`${value === null ? null : html` data-v="${Number(value.toPrecision(6))}"`}${factor === null ? null : html` data-f="${Number(factor.toPrecision(5))}"`}`;
	const shade = factor === null ? (status === "divergent" ? "other" : "") : `h${shadeOf(factor)}`;
	return html`<td data-t="${index}"${keys}${shade === "" ? null : html` class="${shade}"`}>${mark(row, id)}${valueParts(row, id, status)}</td>`;
}

/** Who has surely won, and who shares the lead. */
function mark({ standing }: ComparisonRow, id: string): Markup | null {
	if (!standing?.leaders.includes(id)) return null;
	if (standing.winner === id) return html`<em>wins</em>`;
	return standing.leaders.length > 1 ? html`<em>tie</em>` : null;
}
