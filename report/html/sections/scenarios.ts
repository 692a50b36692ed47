/** One scenario after the other: what it asks, who may take part, and everything that was measured. */
import type { ComparisonRow, ScenarioComparison } from "../../../shared/types.ts";
import { decidingRow, metricLabel } from "../../text/metrics.ts";
import { reasonText } from "../../text/reasons.ts";
import { standingText } from "../../text/verdict.ts";
import { html, type Markup } from "../markup.ts";
import { beside, DASH, scrolling, section, statusMark, targetHead, valueParts } from "../parts.ts";
import type { ShownTarget, View } from "../view.ts";
import { pictures } from "./charts.ts";
import { commands, pairs, work } from "./evidence.ts";

export function scenarios(view: View): Markup {
	return section(
		"scenarios",
		"Every scenario",
		html`<p class="scripted"><button type="button" data-open="scenario">Open all</button> <button type="button" data-close="scenario">Close all</button></p>`,
		view.comparison.scenarios.map((scenario) => one(scenario, view)),
	);
}

function one(scenario: ScenarioComparison, view: View): Markup {
	const { id, name, question, cells, rows, deciding_metric, iterations, warmup } = scenario;
	const deciding = decidingRow({ rows, deciding_metric });
	const targets = view.targets.filter((target) => cells[target.id]);
	const verdict = deciding?.standing
		? standingText(deciding.standing, view.comparison.targets)
		: "no verdict";
	return html`<details class="scenario"><summary><h3>${id}</h3> <span class="question">${question}</span> <span class="verdict">${verdict}</span></summary>
<div class="inside"><span class="anchor" id="${view.anchor(id)}"></span>
<p class="about"><strong>${name}.</strong> ${iterations} iterations, ${warmup} for warm-up in every process.${deciding ? html` Decided by: ${metricLabel(deciding)}.` : null}</p>
${statuses(scenario, targets)}
${metrics(scenario, targets)}
${pictures(scenario, view)}
${beside(targets, work(scenario, targets), pairs(scenario, view))}
${commands(scenario, targets)}
</div></details>\n`;
}

function statuses({ cells }: ScenarioComparison, targets: readonly ShownTarget[]): Markup {
	return html`<ul class="statuses">${targets.map(({ id, swatch, label }) => {
		const cell = cells[id];
		if (!cell) return null;
		return html`<li>${swatch}<strong>${label}</strong> ${statusMark(cell.status)} <span class="quiet">${processes(cell)}</span>${
			cell.reasons.length === 0
				? null
				: html`<ul>${cell.reasons.map((reason) => html`<li>${reasonText(reason)}</li>`)}</ul>`
		}</li>`;
	})}</ul>`;
}

function processes({
	processes: count,
	disturbed,
	repeated,
	steadiness,
	outliers,
	mad_outliers,
}: ScenarioComparison["cells"][string]): string {
	const judged = Object.entries(steadiness).map(([word, times]) => `${times} ${word}`);
	return [
		`${count} ${count === 1 ? "process" : "processes"}${judged.length > 0 ? ` (${judged.join(", ")})` : ""}`,
		...(repeated > 0 ? [`${repeated} disturbed and repeated`] : []),
		...(disturbed > 0 ? [`${disturbed} disturbed, counted all the same`] : []),
		...(outliers + mad_outliers > 0 ? [`outliers: ${outliers} beyond 3 sd, ${mad_outliers} by MAD`] : []),
	].join(" · ");
}

const SECTIONS = [
	["main", "Time"],
	["memory", "Memory and collections"],
	["pipeline", "Pipeline, inclusive, per message"],
] as const;

function metrics(
	{ id, rows, deciding_metric, cells }: ScenarioComparison,
	targets: readonly ShownTarget[],
): Markup | null {
	if (rows.length === 0) return null;
	const tables = SECTIONS.flatMap(([part, title]) => {
		const own = rows.filter(({ section: where }) => where === part);
		if (own.length === 0) return [];
		const body = own.map((row) => metricRow(row, row.metric === deciding_metric, targets, cells));
		return [
			scrolling(
				`${title} of ${id}`,
				html`<table class="figures"><thead><tr><th scope="col">${title}</th>${targets.map(targetHead)}</tr></thead><tbody>${body}</tbody></table>`,
			),
		];
	});
	const [first, ...others] = tables;
	return beside(targets, first ?? null, others.length > 0 && html`${others}`);
}

function metricRow(
	row: ComparisonRow,
	decides: boolean,
	targets: readonly ShownTarget[],
	cells: ScenarioComparison["cells"],
): Markup {
	const indented = row.parent !== null && row.section === "main";
	return html`<tr${decides ? html` class="decides"` : null}><th scope="row"${indented ? html` class="sub"` : null}>${row.label}</th>${targets.map(
		({ id }) => html`<td>${cells[id] ? valueParts(row, id, cells[id].status) : DASH}</td>`,
	)}</tr>\n`;
}
