/**
 * This section shows one scenario after the other: its question, the status of its cells, and everything that
 * was measured.
 */
import type { ComparisonRow, ScenarioComparison } from "../../../shared/types.ts";
import { decidingRow, metricLabel } from "../../text/metrics.ts";
import { reasonText } from "../../text/reasons.ts";
import { warmupText } from "../../text/run.ts";
import { countedText } from "../../text/units.ts";
import { standingText } from "../../text/verdict.ts";
import { html, type Markup } from "../markup.ts";
import { beside, cellValue, columnHead, DASH, section, statusMark, table, targetHead } from "../parts.ts";
import type { ShownTarget, View } from "../view.ts";
import { renderCharts } from "./charts.ts";
import { renderCommands, renderPairs, renderWork } from "./evidence.ts";

export function renderScenarios(view: View): Markup {
	return section(
		"scenarios",
		"Every scenario",
		html`<p class="scripted">
			<button type="button" data-open="scenario">Open all</button>
			<button type="button" data-close="scenario">Close all</button>
		</p>`,
		view.comparison.scenarios.map((scenario) => renderScenario(scenario, view)),
	);
}

function renderScenario(scenario: ScenarioComparison, view: View): Markup {
	const { id, question } = scenario;
	const standing = decidingRow(scenario)?.standing;
	const targets = view.targets.filter((target) => scenario.cells[target.id]);
	const verdict = standing ? standingText(standing, view.comparison.targets) : "no verdict";
	return html`<details class="scenario">
		<summary>
		<h3>${id}</h3>
		<span class="question">${question}</span>
		<span class="verdict">${verdict}</span>
		</summary>
		<div class="inside">
		<span class="anchor" id="${view.anchor(id)}"></span>
		${renderAbout(scenario)}
		${renderStatuses(scenario, targets)}
		${renderMetrics(scenario, targets)}
		${renderCharts(scenario, view)}
		${beside(targets, renderWork(scenario, targets), renderPairs(scenario, view))}
		${renderCommands(scenario, targets)}
		</div>
	</details>\n`;
}

function renderAbout(scenario: ScenarioComparison): Markup {
	const { name, iterations, warmup } = scenario;
	const deciding = decidingRow(scenario);
	const decides = deciding && html` Decided by: ${metricLabel(deciding)}.`;
	return html`<p class="about">
		<strong>${name}.</strong>
		${iterations} iterations, ${warmupText(warmup)} in every process.${decides}
	</p>`;
}

function renderStatuses({ cells }: ScenarioComparison, targets: readonly ShownTarget[]): Markup {
	const items = targets.flatMap(({ id, swatch, label }) => {
		const cell = cells[id];
		if (!cell) return [];
		const reasons = cell.reasons.map((reason) => html`<li>${reasonText(reason)}</li>`);
		return html`<li>
			${swatch}<strong>${label}</strong> ${statusMark(cell.status)}
			<span class="quiet">${processesText(cell)}</span>
			${reasons.length > 0 && html`<ul>${reasons}</ul>`}
		</li>`;
	});
	return html`<ul class="statuses">${items}</ul>`;
}

function processesText(cell: ScenarioComparison["cells"][string]): string {
	const { processes, disturbed, repeated, steadiness, outliers, mad_outliers } = cell;
	const judged = Object.entries(steadiness).map(([word, times]) => `${times} ${word}`);
	const steady = judged.length > 0 ? ` (${judged.join(", ")})` : "";
	return [
		`${countedText(processes, "process", "processes")}${steady}`,
		...(repeated > 0 ? [`${repeated} disturbed and repeated`] : []),
		...(disturbed > 0 ? [`${disturbed} disturbed, counted nevertheless`] : []),
		...(outliers + mad_outliers > 0 ? [`outliers: ${outliers} beyond 3 sd, ${mad_outliers} by MAD`] : []),
	].join(" · ");
}

const SECTIONS = [
	{ part: "main", title: "Time" },
	{ part: "memory", title: "Memory and collections" },
	{ part: "pipeline", title: "Pipeline, inclusive time per message" },
] as const;

function renderMetrics(scenario: ScenarioComparison, targets: readonly ShownTarget[]): Markup | null {
	const tables = SECTIONS.flatMap(({ part, title }) => {
		const own = scenario.rows.filter(({ section: where }) => where === part);
		if (own.length === 0) return [];
		return table({
			label: `${title} of ${scenario.id}`,
			kind: "figures",
			head: [columnHead(title), targets.map(targetHead)],
			body: own.map((metric) => metricRow(metric, scenario, targets)),
		});
	});
	const [first, ...others] = tables;
	return first ? beside(targets, first, others.length > 0 && html`${others}`) : null;
}

function metricRow(
	metric: ComparisonRow,
	{ cells, deciding_metric }: ScenarioComparison,
	targets: readonly ShownTarget[],
): Markup {
	const decides = metric.metric === deciding_metric && html` class="decides"`;
	const below = metric.parent !== null && html` class="sub"`;
	const values = targets.map(({ id }) => {
		const cell = cells[id];
		return html`<td>${cell ? cellValue(metric, id, cell.status) : DASH}</td>`;
	});
	return html`<tr${decides}><th scope="row"${below}>${metric.label}</th>${values}</tr>\n`;
}
