/** This part shows the charts of a scenario, each with a caption that explains it. */
import type { ScenarioComparison } from "../../../shared/types.ts";
import { distributionChart } from "../charts/distribution.ts";
import { memoryChart } from "../charts/memory.ts";
import { phasesChart } from "../charts/phases.ts";
import { positionChart, timelineCharts } from "../charts/timeline.ts";
import { html, type Markup } from "../markup.ts";
import { chartFigure, legend } from "../parts.ts";
import type { ShownTarget, View } from "../view.ts";
import { renderMemory } from "./memory.ts";
import { renderStages } from "./stages.ts";

const CAPTIONS = {
	distribution:
		"Latency, one row per process: each tick is a fortieth of its messages, the thick one the median.",
	position: "Median latency by the message's place in its iteration, over all iterations.",
	phases: html`The first message of a fresh process (cold, hollow), the first of a fresh runtime in a warm
		process (half), and later ones (steady, full). Medians.`,
	memory: "Resident memory while messages were sent: the bar ends at the peak; line: start, dot: end.",
};

export function renderCharts(scenario: ScenarioComparison, view: View): Markup {
	const targets = view.targets.filter(({ id }) => scenario.cells[id]);
	const columns = [
		[distribution(scenario, view), position(scenario, view, targets)],
		[phases(scenario, view), memory(scenario, view)],
	].filter((column) => column.some(Boolean));
	const charts = html`<div class="charts">${columns.map((column) => html`<div>${column}</div>`)}</div>`;
	return html`${columns.length > 0 && charts}
		${timelines(scenario, view)}
		${renderStages(scenario, view, targets)}
		${renderMemory(scenario, targets)}`;
}

function distribution(scenario: ScenarioComparison, view: View): Markup | null {
	const chart = distributionChart(scenario, view);
	return chart && chartFigure(chart, CAPTIONS.distribution, "distribution");
}

function position(scenario: ScenarioComparison, view: View, targets: readonly ShownTarget[]): Markup | null {
	const chart = positionChart(scenario, view);
	return chart && chartFigure(html`${legend(targets)}${chart}`, CAPTIONS.position, "position");
}

function phases(scenario: ScenarioComparison, view: View): Markup | null {
	const chart = phasesChart(scenario, view);
	return chart && chartFigure(chart, CAPTIONS.phases, "phases");
}

function memory(scenario: ScenarioComparison, view: View): Markup | null {
	const chart = memoryChart(scenario, view);
	return chart && chartFigure(chart, CAPTIONS.memory, "memory");
}

function timelines(scenario: ScenarioComparison, view: View): Markup | null {
	const charts = timelineCharts(scenario, view);
	if (charts.length === 0) return null;
	const panels = charts.map(({ target: { swatch, label }, picture }) =>
		chartFigure(picture, html`${swatch}${label}`, "timeline"),
	);
	return html`<h4>From the first message to the last</h4>
		<div class="panels">${panels}</div>
		<p class="quiet">
			One line per process, medians of neighbouring messages. Every panel has its own scale.
		</p>`;
}
