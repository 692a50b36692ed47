/** This section shows how the architectures differ, as measured. */
import type { Finding } from "../../../shared/types.ts";
import { FINDINGS, findingText, readingText } from "../../text/findings.ts";
import { html, type Markup } from "../markup.ts";
import { columnHead, row, section, table, targetHead } from "../parts.ts";
import type { View } from "../view.ts";

export function renderFindings(view: View): Markup | null {
	const { findings } = view.comparison;
	if (findings.length === 0) return null;
	return section(
		"findings",
		"Findings: the architectures as measured",
		html`<p>
			Every figure comes from this run. Divergent cells are included: that a target does other work is a
			finding too.
		</p>`,
		table({
			label: "Findings",
			kind: "figures findings",
			head: [columnHead("Finding"), view.targets.map(targetHead), columnHead("Scenario")],
			body: findings.map((finding) => findingRow(finding, view)),
		}),
	);
}

function findingRow(finding: Finding, { targets, anchor }: View): Markup {
	const { label, meaning } = FINDINGS[finding.finding];
	const cells = targets.map(({ id }) => {
		const reading = readingText(finding, id);
		return html`<td><b>${findingText(finding, id)}</b>${reading && html`<small>${reading}</small>`}</td>`;
	});
	return row(
		html`${label}${finding.unit === "kb" && html` (KB)`}<small>${meaning}</small>`,
		cells,
		html`<td class="words"><a href="#${anchor(finding.scenario)}">${finding.scenario}</a></td>`,
	);
}
