/** These exporters write what density and soak have found, and what a deployment makes of it, as Markdown. */
import { type Deployment, deployedTargets } from "../../analysis/load/deployment.ts";
import type { DensityFile, SoakFile } from "../../shared/types.ts";
import { DENSITY_TITLE, densityReading, densityRemarks, densityRows, type TextRow } from "../text/density.ts";
import { DEPLOYMENT_TITLE, deploymentRows, deploymentTexts } from "../text/deployment.ts";
import { SOAK_TITLE, soakReading, soakRemarks, soakRows } from "../text/soak.ts";
import { joinParts, markdownTable, markdownText } from "./markdown-text.ts";

export function densityMarkdown(file: DensityFile): string {
	return rowsMarkdown(DENSITY_TITLE, file.targets, densityRows(file), [
		densityReading(file),
		...densityRemarks(file),
	]);
}

export function soakMarkdown(file: SoakFile): string {
	return rowsMarkdown(SOAK_TITLE, file.targets, soakRows(file), [soakReading(file), ...soakRemarks(file)]);
}

export function deploymentMarkdown(deployment: Deployment): string {
	return rowsMarkdown(
		DEPLOYMENT_TITLE,
		deployedTargets(deployment),
		deploymentRows(deployment),
		deploymentTexts(deployment),
	);
}

function rowsMarkdown(
	title: string,
	targets: readonly { label: string }[],
	rows: readonly TextRow[],
	texts: readonly string[],
): string {
	const cellText = (cell: string) =>
		cell
			.split("\n")
			.map((line) => markdownText(line))
			.join("<br>");
	return joinParts([
		`## ${title}`,
		markdownTable(
			["", ...targets.map(({ label }) => markdownText(label))],
			rows.map(({ label, cells }) => [markdownText(label), ...cells.map(cellText)]),
			(column) => column > 0,
		),
		...texts.map((text) => markdownText(text, 2000)),
	]);
}
