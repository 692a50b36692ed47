/** This section shows a load run: what each target holds, and what was not the target's fault. */
import type { LoadReport } from "../../../analysis/load/report.ts";
import { isBelow, loadHead, loadRows } from "../../text/load.ts";
import { loadSentences } from "../../text/load-sentences.ts";
import { html, type Markup } from "../markup.ts";
import { columnHead, numberHead, section, table } from "../parts.ts";
import { renderSwatch } from "../target-styles.ts";

/**
 * @param id of the element, so that a page can have two of them
 * @param placeOf on a page of many sections a target has the same style in all; null: it needs none
 */
export function renderLoadSection(
	report: LoadReport,
	id = "load",
	placeOf: ((target: string) => number) | null = null,
): Markup {
	const headOf = (target: LoadReport["targets"][number]) =>
		numberHead(html`${placeOf && renderSwatch(placeOf(target.id))}${target.label}`);
	return section(
		id,
		report.settings.conversations === null ? "Load" : "Conversations",
		html`<p>${loadHead(report)}</p>`,
		table({
			label: "What each target holds",
			kind: "figures",
			head: [columnHead("Figure"), ...report.targets.map(headOf)],
			body: loadRows(report).map(({ label, cells }) => {
				const below = isBelow(label) && html` class="sub"`;
				const figures = cells.map((cell) => html`<td class="num">${cell}</td>`);
				return html`<tr><th scope="row"${below}>${label}</th>${figures}</tr>`;
			}),
		}),
		html`<ul>${loadSentences(report).map((sentence) => html`<li>${sentence}</li>`)}</ul>`,
	);
}
