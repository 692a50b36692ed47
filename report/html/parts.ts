/** Several sections are made of these parts. */
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

/** Puts a table into a frame in which it scrolls, with the keyboard too. */
function scrollFrame(label: string, table: Markup): Markup {
	return html`<div class="scroll" role="group" tabindex="0" aria-label="${label}">${table}</div>`;
}

interface TableParts {
	/** A screen reader reads this name. */
	label: string;
	/** The caption stands above the table. */
	caption?: string;
	/** These are the table's CSS classes. */
	kind?: string;
	id?: string;
	/** These are the cells of the first row. */
	head?: readonly Content[];
	/** These are the rows. */
	body: Content;
	foot?: Content;
}

export function table({ label, caption, kind, id, head, body, foot }: TableParts): Markup {
	return scrollFrame(
		label,
		html`<table${kind !== undefined && html` class="${kind}"`}${id !== undefined && html` id="${id}"`}>
			${caption !== undefined && html`<caption>${caption}</caption>`}
			${head && html`<thead><tr>${head}</tr></thead>`}
			<tbody>${body}</tbody>
			${foot}
		</table>`,
	);
}

/** Makes the head of a column of words. */
export function columnHead(text: Content): Markup {
	return html`<th scope="col">${text}</th>`;
}

/** Makes the head of a column of numbers. */
export function numberHead(text: Content): Markup {
	return html`<th scope="col" class="num">${text}</th>`;
}

/** Makes the head of a target's column. */
export function targetHead({ swatch, label }: ShownTarget): Markup {
	return numberHead(html`${swatch}${label}`);
}

export function row(head: Content, ...cells: readonly Content[]): Markup {
	return html`<tr><th scope="row">${head}</th>${cells}</tr>\n`;
}

export function details(summary: Content, ...content: readonly Content[]): Markup {
	return html`<details>
		<summary>${summary}</summary>
		<div class="inside">${content}</div>
	</details>`;
}

export function chartFigure(picture: Markup, caption: Content, kind?: string): Markup {
	return html`<figure${kind !== undefined && html` class="${kind}"`}>
		${picture}
		<figcaption>${caption}</figcaption>
	</figure>`;
}

/** Lists the names of the targets, each with its style. */
export function legend(targets: readonly ShownTarget[]): Markup {
	return html`<p class="legend">
		${targets.map(({ swatch, label }) => html`<span>${swatch}${label}</span> `)}
	</p>`;
}

/** More columns than this are too many for half the page. */
const MOST_BESIDE = 4;

/**
 * Puts parts beside each other where there is room, and below each other when their tables have many targets.
 */
export function beside(
	targets: readonly ShownTarget[],
	...parts: readonly (Markup | null | false)[]
): Markup {
	const kind = targets.length > MOST_BESIDE ? "columns single" : "columns";
	return html`<div class="${kind}">${parts.map((part) => part && html`<div>${part}</div>`)}</div>`;
}

export interface TargetRow {
	label: Content;
	/** There is one per target. */
	cells: readonly Content[];
}

/** Makes a table with a column for each target. */
export function targetTable(
	{ targets }: Pick<View, "targets">,
	caption: string,
	corner: string,
	rows: readonly TargetRow[],
): Markup {
	return table({
		label: caption,
		caption,
		kind: "figures",
		head: [columnHead(corner), targets.map(targetHead)],
		body: rows.map(({ label, cells }) =>
			row(
				label,
				cells.map((cell) => html`<td>${cell}</td>`),
			),
		),
	});
}

export function statusMark(status: CellStatus | undefined): Markup {
	return html`<span class="status ${status ?? "absent"}">${status ?? "not run"}</span>`;
}

/**
 * There are eight shades. The best has one of its own. The others go from "hardly worse" to "sixteen times
 * worse and more".
 */
const SHADES = [1, 1.1, 1.5, 2, 4, 8, 16];

export function shadeOf(ratio: number): number {
	const shade = SHADES.findIndex((limit) => ratio <= limit);
	return shade < 0 ? SHADES.length : shade;
}

/** Writes a value with its interval and its ratio to the best comparable target. */
export function cellValue(
	{ values, absent, ratios, intervals, unit, better }: ComparisonRow,
	target: string,
	status: CellStatus | undefined,
): Markup {
	const value = values[target] ?? null;
	const ratio = ratios[target] ?? null;
	const interval = value === null ? null : (intervals[target] ?? null);
	const isOtherWork = status === "divergent" && value !== null && better !== "none";
	const aside = isOtherWork ? "~" : ratio === null ? null : ratioText(ratio);
	const shown = absent[target]
		? html`<span class="quiet">${absent[target]}</span>`
		: html`<b>${valueText(value, unit)}</b>`;
	const range = interval && html`<small>${intervalText(interval, numberText)}</small>`;
	return html`${shown}${aside !== null && html` <i>${aside}</i>`}${range}`;
}
