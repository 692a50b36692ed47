/** The machines of a site, each with its runs. */
import type { CollectedRun, MachineRuns } from "../../../analysis/change/collection.ts";
import { machineCountText, machineText, NO_VERDICT, runNotes, targetsText } from "../../text/site.ts";
import { leadersText, targetLabels } from "../../text/verdict.ts";
import { html, joinContents, type Markup } from "../markup.ts";
import { columnHead, numberHead, row, section, table } from "../parts.ts";
import { machineAnchor, runLink, type SitePage, sitePage } from "./frame.ts";

const PATH = "machines.html";

export function renderMachinePage(machines: readonly MachineRuns[]): SitePage {
	const head = html`<h1>Machines and runs</h1>
		<p class="lead">${machineCountText(machines.flatMap(({ runs }) => runs))}. Times of different machines are never put together.</p>`;
	return sitePage(
		PATH,
		"machines and runs",
		head,
		machines.map((one, index) =>
			section(
				machineAnchor(index),
				one.machine,
				html`<p class="quiet">${machineText(one)}</p>`,
				html`<p>${leadText(one)}</p>`,
				runTable(one.runs),
			),
		),
	);
}

function leadText({ leading }: MachineRuns): Markup {
	if (!leading) return html`${NO_VERDICT}`;
	return html`${leadersText(leading.categories, targetLabels(leading.targets))} ${runLink(leading, PATH)}`;
}

function runTable(runs: readonly CollectedRun[]): Markup {
	return table({
		label: "Runs, the newest first",
		caption: "Runs, the newest first",
		kind: "runs",
		head: [
			columnHead("Begun (UTC)"),
			columnHead("Targets"),
			numberHead("Scenarios"),
			columnHead("Profile"),
			columnHead("Notes"),
		],
		body: runs.map((run) =>
			row(
				runLink(run, PATH),
				html`<td class="words">${targetsText(run)}</td>`,
				html`<td class="num">${run.scenarios.length}</td>`,
				html`<td>${run.profile}</td>`,
				html`<td class="words">${joinContents(runNotes(run), html` `)}</td>`,
			),
		),
	});
}
