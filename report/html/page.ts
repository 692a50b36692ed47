/** The page of a run is one file that opens from a disk. It is made from the comparison alone. */
import type { Deployment } from "../../analysis/load/deployment.ts";
import type { ComparisonFile } from "../../shared/types.ts";
import { CALIBRATION_TITLE } from "../text/calibration.ts";
import { DATABASES_TITLE } from "../text/databases.ts";
import { DENSITY_TITLE } from "../text/density.ts";
import { DEPLOYMENT_TITLE } from "../text/deployment.ts";
import { MACHINES_TITLE } from "../text/machines.ts";
import { SOAK_TITLE } from "../text/soak.ts";
import { dayText } from "../text/units.ts";
import { readAsset, renderDocument, type Surroundings } from "./document.ts";
import { html, type Markup } from "./markup.ts";
import { renderCalibration } from "./sections/calibration.ts";
import { renderDatabases } from "./sections/databases.ts";
import {
	renderConversations,
	renderDensity,
	renderDeployment,
	renderLoad,
	renderSoak,
} from "./sections/deployment.ts";
import { renderFindings } from "./sections/findings.ts";
import { renderGrowth } from "./sections/growth.ts";
import { renderHead, TITLE } from "./sections/head.ts";
import { renderMachine } from "./sections/machine.ts";
import { renderMachines } from "./sections/machines.ts";
import { renderMatrix } from "./sections/matrix.ts";
import { renderModelShare } from "./sections/model-share.ts";
import { renderNoise } from "./sections/noise.ts";
import { renderPipeline } from "./sections/pipeline.ts";
import { renderReading } from "./sections/reading.ts";
import { renderScenarios } from "./sections/scenarios.ts";
import { renderSummary } from "./sections/summary.ts";
import { MOST_STYLES, renderStyleDefinitions } from "./target-styles.ts";
import { createView, type View } from "./view.ts";

/** The first questions of a reader come first. A section that is null is not in the list of contents. */
const SECTIONS: readonly { id: string; short: string; render: (view: View) => Markup | null }[] = [
	{ id: "deployment", short: DEPLOYMENT_TITLE, render: renderDeployment },
	{ id: "summary", short: "Summary", render: renderSummary },
	{ id: "reading", short: "How to read this", render: renderReading },
	{ id: "table", short: "Scenarios by target", render: renderMatrix },
	{ id: "machines", short: MACHINES_TITLE, render: renderMachines },
	{ id: "scenarios", short: "Every scenario", render: renderScenarios },
	{ id: "pipeline", short: "Where the time goes", render: renderPipeline },
	{ id: "calibration", short: CALIBRATION_TITLE, render: renderCalibration },
	{ id: "growth", short: "Growth with size", render: renderGrowth },
	{ id: "databases", short: DATABASES_TITLE, render: renderDatabases },
	{ id: "load", short: "Load", render: renderLoad },
	{ id: "conversations", short: "Conversations", render: renderConversations },
	{ id: "density", short: DENSITY_TITLE, render: renderDensity },
	{ id: "soak", short: SOAK_TITLE, render: renderSoak },
	{ id: "findings", short: "Findings", render: renderFindings },
	{ id: "model-share", short: "Share beside a real model", render: renderModelShare },
	{ id: "noise", short: "Noise and confidence", render: renderNoise },
	{ id: "machine", short: "Versions and machine", render: renderMachine },
];

/**
 * @param deployment what was measured of one beside the comparison
 * @returns a whole HTML file, which may be one of a site
 */
export function renderPage(
	comparison: ComparisonFile,
	around?: Surroundings,
	deployment: Deployment | null = null,
): string {
	const view = createView(comparison, deployment);
	const shown = SECTIONS.flatMap(({ id, short, render }) => {
		const content = render(view);
		return content ? [{ id, short, content }] : [];
	});
	const links = shown.map(({ short, id }) => html`<li><a href="#${id}">${short}</a></li>`);
	return renderDocument({
		title: `${TITLE}, ${dayText(comparison.timestamp)}`,
		body: html`${renderStyleDefinitions(deployment === null ? view.targets.length : MOST_STYLES)}
			<div class="page">
			${renderHead(view)}
			<nav aria-label="Contents"><ol>${links}</ol></nav>
			<main>
			${shown.map(({ content }) => content)}
			</main>
			</div>`,
		around,
		script: readAsset("page.js"),
	});
}
