/** This section shows every scenario and metric for every target: values, intervals, ratios. */
import type { ComparisonRow, ScenarioComparison } from "../../../shared/types.ts";
import { withoutVerdictText } from "../../text/counted.ts";
import { metricLabel } from "../../text/metrics.ts";
import { standingText } from "../../text/verdict.ts";
import { html, type Markup } from "../markup.ts";
import { cellValue, DASH, section, shadeOf, statusMark, table } from "../parts.ts";
import type { ShownTarget, View } from "../view.ts";

interface Line {
	scenario: ScenarioComparison;
	metric: ComparisonRow;
	categories: readonly string[];
}

/**
 * Targets compete in these metrics. At first the deciding one of each scenario is shown. The script shows
 * others.
 */
export function renderMatrix(view: View): Markup {
	const { categories, calibration } = view.comparison;
	// Its ratios are about engines, and have a section of their own.
	const scenarios = view.comparison.scenarios.filter(({ id }) => id !== calibration?.scenario);
	const inCategory = categories.map(({ category, cells, left_out }) => ({
		category,
		ids: new Set([...cells.map(({ scenario }) => scenario), ...left_out]),
	}));
	const lines = scenarios.flatMap((scenario): Line[] => {
		const own = inCategory.filter(({ ids }) => ids.has(scenario.id)).map(({ category }) => category);
		return scenario.rows
			.filter(({ better, metric }) => better !== "none" || metric === scenario.deciding_metric)
			.map((metric) => ({ scenario, metric, categories: own }));
	});
	if (lines.length === 0) return section("table", "Scenarios by target", html`<p>No figures.</p>`);
	return section(
		"table",
		"Scenarios by target",
		html`<p>
			The colour shows the ratio to the best comparable target of the row, on a logarithmic scale. The ratio is
			beside the figure.<span class="scripted"> Click a heading to sort.</span>
		</p>`,
		controls(
			lines,
			inCategory.map(({ category }) => category),
			view.targets,
		),
		scale(),
		table({
			label: "Scenarios by target",
			kind: "heat",
			id: "matrix",
			head: [sortHead("Scenario"), view.targets.map(targetSortHead), sortHead("Verdict")],
			body: lines.map((line) => lineRow(line, view)),
		}),
	);
}

function sortHead(text: string): Markup {
	return html`<th scope="col" aria-sort="none"><span class="sort">${text}</span></th>`;
}

function targetSortHead({ swatch, label, index }: ShownTarget): Markup {
	const name = html`<span class="sort">${swatch}${label}</span>`;
	return html`<th scope="col" class="num" data-t="${index}" aria-sort="none">${name}</th>`;
}

function controls(
	lines: readonly Line[],
	categories: readonly string[],
	targets: readonly ShownTarget[],
): Markup {
	const metrics = new Map(lines.map(({ metric }) => [metric.metric, metricLabel(metric)]));
	const options = [...metrics].map(([id, label]) => html`<option value="${id}">${label}</option>`);
	const boxes = targets.map(({ label, index }) => {
		const box = html`<input type="checkbox" name="target" value="${index}" checked>`;
		return html`<label>${box} ${label}</label> `;
	});
	return html`<form class="controls scripted" autocomplete="off">
		<label>Metric <select name="metric">
		<option value="">deciding metric of each scenario</option>
		${options}
		</select></label>
		<label>Category <select name="category">
		<option value="">all</option>
		${categories.map((category) => html`<option>${category}</option>`)}
		</select></label>
		<fieldset><legend>Targets</legend>${boxes}</fieldset>
		<output></output>
	</form>`;
}

function scale(): Markup {
	const words = ["best", "to 1.1x", "1.5x", "2x", "4x", "8x", "16x", "more"];
	const items = words.map((word, shade) => html`<li class="h${shade}">${word}</li>`);
	return html`<ul class="scale" aria-label="Colours">${items}<li>~ other work</li></ul>`;
}

function lineRow({ scenario, metric, categories }: Line, view: View): Markup {
	const { id, deciding_metric, cells } = scenario;
	const keys = html` data-m="${metric.metric}" data-c="${categories.join(" ")}"`;
	const shown = metric.metric === deciding_metric ? html` data-h` : html` hidden`;
	const head = html`<a href="#${view.anchor(id)}">${id}</a><small>${metricLabel(metric)}</small>`;
	const values = view.targets.map((target) => valueCell(metric, target, cells[target.id]?.status));
	const verdict = metric.standing
		? standingText(metric.standing, view.comparison.targets)
		: withoutVerdictText(metric.metric);
	return html`<tr${keys}${shown}>
		<th scope="row">${head}</th>${values}<td class="words">${verdict}</td>
	</tr>\n`;
}

function valueCell(
	metric: ComparisonRow,
	{ id, index }: ShownTarget,
	status: ScenarioComparison["cells"][string]["status"] | undefined,
): Markup {
	if (status === undefined) return html`<td data-t="${index}">${DASH}</td>`;
	if (status === "unsupported" || status === "failed")
		return html`<td data-t="${index}">${statusMark(status)}</td>`;
	const value = metric.values[id] ?? null;
	const ratio = metric.ratios[id] ?? null;
	const valueKey = value !== null && html` data-v="${Number(value.toPrecision(6))}"`;
	const ratioKey = ratio !== null && html` data-f="${Number(ratio.toPrecision(5))}"`;
	const shade = ratio !== null ? `h${shadeOf(ratio)}` : status === "divergent" ? "other" : null;
	const kind = shade !== null && html` class="${shade}"`;
	const content = html`${leadMark(metric, id)}${cellValue(metric, id, status)}`;
	return html`<td data-t="${index}"${valueKey}${ratioKey}${kind}>${content}</td>`;
}

/** Marks the winner, or the targets that share the lead. */
function leadMark({ standing }: ComparisonRow, id: string): Markup | null {
	if (!standing?.leaders.includes(id)) return null;
	if (standing.winner === id) return html`<em>wins</em>`;
	return standing.leaders.length > 1 ? html`<em>tie</em>` : null;
}
