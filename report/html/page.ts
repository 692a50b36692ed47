/** The page of a run: one file that opens from a disk, made from the comparison alone. */
import type { ComparisonFile } from "../../shared/types.ts";
import { dayText } from "../text/units.ts";
import { asset, htmlDocument } from "./document.ts";
import { html, type Markup } from "./markup.ts";
import { findings } from "./sections/findings.ts";
import { head, TITLE } from "./sections/head.ts";
import { machine } from "./sections/machine.ts";
import { noise } from "./sections/noise.ts";
import { pipelineHeatmap } from "./sections/pipeline.ts";
import { reading } from "./sections/reading.ts";
import { scaling } from "./sections/scaling.ts";
import { scenarios } from "./sections/scenarios.ts";
import { summary } from "./sections/summary.ts";
import { table } from "./sections/table.ts";
import { turn } from "./sections/turn.ts";
import { lookDefinitions } from "./target-styles.ts";
import { type View, viewOf } from "./view.ts";

/**
 * In the order of the page: what a reader asks first comes first. A section that has nothing to say is null
 * and in no list.
 */
const SECTIONS: readonly { id: string; short: string; render: (view: View) => Markup | null }[] = [
	{ id: "summary", short: "Summary", render: summary },
	{ id: "reading", short: "How to read this", render: reading },
	{ id: "table", short: "Scenarios by target", render: table },
	{ id: "scenarios", short: "Every scenario", render: scenarios },
	{ id: "pipeline", short: "Where the time goes", render: pipelineHeatmap },
	{ id: "scaling", short: "Growth with size", render: scaling },
	{ id: "findings", short: "Architectures", render: findings },
	{ id: "turn", short: "Share of a real turn", render: turn },
	{ id: "noise", short: "Noise and confidence", render: noise },
	{ id: "machine", short: "Versions and machine", render: machine },
];

/** @returns a whole HTML file */
export function renderPage(comparison: ComparisonFile): string {
	const view = viewOf(comparison);
	const shown = SECTIONS.flatMap(({ id, short, render }) => {
		const content = render(view);
		return content ? [{ id, short, content }] : [];
	});
	const title = `${TITLE}, ${dayText(comparison.timestamp)}`;
	return htmlDocument({
		title,
		body: html`${lookDefinitions(view.targets.length)}
<div class="page">
${head(view)}
<nav aria-label="Contents"><ol>${shown.map(({ short, id }) => html`<li><a href="#${id}">${short}</a></li>`)}</ol></nav>
<main>
${shown.map(({ content }) => content)}
</main>
</div>`,
		script: asset("page.js"),
	});
}
