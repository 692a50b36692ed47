/** These sections show what load, density and soak mean for a deployment, and then each of them. */
import { type Deployment, deployedTargets } from "../../../analysis/load/deployment.ts";
import {
	DEPLOYMENT_TITLE,
	type DeploymentRow,
	deploymentRows,
	deploymentTexts,
	NONE,
	NOT_MEASURED,
} from "../../text/deployment.ts";
import { html, joinContents, type Markup } from "../markup.ts";
import { columnHead, numberHead, row, section, table } from "../parts.ts";
import { renderSwatch } from "../target-styles.ts";
import type { View } from "../view.ts";
import { renderDensitySection, renderSoakSection } from "./growth-of-processes.ts";
import { renderLoadSection } from "./load.ts";

export function renderDeployment({ deployment, placeOf }: View): Markup | null {
	if (deployment === null) return null;
	const rows = deploymentRows(deployment);
	return section(
		"deployment",
		DEPLOYMENT_TITLE,
		priceField(rows),
		table({
			label: DEPLOYMENT_TITLE,
			kind: "figures",
			id: "deployment-figures",
			head: [columnHead("Figure"), ...headsOf(deployment, placeOf)],
			body: rows.map(figureRow),
		}),
		html`<ul>${deploymentTexts(deployment).map((text) => html`<li>${text}</li>`)}</ul>`,
	);
}

function headsOf(deployment: Deployment, placeOf: View["placeOf"]): Markup[] {
	return deployedTargets(deployment).map(({ id, label }) =>
		numberHead(html`${renderSwatch(placeOf(id))}${label}`),
	);
}

/** Only the reader knows what a processor costs. */
function priceField(rows: readonly DeploymentRow[]): Markup | null {
	if (!rows.some(({ coreHours }) => coreHours?.some((hours) => hours !== null))) return null;
	return html`<div class="slider scripted flex">
		<label for="price">A processor costs, an hour</label>
		<input id="price" type="number" min="0" step="any" inputmode="decimal">
	</div>`;
}

function figureRow({ label, cells, coreHours }: DeploymentRow): Markup {
	const body = cells.map((cell, index) => {
		if (cell === NONE || cell === NOT_MEASURED) return html`<td class="quiet">${cell}</td>`;
		const hours = coreHours?.[index] ?? null;
		const [first, ...others] = cell.split("\n");
		const more = others.length > 0 && html`<small>${joinContents(others, html`<br>`)}</small>`;
		return html`<td${hours !== null && html` data-hours="${hours}"`}><b>${first}</b>${more}</td>`;
	});
	return row(label, body);
}

export function renderLoad({ deployment, placeOf }: View): Markup | null {
	return deployment?.load ? renderLoadSection(deployment.load, "load", placeOf) : null;
}

export function renderConversations({ deployment, placeOf }: View): Markup | null {
	if (!deployment?.conversations) return null;
	return renderLoadSection(deployment.conversations, "conversations", placeOf);
}

export function renderDensity({ deployment, placeOf }: View): Markup | null {
	return deployment?.density ? renderDensitySection(deployment.density, placeOf) : null;
}

export function renderSoak({ deployment, placeOf }: View): Markup | null {
	return deployment?.soak ? renderSoakSection(deployment.soak, placeOf) : null;
}
