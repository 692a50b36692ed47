/** Histories as a page: a chart a series, the changes first. */
import * as Plot from "@observablehq/plot";
import { plainText } from "../../shared/text.ts";
import type { HistoryFile, HistorySeries } from "../../shared/types.ts";
import { changeWord, movedText } from "../text/change.ts";
import { HISTORY_WORDS, seriesLabel } from "../text/history.ts";
import { dayText, valueText } from "../text/units.ts";
import { bottomAxis, HALO, horizontalGrid, leftAxis } from "./charts/axes.ts";
import { linearScale } from "./charts/scales.ts";
import { htmlDocument } from "./document.ts";
import { html, type Markup } from "./markup.ts";
import { figureOf, scrolling, section } from "./parts.ts";
import { chart } from "./svg.ts";

const [WIDTH, HEIGHT, LEFT] = [560, 200, 56];
const MOST_TICKS = 8;

export function renderHistoryPage({ runs, series, over }: HistoryFile): string {
	const { title, change: one, changes: many } = HISTORY_WORDS[over];
	const changed = series.flatMap((one) => one.changes.map((change) => ({ ...change, one })));
	const rows = changed.map(
		({ one, ...change }) =>
			html`<tr><th scope="row"><a href="#${anchor(one, series)}">${one.scenario}</a></th><td class="words">${one.label}</td><td class="words">${seriesLabel(one)}</td><td class="words">${over === "runs" ? dayText(change.timestamp) : (change.stage ?? "-")}</td><td class="words">${change.version_before} to ${change.version}</td><td>${changeWord({ change: change.change, unit: one.unit })} ${movedText(change)}</td></tr>\n`,
	);
	const head = [
		"Scenario",
		"Target",
		"Metric",
		over === "runs" ? "From" : "Stage",
		"Version",
		"Change (95 %)",
	].map((text) => html`<th scope="col">${text}</th>`);
	const table = html`<table class="figures"><caption>${capital(many)}, the worst first</caption><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table>`;
	return htmlDocument({
		title: `Eliza framework benchmark, ${title.toLowerCase()}`,
		body: html`<div class="page">
<header><h1>${title}</h1><p class="lead">${runs} ${over}, ${series.length} series. ${changed.length === 0 ? `No ${one}.` : `${changed.length} ${changed.length === 1 ? one : many}.`}</p></header>
<main>
${changed.length === 0 ? null : section("changes", "What changed", scrolling(capital(many), table))}
${section(
	"series",
	"Every series",
	reading(over),
	series.map((one) => picture(one, anchor(one, series), over)),
)}
</main>
</div>`,
	});
}

function capital(text: string): string {
	return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function reading(over: HistoryFile["over"]): Markup {
	if (over === "versions")
		return html`<p class="quiet">A dot is a version, its bar the 95 % interval. All versions were measured in one run, in the same blocks; neighbours are held against each other pair by pair, so a change can be sure where two bars overlap. A gap is a version that does not do what the scenario asks.</p>`;
	return html`<p class="quiet">A dot is a run, its bar the 95 % interval, a step the level between two changes. Runs of another machine, scenario definition or setting are in another series. How changes are found, and how often wrongly: docs/history.md.</p>`;
}

/** What tells versions apart: `3` and `10` of `2.0.0-alpha.3` and `2.0.0-alpha.10`. */
function endings(versions: readonly string[]): string[] {
	const parts = versions.map((version) => version.split(/(?<=[.-])/));
	const shared =
		parts[0]?.findIndex((part, place) =>
			parts.some((other) => other[place] !== part || place === other.length - 1),
		) ?? 0;
	return parts.map((part) => plainText(part.slice(Math.max(0, shared)).join(""), 16));
}

function anchor(one: HistorySeries, series: readonly HistorySeries[]): string {
	return `series-${series.indexOf(one)}`;
}

function picture(one: HistorySeries, id: string, over: HistoryFile["over"]): Markup {
	const title = `${one.scenario}, ${one.label}: ${seriesLabel(one)}`;
	const known = one.points.flatMap(({ value }, index) =>
		value === null ? [] : [{ index, value, interval: one.points[index]?.interval ?? null }],
	);
	if (known.length === 0) return html`<h3 id="${id}">${title}</h3><p class="quiet">Never comparable.</p>`;
	const { domain, ticks } = linearScale(
		known.flatMap(({ value, interval }) => [value, interval?.high ?? value]),
	);
	const last = one.points.length - 1;
	const levels = one.levels.map(({ from, value }, index) => ({
		from: from - 0.4,
		to: (one.levels[index + 1]?.from ?? last + 1) - 0.6,
		value,
	}));
	const labels =
		over === "runs"
			? one.points.map(({ timestamp }) => timestamp.slice(5, 10))
			: endings(one.points.map(({ version }) => version));
	const every = Math.max(1, Math.ceil(one.points.length / MOST_TICKS));
	const drawn = chart({
		title: plainText(title),
		description: `${known.length} ${over} from ${valueText(known[0]?.value, one.unit)} to ${valueText(known.at(-1)?.value, one.unit)}, ${one.changes.length} changes of level`,
		width: WIDTH,
		height: HEIGHT,
		marginLeft: LEFT,
		marginTop: 26,
		marginBottom: 44,
		marginRight: 16,
		x: { type: "linear", domain: [-0.5, last + 0.5], axis: null },
		y: { type: "linear", domain, axis: null },
		marks: [
			horizontalGrid(ticks),
			...leftAxis(
				ticks,
				`${seriesLabel(one)} (${one.unit === "ms" ? "ms" : one.unit === "per_second" ? "per second" : one.unit})`,
				LEFT,
			),
			bottomAxis(
				one.points.flatMap((_, index) => (index % every === 0 ? [index] : [])),
				over === "runs" ? "run (month-day)" : "version",
				(index) => labels[index] ?? "",
			),
			Plot.link(levels, {
				x1: "from",
				x2: "to",
				y1: "value",
				y2: "value",
				stroke: "var(--t1)",
				strokeWidth: 2,
			}),
			Plot.link(
				known.flatMap(({ index, interval }) => (interval ? [{ index, ...interval }] : [])),
				{ x1: "index", x2: "index", y1: "low", y2: "high", stroke: "var(--t0)", strokeOpacity: 0.5 },
			),
			Plot.dot(known, { x: "index", y: "value", r: 3, fill: "var(--t0)" }),
			...(["start", "end"] as const).map((textAnchor) =>
				Plot.text(
					// Away from the nearer edge.
					one.changes.filter(({ index }) => index > last / 2 === (textAnchor === "end")),
					{
						x: "index",
						dx: textAnchor === "start" ? 4 : -4,
						dy: 2,
						frameAnchor: "top",
						textAnchor,
						fill: "var(--ink)",
						...HALO,
						text: (change: HistorySeries["changes"][number]) =>
							plainText(
								`${change.version}: ${changeWord({ change: change.change, unit: one.unit })} ${movedText({ ...change, interval: null })}`,
								40,
							),
					},
				),
			),
		],
	});
	return html`<h3 id="${id}">${title}</h3>${figureOf(drawn, html`${one.machine}. Versions ${one.points[0]?.version ?? ""} to ${one.points.at(-1)?.version ?? ""}.`)}`;
}
