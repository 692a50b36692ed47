/** A site shows many runs. It is made of pages that open from a disk and ask the network for nothing. */
import { type CollectedRun, machinesOf, newestFirst } from "../../../analysis/change/collection.ts";
import type { ComparisonFile, HistoryFile } from "../../../shared/types.ts";
import { renderPage } from "../page.ts";
import { runPath, type SiteContent, type SitePage, surround } from "./frame.ts";
import { renderFrontPage } from "./front.ts";
import { renderHistoryPages } from "./history.ts";
import { renderMachinePage } from "./machines.ts";
import { renderVersionPages } from "./versions.ts";

/** Makes the page of one run. */
export function renderRunPage(run: CollectedRun, comparison: ComparisonFile): SitePage {
	const path = runPath(run);
	return { path, text: renderPage(comparison, surround(path)) };
}

/** Makes all pages but those of the runs. */
export function renderSitePages(
	runs: readonly CollectedRun[],
	history: HistoryFile,
	leftOut: readonly string[],
): SitePage[] {
	const sorted = runs.toSorted(newestFirst);
	const content: SiteContent = { runs: sorted, machines: machinesOf(sorted), history, leftOut };
	return [
		renderFrontPage(content),
		...renderHistoryPages(history),
		...renderVersionPages(sorted),
		renderMachinePage(content.machines),
	];
}
