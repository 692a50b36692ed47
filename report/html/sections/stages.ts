/** This part shows the time of a scenario's messages, stage by stage. */
import type { ScenarioComparison, StageName } from "../../../shared/types.ts";
import { intervalText } from "../../text/ratio.ts";
import { STAGES, stageLabel } from "../../text/stages.ts";
import { countedText, valueText } from "../../text/units.ts";
import { stagesChart } from "../charts/stages.ts";
import { html, type Markup } from "../markup.ts";
import { beside, chartFigure, details, type TargetRow, targetTable } from "../parts.ts";
import type { ShownTarget, View } from "../view.ts";

/** An observer that significantly costs more than this share of a message's time biases the shares. */
export const COSTLY_OBSERVER = 0.05;

const CAPTION = html`Self times as shares of a message, from observed iterations. Unattributed: the time that
	no stage accounts for. Stages do not compare targets.`;

type Pipeline = ScenarioComparison["cells"][string]["detail"]["pipeline"];

export function renderStages(
	scenario: ScenarioComparison,
	view: View,
	targets: readonly ShownTarget[],
): Markup | null {
	const chart = stagesChart(scenario, view);
	if (!chart) return null;
	const pipelines = targets.map(({ id }) => scenario.cells[id]?.detail.pipeline ?? null);
	const costly = targets.filter((_, index) => isCostly(pipelines[index] ?? null));
	const table = targetTable({ targets }, `Self time per message of ${scenario.id}`, "Stage", [
		...stageRows(pipelines),
		{
			label: "provider overlap",
			cells: pipelines.map((pipeline) => valueText(pipeline?.provider_overlap, "factor")),
		},
		{ label: "observer cost", cells: pipelines.map(observerCost) },
	]);
	const chartAndNames = html`${chartFigure(chart, CAPTION, "stages")}
		${costly.map(renderCostWarning)}
		${renderSlowest(scenario, targets)}`;
	return html`<h4>Where the time of a message goes</h4>${beside(targets, chartAndNames, table)}`;
}

function stageRows(pipelines: readonly Pipeline[]): TargetRow[] {
	const shown = STAGES.filter((stage) =>
		pipelines.some((pipeline) => pipeline?.stages.some((row) => row.stage === stage && row.self_ms > 0)),
	);
	return shown.map((stage) => ({
		label: html`<span class="stage" style="background:var(--s-${stage})"></span>${stageLabel(stage)}`,
		cells: pipelines.map((pipeline) => stageCell(pipeline, stage)),
	}));
}

function stageCell(pipeline: Pipeline, stage: StageName): Markup | string {
	if (!pipeline) return valueText(null, "ms");
	if (pipeline.not_observable.includes(stage)) return html`<span class="quiet">not observable</span>`;
	const row = pipeline.stages.find((one) => one.stage === stage);
	// A stage that can be observed and was not seen did not run.
	return html`<b>${valueText(row?.self_ms ?? 0, "ms")}</b> <i>${valueText(row?.share ?? 0, "share")}</i>`;
}

/** Says whether the observer significantly costs more than that, and not only by chance. */
export function isCostly(pipeline: Pipeline): boolean {
	return (pipeline?.observer_cost_interval?.low ?? 0) > COSTLY_OBSERVER;
}

function observerCost(pipeline: Pipeline): Markup {
	const mark = isCostly(pipeline) && html` <em class="mark">above 5 %</em>`;
	const interval = pipeline?.observer_cost_interval;
	const range = interval && html` <i>${intervalText(interval, (share) => valueText(share, "share"))}</i>`;
	return html`${valueText(pipeline?.observer_cost, "share")}${range}${mark}`;
}

function renderCostWarning({ label }: ShownTarget): Markup {
	return html`<p class="warning">
		<strong>Observer cost above 5 %.</strong>
		The observer made messages of ${label} slower. Read the shares with care.
	</p>`;
}

/** Lists the slowest steps by name, for a reader who wants to know what to make faster. */
function renderSlowest({ id, cells }: ScenarioComparison, targets: readonly ShownTarget[]): Markup | null {
	const steps = targets.map((target) => cells[target.id]?.detail.pipeline?.named ?? []);
	const keys = new Set(steps.flat().map(({ stage, name }) => JSON.stringify([stage, name])));
	if (keys.size === 0) return null;
	const rows = [...keys].map((key) => {
		const [stage = "", name = ""] = JSON.parse(key) as string[];
		return {
			label: html`${name} <span class="quiet">${stage}</span>`,
			cells: steps.map((own) => stepCell(own.find((one) => one.stage === stage && one.name === name))),
		};
	});
	return details(
		"The slowest providers, actions and evaluators",
		targetTable({ targets }, `Inclusive time per message of ${id}, at most ten per target`, "Name", rows),
	);
}

type Step = NonNullable<Pipeline>["named"][number];

function stepCell(step: Step | undefined): Markup | string {
	if (!step) return valueText(null, "ms");
	return html`<b>${valueText(step.inclusive_ms, "ms")}</b> <i>${countedText(step.calls, "call")}</i>`;
}
