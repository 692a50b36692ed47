/** This section shows a load run: what each target holds, and what was not the target's fault. */
import type { LoadReport } from "../../../analysis/load/report.ts";
import { loadHead, loadRows } from "../../text/load.ts";
import { loadSentences } from "../../text/load-sentences.ts";
import { html, type Markup } from "../markup.ts";
import { columnHead, numberHead, section, table } from "../parts.ts";

/** @param id of the element, so that a page can have two of them */
export function renderLoadSection(report: LoadReport, id = "load"): Markup {
	return section(
		id,
		report.settings.conversations === null ? "Load" : "Conversations",
		html`<p>${loadHead(report)}</p>`,
		table({
			label: "What each target holds",
			kind: "figures",
			head: [columnHead(""), ...report.targets.map(({ label }) => numberHead(label))],
			body: loadRows(report).map(
				({ label, cells }) =>
					html`<tr><th scope="row">${label}</th>${cells.map((cell) => html`<td class="num">${cell}</td>`)}</tr>`,
			),
		}),
		html`<ul>${loadSentences(report).map((sentence) => html`<li>${sentence}</li>`)}</ul>`,
	);
}
