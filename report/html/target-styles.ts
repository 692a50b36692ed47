/**
 * In every chart a target has a colour, a dash and a symbol, so that any one of the three is enough to
 * recognise it.
 */
import * as Plot from "@observablehq/plot";
import { type DrawingOptions, renderOrnament } from "./charts/svg.ts";
import { html, type Markup } from "./markup.ts";

export interface TargetStyle {
	/** This is a CSS variable, which the page defines for light and dark. */
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

export const MOST_STYLES = SYMBOLS.length;

/** There are eight styles. A ninth target has the first one again. */
export function styleOf(index: number): TargetStyle {
	const place = index % SYMBOLS.length;
	return { colour: `var(--t${place})`, dash: DASHES[place] ?? "none", symbol: SYMBOLS[place] ?? "circle" };
}

/** Returns a picture of the style, which `renderStyleDefinitions` draws. A name has to stand beside it. */
export function renderSwatch(index: number): Markup {
	const id = `swatch-${index % SYMBOLS.length}`;
	return html`<svg class="swatch" aria-hidden="true"><use href="#${id}"/></svg>`;
}

/** Draws the pictures that the swatches of a page refer to. */
export function renderStyleDefinitions(count: number): Markup {
	const pictures = Array.from({ length: Math.min(count, SYMBOLS.length) }, (_, index) =>
		renderOrnament(swatchOptions(styleOf(index)), `swatch-${index}`),
	);
	return html`<svg class="swatches" aria-hidden="true"><defs>${pictures}</defs></svg>`;
}

function swatchOptions({ colour, dash, symbol }: TargetStyle): DrawingOptions {
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
