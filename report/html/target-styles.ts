/**
 * How a target is recognised in every chart: a colour, a dash and a symbol, so that none of the three is
 * needed alone.
 */
import * as Plot from "@observablehq/plot";
import { html, type Markup } from "./markup.ts";
import { type DrawingOptions, ornament } from "./svg.ts";

export interface Look {
	/** A CSS colour; light and dark are the page's matter. */
	colour: string;
	dash: string;
	symbol: Plot.SymbolType;
}

const DASHES = ["none", "6 3", "2 3", "8 3 2 3", "10 4", "4 2 1 2", "1 2", "12 3 3 3"];
const SYMBOLS: readonly Plot.SymbolType[] = [
	"circle",
	"square",
	"triangle",
	"diamond",
	"cross",
	"star",
	"wye",
	"hexagon",
];

/** Eight looks; a ninth target begins again. */
export function lookOf(index: number): Look {
	const place = index % SYMBOLS.length;
	return { colour: `var(--t${place})`, dash: DASHES[place] ?? "none", symbol: SYMBOLS[place] ?? "circle" };
}

/** A small picture of the look, drawn once a page by `lookDefinitions`. The name has to stand beside it. */
export function swatchOf(index: number): Markup {
	return html`<svg class="swatch" aria-hidden="true"><use href="#look-${index % SYMBOLS.length}"/></svg>`;
}

/** What the swatches of a page refer to. */
export function lookDefinitions(count: number): Markup {
	const pictures = Array.from({ length: Math.min(count, SYMBOLS.length) }, (_, index) =>
		ornament(swatch(lookOf(index)), `look-${index}`),
	);
	return html`<svg class="looks" aria-hidden="true"><defs>${pictures}</defs></svg>`;
}

function swatch({ colour, dash, symbol }: Look): DrawingOptions {
	const [width, height] = [26, 12];
	return {
		width,
		height,
		margin: 0,
		axis: null,
		x: { type: "identity" },
		y: { type: "identity" },
		marks: [
			Plot.ruleY([height / 2], { x1: 0, x2: width, stroke: colour, strokeWidth: 1.5, strokeDasharray: dash }),
			Plot.dot([[width / 2, height / 2]], { r: 4, symbol, fill: colour }),
		],
	};
}
