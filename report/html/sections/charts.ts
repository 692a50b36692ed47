/** The charts of a scenario, each with what it takes to read it. */
import type { ScenarioComparison } from "../../../shared/types.ts";
import { STAGES, stageLabel } from "../../text/stages.ts";
import { countText, valueText } from "../../text/units.ts";
import { memoryChart, phasesChart, stagesChart } from "../charts/cell.ts";
import { distributionChart } from "../charts/distribution.ts";
import { positionChart, timelineCharts } from "../charts/timeline.ts";
import { html, type Markup } from "../markup.ts";
import { beside, details, figureOf, legend, targetTable } from "../parts.ts";
import type { ShownTarget, View } from "../view.ts";

/** An observer that costs more than this bends what it shows. */
export const COSTLY = 0.05;

export function pictures(scenario: ScenarioComparison, view: View): Markup {
	const targets = view.targets.filter(({ id }) => scenario.cells[id]);
	const distribution = distributionChart(scenario, view);
	const phases = phasesChart(scenario, view);
	const memory = memoryChart(scenario, view);
	const position = positionChart(scenario, view);
	const timelines = timelineCharts(scenario, view);
	const columns = [
		[
			distribution &&
				figureOf(
					distribution,
					"Latency, a row a process: each tick is a fortieth of its messages, the thick one the median.",
					"distribution",
				),
			position &&
				html`<figure class="position">${legend(targets)}${position}<figcaption>Median latency by the message's place in its iteration, over all iterations.</figcaption></figure>`,
		],
		[
			phases &&
				figureOf(
					phases,
					"The first message of a fresh process (cold, hollow), the first of a fresh runtime in a warm process (half), and later ones (steady, full). Medians.",
					"phases",
				),
			memory &&
				figureOf(
					memory,
					"Resident memory while messages were sent: bar to the peak, line at the start, dot at the end.",
					"memory",
				),
		],
	].filter((column) => column.some(Boolean));
	return html`${columns.length > 0 && html`<div class="charts">${columns.map((column) => html`<div>${column}</div>`)}</div>`}
${
	timelines.length > 0 &&
	html`<h4>From the first message to the last</h4>
<div class="panels">${timelines.map(({ target: { swatch, label }, picture }) => figureOf(picture, html`${swatch}${label}`, "timeline"))}</div>
<p class="quiet">One line a process, medians of neighbouring messages; every panel has a scale of its own.</p>`
}
${pipeline(scenario, view, targets)}
${residence(scenario, targets)}`;
}

function pipeline(scenario: ScenarioComparison, view: View, targets: readonly ShownTarget[]): Markup | null {
	const chart = stagesChart(scenario, view);
	if (!chart) return null;
	const of = ({ id }: ShownTarget) => scenario.cells[id]?.detail.pipeline ?? null;
	const costly = targets.filter((target) => (of(target)?.observer_cost ?? 0) > COSTLY);
	const stages = STAGES.filter((stage) =>
		targets.some((target) => of(target)?.stages.some((row) => row.stage === stage && row.self_ms > 0)),
	);
	const rows = stages.map((stage) => ({
		label: html`<span class="stage" style="background:var(--s-${stage})"></span>${stageLabel(stage)}`,
		cells: targets.map((target) => stageText(of(target), stage)),
	}));
	const extra = [
		{
			label: "provider overlap",
			cells: targets.map((target) => valueText(of(target)?.provider_overlap, "factor")),
		},
		{
			label: "observer cost",
			cells: targets.map((target) => {
				const cost = of(target)?.observer_cost;
				return html`${valueText(cost, "share")}${(cost ?? 0) > COSTLY && html` <em class="mark">above 5 %</em>`}`;
			}),
		},
	];
	const chartAndNames = html`${figureOf(chart, "Self times as shares of a message, from observed iterations. Unattributed: in no stage. Targets are not compared by stages.", "stages")}
${costly.map(
	({ label }) =>
		html`<p class="warning"><strong>Observer cost above 5 %.</strong> ${label}: observing made its messages slower; read the shares with care.</p>`,
)}
${named(scenario, targets)}`;
	const table = targetTable({ targets }, `Self time per message of ${scenario.id}`, "Stage", [
		...rows,
		...extra,
	]);
	return html`<h4>Where the time of a message goes</h4>${beside(targets, chartAndNames, table)}`;
}

type Pipeline = ScenarioComparison["cells"][string]["detail"]["pipeline"];

function stageText(pipeline: Pipeline, stage: (typeof STAGES)[number]): Markup | string {
	if (!pipeline) return valueText(null, "ms");
	if (pipeline.not_observable.includes(stage)) return html`<span class="quiet">not observable</span>`;
	const row = pipeline.stages.find((one) => one.stage === stage);
	// What can be observed and was not seen did not run.
	return html`<b>${valueText(row?.self_ms ?? 0, "ms")}</b> <i>${valueText(row?.share ?? 0, "share")}</i>`;
}

/** The slowest by name, for who wants to know what to make faster. */
function named({ id, cells }: ScenarioComparison, targets: readonly ShownTarget[]): Markup | null {
	const of = (target: ShownTarget) => cells[target.id]?.detail.pipeline?.named ?? [];
	const keys = [
		...new Set(
			targets.flatMap((target) => of(target).map(({ stage, name }) => JSON.stringify([stage, name]))),
		),
	];
	if (keys.length === 0) return null;
	const rows = keys.map((key) => {
		const [stage = "", name = ""] = JSON.parse(key) as string[];
		const cellsOf = targets.map((target) => {
			const row = of(target).find((one) => one.stage === stage && one.name === name);
			return row
				? html`<b>${valueText(row.inclusive_ms, "ms")}</b> <i>${countText(row.calls)} ${row.calls === 1 ? "call" : "calls"}</i>`
				: valueText(null, "ms");
		});
		return { label: html`${name} <span class="quiet">${stage}</span>`, cells: cellsOf };
	});
	return details(
		"The slowest providers, actions and evaluators",
		targetTable({ targets }, `Inclusive time per message of ${id}, at most ten a target`, "Name", rows),
	);
}

type Resources = NonNullable<ScenarioComparison["cells"][string]["detail"]["resources"]>;

/** What the metrics' table does not have. */
function residence({ id, cells }: ScenarioComparison, targets: readonly ShownTarget[]): Markup | null {
	const of = ({ id: target }: ShownTarget) => cells[target]?.detail.resources ?? null;
	if (targets.every((target) => of(target) === null)) return null;
	const row = (
		label: string,
		unit: "mb" | "kb" | "count" | "ms",
		value: (resources: Resources) => number | null,
	) => ({
		label,
		cells: targets.map((target) => {
			const resources = of(target);
			return valueText(resources && value(resources), unit);
		}),
	});
	return details(
		"Memory and collections in figures",
		targetTable({ targets }, `Memory and collections of ${id}`, "Resident memory, heap, pauses", [
			row("At the start (MB)", "mb", (found) => found.memory_rss_start_mb),
			row("Peak (MB)", "mb", (found) => found.memory_rss_peak_mb),
			row("At the end (MB)", "mb", (found) => found.memory_rss_end_mb),
			row("End less start (MB)", "mb", (found) => found.memory_delta_mb),
			row("Growth (KB/msg)", "kb", (found) => found.memory_growth_kb_per_message),
			row("Own heap (MB)", "mb", (found) => found.memory_heap_mb),
			row("Collections", "count", (found) => found.gc_pauses_count),
			row("Pauses, total", "ms", (found) => found.gc_pause_total_ms),
			row("Pauses, longest", "ms", (found) => found.gc_pause_max_ms),
			row("Allocations/msg", "count", (found) => found.allocations_per_message),
			row("Allocated (KB/msg)", "kb", (found) => found.allocated_kb_per_message),
		]),
	);
}
