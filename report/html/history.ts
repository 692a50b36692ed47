/** This page shows histories: the changes first, then a chart for each series. */
import type { HistoryFile, HistorySeries } from "../../shared/types.ts";
import { changeWord, movedText } from "../text/change.ts";
import { HISTORY_WORDS, seriesLabel, versionsText } from "../text/history.ts";
import { dayText, valueText } from "../text/units.ts";
import { endOfBars, historyChart } from "./charts/history.ts";
import { renderDocument, type Surroundings } from "./document.ts";
import { html, type Markup } from "./markup.ts";
import { chartFigure, columnHead, row, section, table } from "./parts.ts";

export function renderHistoryPage(history: HistoryFile, around?: Surroundings): string {
	const { runs, series, over } = history;
	const { title, change, changes } = HISTORY_WORDS[over];
	const found = series.flatMap((one) => one.changes).length;
	const count = found === 0 ? `No ${change}.` : `${found} ${found === 1 ? change : changes}.`;
	return renderDocument({
		title: `Eliza framework benchmark, ${title.toLowerCase()}`,
		body: html`<div class="page">
			<header>
			<h1>${title}</h1>
			<p class="lead">${runs} ${over}, ${series.length} series. ${count}</p>
			</header>
			<main>
			${found > 0 && section("changes", "What changed", changeTable(changesOf(history), over))}
			${section(
				"series",
				"Every series",
				renderReading(over),
				series.map((one, index) => renderSeries(one, anchorOf(index), over)),
			)}
			</main>
			</div>`,
		around,
	});
}

export function anchorOf(index: number): string {
	return `series-${index}`;
}

/** One change, with the address of the chart that shows it. */
export interface ShownChange {
	series: HistorySeries;
	change: HistorySeries["changes"][number];
	href: string;
}

function changesOf({ series }: HistoryFile): ShownChange[] {
	return series.flatMap((one, index) =>
		one.changes.map((change) => ({ series: one, change, href: `#${anchorOf(index)}` })),
	);
}

/** Lists changes, with their machines where these differ. */
export function changeTable(
	changes: readonly ShownChange[],
	over: HistoryFile["over"],
	order = "the worst first",
): Markup {
	const words = HISTORY_WORDS[over].changes;
	const title = words.slice(0, 1).toUpperCase() + words.slice(1);
	const place = over === "runs" ? "From" : "Stage";
	const machines = new Set(changes.map(({ series }) => series.machine));
	const head = ["Scenario", "Target", "Metric", place, "Version", "Change (95 %)"];
	return table({
		label: title,
		caption: `${title}, ${order}`,
		kind: "figures",
		head: [...head, ...(machines.size > 1 ? ["Machine"] : [])].map(columnHead),
		body: changes.map((one) => changeRow(one, over, machines.size > 1)),
	});
}

function changeRow(
	{ series, change, href }: ShownChange,
	over: HistoryFile["over"],
	showsMachine: boolean,
): Markup {
	const { scenario, label, unit, machine } = series;
	const place = over === "runs" ? dayText(change.timestamp) : (change.stage ?? "-");
	const moved = `${changeWord({ change: change.change, unit })} ${movedText(change)}`;
	return row(
		html`<a href="${href}">${scenario}</a>`,
		html`<td class="words">${label}</td>`,
		html`<td class="words">${seriesLabel(series)}</td>`,
		html`<td class="words">${place}</td>`,
		html`<td class="words">${versionsText(change)}</td>`,
		html`<td>${moved}</td>`,
		showsMachine && html`<td class="words">${machine}</td>`,
	);
}

export function renderReading(over: HistoryFile["over"]): Markup {
	if (over === "versions")
		return html`<p class="quiet">
			A dot is a version, its bar the 95 % interval. All versions were measured in one run, in the same
			blocks. Neighbours are compared pair by pair, so a change can be significant where two bars overlap. A
			gap is a version that does not do what the scenario asks for.
		</p>`;
	return html`<p class="quiet">
		A dot is a run, its bar the 95 % interval, a step the level between two changes. Runs with another machine,
		scenario definition or setting are in another series. docs/history.md explains how changes are found, and
		how often wrongly.
	</p>`;
}

/** Says that bars are longer than they are drawn, where they are. */
function cutText(series: HistorySeries): string {
	const end = endOfBars(series);
	const cut = series.points.filter(({ value, interval }) => value !== null && (interval?.high ?? 0) > end);
	if (cut.length === 0) return "";
	return `${cut.length === 1 ? "1 bar is" : `${cut.length} bars are`} cut at ${valueText(end, series.unit)}.`;
}

/** Draws a series below its title, which has the id. */
export function renderSeries(series: HistorySeries, id: string, over: HistoryFile["over"]): Markup {
	const title = `${series.scenario}, ${series.label}: ${seriesLabel(series)}`;
	const chart = historyChart(series, title, over);
	if (!chart) return html`<h3 id="${id}">${title}</h3><p class="quiet">Never comparable.</p>`;
	const [first, last] = [series.points[0]?.version ?? "", series.points.at(-1)?.version ?? ""];
	const versions = versionsText({ version_before: first, version: last });
	return html`<h3 id="${id}">${title}</h3>
		${chartFigure(chart, html`${series.machine}. ${first === last ? "Version" : "Versions"} ${versions}. ${cutText(series)}`)}`;
}
