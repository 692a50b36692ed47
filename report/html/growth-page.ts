/** The pages of density and soak. Each is made from its own file. */
import type { DensityFile, Machine, SoakFile } from "../../shared/types.ts";
import { DENSITY_TITLE } from "../text/density.ts";
import { SOAK_TITLE } from "../text/soak.ts";
import { dayText } from "../text/units.ts";
import { renderDocument } from "./document.ts";
import { html, type Markup } from "./markup.ts";
import { renderDensitySection, renderSoakSection } from "./sections/growth-of-processes.ts";
import { renderStyleDefinitions } from "./target-styles.ts";

/** @returns a whole HTML file */
export function renderDensityPage(file: DensityFile): string {
	return renderOwnPage(file, DENSITY_TITLE, renderDensitySection(file));
}

/** @returns a whole HTML file */
export function renderSoakPage(file: SoakFile): string {
	return renderOwnPage(file, SOAK_TITLE, renderSoakSection(file));
}

interface Measured {
	timestamp: string;
	machine: Machine;
	interrupted: boolean;
	targets: readonly { label: string; framework: string }[];
}

function renderOwnPage(
	{ timestamp, machine, interrupted, targets }: Measured,
	title: string,
	content: Markup,
): string {
	const { cpuModel, cpus, os, kernel } = machine;
	const versions = targets.map(({ label, framework }) => `${label} ${framework}`).join(", ");
	return renderDocument({
		title: `Eliza framework benchmark, ${title.toLowerCase()}`,
		body: html`${renderStyleDefinitions(targets.length)}<div class="page">
			<header>
			<h1>${title}</h1>
			<p class="lead">${dayText(timestamp)}. ${versions}. ${cpus} processors, ${cpuModel}, ${os} ${kernel}.</p>
			${interrupted && html`<p>It was interrupted: this is what was measured until then.</p>`}
			</header>
			<main>
			${content}
			</main>
			</div>`,
	});
}
