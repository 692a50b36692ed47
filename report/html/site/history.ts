/** The history of a site: a page with every change of level, and a page of charts for each scenario. */
import type { HistoryFile, HistorySeries } from "../../../shared/types.ts";
import { HISTORY_WORDS } from "../../text/history.ts";
import { onceText } from "../../text/site.ts";
import { countedText } from "../../text/units.ts";
import { anchorOf, changeTable, renderReading, renderSeries, type ShownChange } from "../history.ts";
import { html, type Markup } from "../markup.ts";
import { columnHead, numberHead, row, section, table } from "../parts.ts";
import { linkFrom, type SitePage, scenarioPath, sitePage } from "./frame.ts";

const PATH = "history.html";

/** The charts of one scenario, in the order of its page. */
interface ScenarioHistory {
	scenario: string;
	/** These have a line: two runs or more. */
	lines: readonly HistorySeries[];
	once: readonly HistorySeries[];
}

export function renderHistoryPages(history: HistoryFile): SitePage[] {
	const scenarios = groupByScenario(history);
	return [overviewPage(history, scenarios), ...scenarios.map(scenarioPage)];
}

/** Lists the changes of level as a page shows them, in the history's order. */
export function shownChanges(history: HistoryFile, from: string): ShownChange[] {
	return groupByScenario(history).flatMap(({ scenario, lines }) =>
		lines.flatMap((series, index) =>
			series.changes.map((change) => ({
				series,
				change,
				href: `${linkFrom(from, scenarioPath(scenario))}#${anchorOf(index)}`,
			})),
		),
	);
}

function groupByScenario({ series }: HistoryFile): ScenarioHistory[] {
	const names = [...new Set(series.map(({ scenario }) => scenario))].toSorted();
	return names.map((scenario) => {
		const own = series.filter((one) => one.scenario === scenario);
		return {
			scenario,
			lines: own.filter(({ points }) => points.length > 1),
			once: own.filter(({ points }) => points.length === 1),
		};
	});
}

function overviewPage(history: HistoryFile, scenarios: readonly ScenarioHistory[]): SitePage {
	const changes = shownChanges(history, PATH).toSorted((one, other) => severity(other) - severity(one));
	const { change, changes: many } = HISTORY_WORDS.runs;
	const count = changes.length === 0 ? `no ${change}` : countedText(changes.length, change, many);
	const counts = `${countedText(history.runs, "whole run")}, ${countedText(history.series.length, "series", "series")}`;
	const head = html`<h1>History</h1><p class="lead">${counts}, ${count}.</p>`;
	return sitePage(PATH, "history", head, [
		changes.length > 0 && section("changes", "What changed", changeTable(changes, "runs")),
		section("scenarios", "Every scenario", scenarioTable(scenarios)),
	]);
}

function severity({ change }: ShownChange): number {
	return (change.change === "slower" ? 1000 : 0) + Math.abs(Math.log(change.ratio));
}

function scenarioTable(scenarios: readonly ScenarioHistory[]): Markup {
	if (scenarios.length === 0) return html`<p>No whole run has measured anything.</p>`;
	return table({
		label: "Scenarios with their histories",
		kind: "figures",
		head: [columnHead("Scenario"), ...["Series", "Runs", "Changes of level"].map(numberHead)],
		body: scenarios.map(({ scenario, lines, once }) => {
			const all = [...lines, ...once];
			const runs = new Set(all.flatMap(({ points }) => points.map(({ timestamp }) => timestamp)));
			const changes = lines.flatMap((one) => one.changes).length;
			return row(
				html`<a href="${scenarioPath(scenario)}">${scenario}</a>`,
				...[all.length, runs.size, changes].map((count) => html`<td>${count}</td>`),
			);
		}),
	});
}

function scenarioPage({ scenario, lines, once }: ScenarioHistory): SitePage {
	const path = scenarioPath(scenario);
	return sitePage(path, `history of ${scenario}`, html`<h1>${scenario}</h1>`, [
		section(
			"series",
			"Over the runs",
			renderReading("runs"),
			once.length > 0 && html`<p class="quiet">${onceText(once)}</p>`,
			html`<div class="charts">${lines.map(
				(one, index) => html`<div>${renderSeries(one, anchorOf(index), "runs")}</div>`,
			)}</div>`,
		),
	]);
}
