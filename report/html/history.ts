/** Histories as a page: a chart a series, the changes first. */
import * as Plot from "@observablehq/plot";
import type { HistoryFile, HistorySeries } from "../../shared/types.ts";
import { sizeOf, wordOf } from "../change.ts";
import { dayText, figure, plainText } from "../format.ts";
import { bottomAxis, HALO, horizontalGrid, leftAxis } from "./charts/axes.ts";
import { linearScale } from "./charts/scales.ts";
import { htmlDocument } from "./document.ts";
import { html, type Markup } from "./markup.ts";
import { figureOf, scrolling, section } from "./parts.ts";
import { chart } from "./svg.ts";

const [WIDTH, HEIGHT, LEFT] = [560, 200, 56];
const MOST_TICKS = 8;

export function renderHistoryPage({ runs, series }: HistoryFile): string {
	const changed = series.flatMap((one) => one.changes.map((change) => ({ ...change, one })));
	const rows = changed.map(
		({ one, ...change }) =>
			html`<tr><th scope="row"><a href="#${anchor(one, series)}">${one.scenario}</a></th><td class="words">${one.label}</td><td class="words">${one.metric_label}</td><td class="words">${dayText(change.timestamp)}</td><td class="words">${change.version_before} to ${change.version}</td><td>${wordOf({ change: change.change, unit: one.unit })} ${sizeOf(change)}</td></tr>\n`,
	);
	const head = ["Scenario", "Target", "Metric", "From", "Version", "Change (95 %)"].map((text) => html`<th scope="col">${text}</th>`);
	const table = html`<table class="figures"><caption>Changes of level, the worst first</caption><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table>`;
	return htmlDocument({
		title: "Eliza framework benchmark, history",
		body: html`<div class="page">
<header><h1>History</h1><p class="lead">${runs} runs, ${series.length} series. ${changed.length === 0 ? "No level changed." : `${changed.length} changes of level.`}</p></header>
<main>
${changed.length === 0 ? null : section("changes", "What changed", scrolling("Changes of level", table))}
${section(
	"series",
	"Every series",
	reading(),
	series.map((one) => picture(one, anchor(one, series))),
)}
</main>
</div>`,
	});
}

function reading(): Markup {
	return html`<p class="quiet">A dot is a run, its bar the 95 % interval, a step the level between two changes. Runs of another machine, scenario definition or setting are in another series. How changes are found, and how often wrongly: docs/history.md.</p>`;
}

function anchor(one: HistorySeries, series: readonly HistorySeries[]): string {
	return `series-${series.indexOf(one)}`;
}

function picture(one: HistorySeries, id: string): Markup {
	const title = `${one.scenario}, ${one.label}: ${one.metric_label}`;
	const known = one.points.flatMap(({ value }, index) =>
		value === null ? [] : [{ index, value, interval: one.points[index]?.interval ?? null }],
	);
	if (known.length === 0) return html`<h3 id="${id}">${title}</h3><p class="quiet">Never comparable.</p>`;
	const { domain, ticks } = linearScale(known.flatMap(({ value, interval }) => [value, interval?.high ?? value]));
	const last = one.points.length - 1;
	const levels = one.levels.map(({ from, value }, index) => ({
		from: from - 0.4,
		to: (one.levels[index + 1]?.from ?? last + 1) - 0.6,
		value,
	}));
	const labels = one.points.map(({ timestamp }) => timestamp.slice(5, 10));
	const every = Math.max(1, Math.ceil(one.points.length / MOST_TICKS));
	const drawn = chart({
		title: plainText(title),
		description: `${known.length} runs from ${figure(known[0]?.value, one.unit)} to ${figure(known.at(-1)?.value, one.unit)}, ${one.changes.length} changes of level`,
		...{ width: WIDTH, height: HEIGHT, marginLeft: LEFT, marginTop: 26, marginBottom: 44, marginRight: 16 },
		x: { type: "linear", domain: [-0.5, last + 0.5], axis: null },
		y: { type: "linear", domain, axis: null },
		marks: [
			horizontalGrid(ticks),
			...leftAxis(ticks, `${one.metric_label} (${one.unit === "ms" ? "ms" : one.unit === "per_second" ? "per second" : one.unit})`, LEFT),
			bottomAxis(
				one.points.flatMap((_, index) => (index % every === 0 ? [index] : [])),
				"run (month-day)",
				(index) => labels[index] ?? "",
			),
			Plot.link(levels, { x1: "from", x2: "to", y1: "value", y2: "value", stroke: "var(--t1)", strokeWidth: 2 }),
			Plot.link(
				known.flatMap(({ index, interval }) => (interval ? [{ index, ...interval }] : [])),
				{ x1: "index", x2: "index", y1: "low", y2: "high", stroke: "var(--t0)", strokeOpacity: 0.5 },
			),
			Plot.dot(known, { x: "index", y: "value", r: 3, fill: "var(--t0)" }),
			Plot.text(one.changes, {
				...{ x: "index", dx: 4, dy: 2, frameAnchor: "top", textAnchor: "start", fill: "var(--ink)", ...HALO },
				text: (change: HistorySeries["changes"][number]) =>
					plainText(`${change.version}: ${wordOf({ change: change.change, unit: one.unit })} ${sizeOf({ ...change, interval: null })}`, 40),
			}),
		],
	});
	return html`<h3 id="${id}">${title}</h3>${figureOf(drawn, html`${one.machine}. Versions ${one.points[0]?.version ?? ""} to ${one.points.at(-1)?.version ?? ""}.`)}`;
}
