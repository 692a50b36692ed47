/** The versions of a site: every run that measured several versions of a framework, and a page for each. */
import type { CollectedRun, VersionLine } from "../../../analysis/change/collection.ts";
import { versionEnds, versionLineText } from "../../text/site.ts";
import { countedText } from "../../text/units.ts";
import { renderHistoryPage } from "../history.ts";
import { html, joinContents, type Markup } from "../markup.ts";
import { columnHead, row, table } from "../parts.ts";
import { linkFrom, runLink, type SitePage, sitePage, surround, versionPath } from "./frame.ts";

const PATH = "versions.html";

/** A version line with the run that it is of. */
export interface ShownLine {
	run: CollectedRun;
	line: VersionLine;
}

/** Lists the version lines of the runs, in the order of the runs. */
export function linesOf(runs: readonly CollectedRun[]): ShownLine[] {
	return runs.flatMap((run) => run.versions.map((line) => ({ run, line })));
}

/** @param runs the newest first */
export function renderVersionPages(runs: readonly CollectedRun[]): SitePage[] {
	const lines = linesOf(runs);
	const head = html`<h1>Versions</h1>
		<p class="lead">${
			lines.length === 0
				? "No whole run here has measured two published versions of one framework."
				: "Published versions of one framework, measured in one run in the same blocks."
		}</p>`;
	return [
		sitePage(PATH, "versions", head, [lines.length > 0 && lineTable(lines, PATH)]),
		...lines.map(({ run, line }): SitePage => {
			const path = versionPath(run, line);
			return { path, text: renderHistoryPage(line.history, surround(path)) };
		}),
	];
}

/** Lists version lines on the page `from`. */
export function lineTable(lines: readonly ShownLine[], from: string): Markup {
	return table({
		label: "Versions that were measured together",
		kind: "runs",
		head: ["Versions", "Last against first (95 %)", "Changes", "Machine", "Run"].map(columnHead),
		body: lines.map(({ run, line }) => {
			const changes = line.history.series.flatMap((one) => one.changes).length;
			return row(
				html`<a href="${linkFrom(from, versionPath(run, line))}">${versionLineText(line)}</a>`,
				html`<td class="words">${joinContents(versionEnds(line), html`<br>`)}</td>`,
				html`<td class="words">${countedText(changes, "change")} over ${countedText(line.history.runs, "version")}</td>`,
				html`<td class="words">${run.machine}</td>`,
				html`<td>${runLink(run, from)}</td>`,
			);
		}),
	});
}
