/** How the architectures differ, as measured. */
import { FINDINGS, findingText, readingText } from "../../text/findings.ts";
import { html, type Markup } from "../markup.ts";
import { scrolling, section, targetHead } from "../parts.ts";
import type { View } from "../view.ts";

export function findings(view: View): Markup | null {
	const { findings: all } = view.comparison;
	if (all.length === 0) return null;
	return section(
		"findings",
		"Why: architectures as measured",
		html`<p>Every figure comes from this run, divergent cells included: how a target does other work is a finding too.</p>`,
		scrolling(
			"Findings",
			html`<table class="figures findings"><thead><tr><th scope="col">Finding</th>${view.targets.map(targetHead)}<th scope="col">Scenario</th></tr></thead>
<tbody>${all.map(
				(finding) =>
					html`<tr><th scope="row">${FINDINGS[finding.finding].label}${finding.unit === "kb" && html` (KB)`}<small>${FINDINGS[finding.finding].meaning}</small></th>${view.targets.map(
						({ id }) =>
							html`<td><b>${findingText(finding, id)}</b>${readingText(finding, id) && html`<small>${readingText(finding, id)}</small>`}</td>`,
					)}<td class="words"><a href="#${view.anchor(finding.scenario)}">${finding.scenario}</a></td></tr>\n`,
			)}</tbody></table>`,
		),
	);
}
