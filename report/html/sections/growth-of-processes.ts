/** These sections show what density and soak have found. Each is made from its own file. */
import type { DensityFile, SoakFile } from "../../../shared/types.ts";
import {
	DENSITY_TITLE,
	densityReading,
	densityRemarks,
	densityRows,
	type TextRow,
} from "../../text/density.ts";
import { SOAK_TITLE, soakReading, soakRemarks, soakRows } from "../../text/soak.ts";
import { soakChart } from "../charts/soak.ts";
import { html, joinContents, type Markup } from "../markup.ts";
import { chartFigure, columnHead, numberHead, row, section, table } from "../parts.ts";
import { renderSwatch } from "../target-styles.ts";

/** Returns the place of a target, by which it has its style. */
type PlaceOf = (target: string) => number;

const placesIn =
	({ targets }: { targets: readonly { id: string }[] }): PlaceOf =>
	(id) =>
		targets.findIndex((target) => target.id === id);

/** @param placeOf on a page of many sections a target has the same style in all */
export function renderDensitySection(file: DensityFile, placeOf: PlaceOf = placesIn(file)): Markup {
	return section(
		"density",
		DENSITY_TITLE,
		rowsTable(DENSITY_TITLE, file.targets, densityRows(file), placeOf),
		remarkList(densityRemarks(file)),
		html`<p class="quiet">${densityReading(file)}</p>`,
	);
}

/** @param placeOf as for {@link renderDensitySection} */
export function renderSoakSection(file: SoakFile, placeOf: PlaceOf = placesIn(file)): Markup {
	const chart = soakChart(file, placeOf);
	return section(
		"soak",
		SOAK_TITLE,
		rowsTable(SOAK_TITLE, file.targets, soakRows(file), placeOf),
		chart && chartFigure(chart, "What is kept after a collection; dashed: the second process."),
		remarkList(soakRemarks(file)),
		html`<p class="quiet">${soakReading(file)}</p>`,
	);
}

function rowsTable(
	title: string,
	targets: readonly { id: string; label: string }[],
	rows: readonly TextRow[],
	placeOf: PlaceOf,
): Markup {
	return table({
		label: title,
		kind: "figures",
		head: [
			columnHead("Figure"),
			targets.map(({ id, label }) => numberHead(html`${renderSwatch(placeOf(id))}${label}`)),
		],
		body: rows.map(({ label, cells }) =>
			row(
				label,
				cells.map((cell) => html`<td>${lines(cell)}</td>`),
			),
		),
	});
}

/** The first line is the figure, and those below it are about it. */
function lines(cell: string): Markup {
	const [first, ...others] = cell.split("\n");
	if (others.length === 0) return html`<b>${first}</b>`;
	return html`<b>${first}</b><small>${joinContents(others, html`<br>`)}</small>`;
}

function remarkList(texts: readonly string[]): Markup | null {
	return texts.length === 0 ? null : html`<ul>${texts.map((text) => html`<li>${text}</li>`)}</ul>`;
}
