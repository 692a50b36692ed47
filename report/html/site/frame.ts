/** Every page of a site has the list of its main pages above it. All links are relative. */
import type { CollectedRun, MachineRuns, VersionLine } from "../../../analysis/change/collection.ts";
import type { HistoryFile } from "../../../shared/types.ts";
import { SITE_PAGES, SITE_TITLE } from "../../text/site.ts";
import { minuteText } from "../../text/units.ts";
import { readAsset, renderDocument, type Surroundings } from "../document.ts";
import { html, type Markup } from "../markup.ts";

/** One file of a site. */
export interface SitePage {
	/** Relative to the site's folder, with `/`. */
	path: string;
	text: string;
}

/** What the main pages are made from. */
export interface SiteContent {
	/** The newest first. */
	runs: readonly CollectedRun[];
	machines: readonly MachineRuns[];
	history: HistoryFile;
	/** Sentences on what could not be read. */
	leftOut: readonly string[];
}

const STYLES = readAsset("site.css");

export const runPath = ({ id }: CollectedRun): string => `runs/${id}.html`;
export const scenarioPath = (scenario: string): string => `history/${scenario}.html`;
export const versionPath = ({ id }: CollectedRun, line: VersionLine): string =>
	`versions/${id}-${line.id}.html`;
export const machineAnchor = (index: number): string => `machine-${index + 1}`;

/** @returns the address of a page as it stands on another one */
export function linkFrom(from: string, to: string): string {
	return `${"../".repeat(from.split("/").length - 1)}${to}`;
}

/** Links to the page of a run by the time at which it began. */
export function runLink(run: CollectedRun, from: string): Markup {
	const time = minuteText(new Date(run.timestamp).toISOString());
	return html`<a class="time" href="${linkFrom(from, runPath(run))}">${time}</a>`;
}

/** Makes what stands around a page. */
export function surround(path: string): Surroundings {
	const links = SITE_PAGES.map(({ path: to, title }) => {
		const current = to === path && html` aria-current="page"`;
		return html`<li><a href="${linkFrom(path, to)}"${current}>${title}</a></li>`;
	});
	return { above: html`<nav class="site" aria-label="Site"><ol>${links}</ol></nav>`, styles: STYLES };
}

/** @returns a page of the site that has a head and sections */
export function sitePage(
	path: string,
	title: string,
	head: Markup,
	main: readonly (Markup | null | false)[],
): SitePage {
	const text = renderDocument({
		title: `${SITE_TITLE}: ${title.toLowerCase()}`,
		body: html`<div class="page">
			<header>${head}</header>
			<main>
			${main}
			</main>
			</div>`,
		around: surround(path),
	});
	return { path, text };
}
