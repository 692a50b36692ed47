/** The front page of a site: who leads, what changed, and what was left out. */
import type { MachineRuns } from "../../../analysis/change/collection.ts";
import {
	LEADING_RULE,
	leaderText,
	NO_VERDICT,
	SITE_LEAD,
	SITE_TITLE,
	siteFacts,
	versionLineText,
} from "../../text/site.ts";
import { countedText } from "../../text/units.ts";
import { categoryText, leadersText, standingText, targetLabels } from "../../text/verdict.ts";
import { changeTable } from "../history.ts";
import { html, type Markup } from "../markup.ts";
import { columnHead, numberHead, row, section, table } from "../parts.ts";
import {
	linkFrom,
	machineAnchor,
	runLink,
	type SiteContent,
	type SitePage,
	scenarioPath,
	sitePage,
} from "./frame.ts";
import { shownChanges } from "./history.ts";
import { linesOf, lineTable, type ShownLine } from "./versions.ts";

const PATH = "index.html";
/** The front page shows so many changes of level. The history has all. */
const MOST_CHANGES = 10;

export function renderFrontPage(content: SiteContent): SitePage {
	const { runs, leftOut } = content;
	const head = html`<h1>${SITE_TITLE}</h1>
		<ul class="facts">${siteFacts(runs).map((fact) => html`<li>${fact}</li>`)}</ul>
		<p class="lead">${SITE_LEAD}</p>`;
	return sitePage(PATH, "overview", head, [
		renderVerdicts(content),
		renderChanges(content),
		renderVersions(runs),
		leftOut.length > 0 &&
			section(
				"left-out",
				"Left out",
				html`<p>These could not be read, or are copies or earlier states of a run. Nothing above holds them.</p>
					<ul>${leftOut.map((sentence) => html`<li>${sentence}</li>`)}</ul>`,
			),
	]);
}

function renderVerdicts({ machines, history }: SiteContent): Markup {
	const shown = machines.find(({ leading }) => leading !== null);
	if (!shown?.leading) return section("verdicts", "Who leads", html`<p>${NO_VERDICT}</p>`);
	const { leading, machine } = shown;
	const sentence = leadersText(leading.categories, targetLabels(leading.targets));
	return section(
		"verdicts",
		"Who leads",
		html`<p>${sentence}</p>`,
		categoryTable(shown),
		html`<p class="quiet">${machine}, ${runLink(leading, PATH)}. ${LEADING_RULE}</p>`,
		machines.length > 1 && machineTable(machines),
		scenarioTable(shown, new Set(history.series.map(({ scenario }) => scenario))),
	);
}

function categoryTable({ leading }: MachineRuns): Markup | null {
	if (!leading) return null;
	return table({
		label: "Who leads in each category",
		kind: "summary",
		head: [
			columnHead("Category"),
			columnHead("Winner (geometric mean, 95 % interval)"),
			numberHead("Scenarios"),
		],
		body: leading.categories.map((one) => {
			const counted = new Set(one.cells.map(({ scenario }) => scenario)).size;
			return row(
				one.category,
				html`<td${one.standing.winner !== null && html` class="h0"`}>${categoryText(one, leading.targets)}</td>`,
				html`<td class="num">${counted} of ${counted + one.left_out.length}</td>`,
			);
		}),
	});
}

/** Shows whether another machine says the same. */
function machineTable(machines: readonly MachineRuns[]): Markup {
	const leading = machines.flatMap((one) => one.leading ?? []);
	const categories = [...new Set(leading.flatMap((run) => run.categories.map(({ category }) => category)))];
	return html`<h3>On every machine</h3>
		${table({
			label: "Who leads on every machine",
			kind: "runs",
			head: ["Machine", "Newest verdict", ...categories].map(columnHead),
			body: machines.map((one, index) =>
				row(
					html`<a class="words" href="${linkFrom(PATH, "machines.html")}#${machineAnchor(index)}">${one.machine}</a>`,
					html`<td>${one.leading ? runLink(one.leading, PATH) : "-"}</td>`,
					categories.map(
						(category) => html`<td>${one.leading ? leaderText(one.leading, category) : "-"}</td>`,
					),
				),
			),
		})}`;
}

function scenarioTable({ scenarios, machine }: MachineRuns, drawn: ReadonlySet<string>): Markup {
	return html`<h3>Scenario by scenario</h3>
		${table({
			label: "The newest verdict on every scenario",
			caption: `The newest verdict on every scenario among most runtimes, on ${machine}`,
			kind: "runs",
			head: ["Scenario", "Decided by", "Verdict (95 % interval)", "Run"].map(columnHead),
			body: scenarios.map(({ scenario: { id, metric, standing }, run }) =>
				row(
					drawn.has(id) ? html`<a href="${linkFrom(PATH, scenarioPath(id))}">${id}</a>` : id,
					html`<td>${metric}</td>`,
					html`<td class="words">${standing && standingText(standing, run.targets)}</td>`,
					html`<td>${runLink(run, PATH)}</td>`,
				),
			),
		})}`;
}

function renderChanges({ history }: SiteContent): Markup {
	const all = shownChanges(history, PATH).toSorted(
		(one, other) => Date.parse(other.change.timestamp) - Date.parse(one.change.timestamp),
	);
	const newest = all.slice(0, MOST_CHANGES);
	const link = html`<a href="history.html">History</a>`;
	if (newest.length === 0)
		return section(
			"changes",
			"What changed",
			html`<p>No level has changed over ${countedText(history.runs, "whole run")}. ${link}</p>`,
		);
	return section(
		"changes",
		"What changed",
		changeTable(newest, "runs", "the newest first"),
		html`<p>${all.length > newest.length && `${countedText(all.length - newest.length, "change")} more: `}${link}</p>`,
	);
}

function renderVersions(runs: SiteContent["runs"]): Markup | null {
	const newest = new Map<string, ShownLine>();
	for (const shown of linesOf(runs)) {
		const key = versionLineText(shown.line);
		if (!newest.has(key)) newest.set(key, shown);
	}
	if (newest.size === 0) return null;
	return section(
		"versions",
		"From version to version",
		lineTable([...newest.values()], PATH),
		html`<p><a href="versions.html">Versions</a></p>`,
	);
}
