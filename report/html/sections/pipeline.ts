/** Where the time goes, over all scenarios: a heatmap a target. */
import type { ComparisonFile, StageName } from "../../../shared/types.ts";
import { STAGES, stageLabel } from "../../text/stages.ts";
import { html, type Markup } from "../markup.ts";
import { scrolling, section } from "../parts.ts";
import type { ShownTarget, View } from "../view.ts";
import { COSTLY } from "./charts.ts";

type Cell = ComparisonFile["scenarios"][number]["cells"][string];

export function pipelineHeatmap(view: View): Markup | null {
	const maps = view.targets.flatMap((target) => heatmap(target, view) ?? []);
	if (maps.length === 0) return null;
	return section(
		"pipeline",
		"Where the time goes",
		html`<p>Self time of each stage as a percentage of a message, scenario by scenario: a row adds up to 100. <b>·</b> under half a percent, <b>0</b> did not run, <b>n/o</b> not observable in this framework (its time is in the stage around it), <b>~</b> divergent, <b>†</b> the observer cost more than 5 %. Read along a row: stages explain one target, they do not compare two.</p>`,
		maps,
	);
}

function heatmap(
	{ id, swatch, label }: ShownTarget,
	{ comparison: { scenarios, pipelines }, anchor }: View,
): Markup | null {
	const rows = scenarios.flatMap((scenario) => {
		const cell = scenario.cells[id];
		return cell?.detail.pipeline
			? [{ scenario: scenario.id, status: cell.status, pipeline: cell.detail.pipeline }]
			: [];
	});
	if (rows.length === 0) return null;
	const stages = STAGES.filter((stage) =>
		rows.some(
			({ pipeline }) =>
				pipeline.not_observable.includes(stage) ||
				(pipeline.stages.find((row) => row.stage === stage)?.share ?? 0) > 0.0005,
		),
	);
	const mean = pipelines.find(({ target }) => target === id);
	const body = rows.map(
		({ scenario, status, pipeline }) =>
			html`<tr><th scope="row"><a href="#${anchor(scenario)}">${scenario}</a>${status === "divergent" && html` ~`}${
				(pipeline.observer_cost ?? 0) > COSTLY && html` †`
			}</th>${stages.map((stage) => shareCell(shareOf(pipeline, stage)))}</tr>\n`,
	);
	const foot =
		mean &&
		html`<tfoot><tr><th scope="row">mean of ${mean.scenarios} comparable</th>${stages.map((stage) =>
			shareCell(
				rows.every(({ pipeline }) => pipeline.not_observable.includes(stage))
					? "n/o"
					: (mean.shares[stage] ?? 0),
			),
		)}</tr></tfoot>`;
	return html`<h3>${swatch}${label}</h3>
${scrolling(
	`Stages of ${label}`,
	html`<table class="stages"><thead><tr><th scope="col">Scenario</th>${stages.map(
		(stage) => html`<th scope="col"><span>${stageLabel(stage)}</span></th>`,
	)}</tr></thead><tbody>${body}</tbody>${foot}</table>`,
)}`;
}

function shareOf(
	{ stages, not_observable }: NonNullable<Cell["detail"]["pipeline"]>,
	stage: StageName,
): number | "n/o" {
	if (not_observable.includes(stage)) return "n/o";
	// What can be observed and was not seen did not run.
	return stages.find((row) => row.stage === stage)?.share ?? 0;
}

const LIMITS = [0.005, 0.03, 0.07, 0.15, 0.3, 0.5, 0.7];

function shareCell(share: number | "n/o"): Markup {
	if (share === "n/o") return html`<td class="other">n/o</td>`;
	const found = LIMITS.findIndex((limit) => share < limit);
	const shade = found < 0 ? LIMITS.length : found;
	const text = share === 0 ? "0" : share < 0.005 ? "·" : (100 * share).toFixed(0);
	return html`<td${shade > 0 && html` class="p${shade}"`}>${text}</td>`;
}
