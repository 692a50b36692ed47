/** Pieces that several sections are made of. */
import type { CellStatus, ComparisonRow } from "../../shared/types.ts";
import { intervalText } from "../text/ratio.ts";
import { numberText, ratioText, valueText } from "../text/units.ts";
import { type Content, html, type Markup } from "./markup.ts";
import type { ShownTarget, View } from "./view.ts";

export const DASH = "-";

export function section(id: string, title: string, ...content: readonly Content[]): Markup {
	return html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${content}
</section>`;
}

/** A table that scrolls inside its own frame; with the keyboard too. */
export function scrolling(label: string, table: Markup): Markup {
	return html`<div class="scroll" role="group" tabindex="0" aria-label="${label}">${table}</div>`;
}

export function details(summary: Content, ...content: readonly Content[]): Markup {
	return html`<details><summary>${summary}</summary><div class="inside">${content}</div></details>`;
}

export function figureOf(picture: Markup, caption: Content, kind = ""): Markup {
	return html`<figure${kind === "" ? null : html` class="${kind}"`}>${picture}<figcaption>${caption}</figcaption></figure>`;
}

/** Which look belongs to which target. */
export function legend(targets: readonly ShownTarget[]): Markup {
	return html`<p class="legend">${targets.map(({ swatch, label }) => html`<span>${swatch}${label}</span> `)}</p>`;
}

/** A target's name at the head of a column. */
export function targetHead({ swatch, label }: ShownTarget): Markup {
	return html`<th scope="col" class="num">${swatch}${label}</th>`;
}

/** More columns than this are too many for half the page. */
const MOST_BESIDE = 4;

/** Parts beside each other where there is room; below each other when their tables have many targets. */
export function beside(
	targets: readonly ShownTarget[],
	...parts: readonly (Markup | null | false)[]
): Markup {
	const kind = targets.length > MOST_BESIDE ? "columns single" : "columns";
	return html`<div class="${kind}">${parts.map((part) => part && html`<div>${part}</div>`)}</div>`;
}

/** A table with a column a target. @param rows label and one cell a target */
export function targetTable(
	{ targets }: Pick<View, "targets">,
	caption: string,
	corner: string,
	rows: readonly { label: Content; cells: readonly Content[] }[],
): Markup {
	const head = html`<thead><tr><th scope="col">${corner}</th>${targets.map(targetHead)}</tr></thead>`;
	const body = rows.map(
		({ label, cells }) =>
			html`<tr><th scope="row">${label}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>\n`,
	);
	return scrolling(
		caption,
		html`<table class="figures"><caption>${caption}</caption>${head}<tbody>${body}</tbody></table>`,
	);
}

export function statusMark(status: CellStatus | undefined): Markup {
	return html`<span class="status ${status ?? "absent"}">${status ?? "not run"}</span>`;
}

/** Eight shades: the best has one of its own, then from "hardly worse" to "sixteen times worse and more". */
const SHADES = [1, 1.1, 1.5, 2, 4, 8, 16];

export function shadeOf(factor: number): number {
	const shade = SHADES.findIndex((limit) => factor <= limit);
	return shade < 0 ? SHADES.length : shade;
}

/** A value with its interval and its factor to the best comparable target. */
export function valueParts(row: ComparisonRow, target: string, status: CellStatus | undefined): Markup {
	const value = row.values[target] ?? null;
	const shown = row.absent[target] ?? valueText(value, row.unit);
	const factor = row.ratios[target] ?? null;
	const interval = row.intervals[target] ?? null;
	const aside =
		status === "divergent" && value !== null && row.better !== "none"
			? "~"
			: factor === null
				? ""
				: ratioText(factor);
	const name = row.absent[target] ? html`<span class="quiet">${shown}</span>` : html`<b>${shown}</b>`;
	return html`${name}${aside === "" ? null : html` <i>${aside}</i>`}${
		interval && value !== null ? html`<small>${intervalText(interval, numberText)}</small>` : null
	}`;
}
