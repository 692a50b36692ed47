/**
 * Charts are static SVG. Observable Plot draws them on a document that exists in memory only, and this file
 * makes them small.
 */
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { plainText } from "../../../shared/text.ts";
import { type Markup, trustMarkup } from "../markup.ts";
import { shortPath } from "./path.ts";

export interface DrawingOptions
	extends Omit<Plot.PlotOptions, "document" | "title" | "subtitle" | "caption" | "figure" | "className"> {
	width: number;
	height: number;
}

export interface ChartOptions extends DrawingOptions {
	/** A screen reader reads this name. */
	title: string;
	/** This sentence says what the chart shows. */
	description: string;
}

const FONT_SIZE = "12";
/**
 * These attributes are dropped: Plot's descriptions of its groups, which have no use inside an image, and
 * what the page's styles set.
 */
const DROPPED = ["aria-label", "aria-hidden", "aria-description", "class", "font-family"];
const NUMBER = /-?\d+\.\d+(e-?\d+)?/g;

/**
 * Draws one `<svg role="img">` with a name and a description. Colours are CSS variables of the page. Texts in
 * the marks must have gone through `plainText`. Coordinates are rounded to a tenth of a unit.
 */
export function renderChart({ title, description, ...options }: ChartOptions): Markup {
	const svg = draw(options);
	svg.setAttribute("class", "chart");
	svg.setAttribute("role", "img");
	svg.setAttribute("aria-label", plainText(title));
	const about = svg.ownerDocument.createElementNS("http://www.w3.org/2000/svg", "desc");
	about.textContent = plainText(description);
	svg.insertBefore(about, svg.firstChild);
	return trustMarkup(svg.outerHTML);
}

/** Draws a picture that says nothing of its own. @param id the name by which `<use>` elements refer to it */
export function renderOrnament(options: DrawingOptions, id: string): Markup {
	const svg = draw(options);
	svg.setAttribute("id", id);
	return trustMarkup(svg.outerHTML);
}

function draw(options: DrawingOptions): Element {
	const { document } = parseHTML("<!doctype html><html><body></body></html>");
	const svg = Plot.plot({ ...options, document: document as unknown as Document }) as unknown as Element;
	for (const style of svg.querySelectorAll("style")) style.remove();
	for (const element of [svg, ...svg.querySelectorAll("*")]) shrink(element);
	for (const name of ["width", "height"]) svg.removeAttribute(name);
	svg.setAttribute("font-size", FONT_SIZE);
	// The chart is drawn for this width. The page decides how much it gets.
	svg.setAttribute("style", `--w:${options.width}`);
	return svg;
}

function shrink(element: Element): void {
	for (const name of DROPPED) element.removeAttribute(name);
	for (const { name, value } of [...element.attributes]) {
		if (name === "d") element.setAttribute(name, shortPath(value));
		else if (value.includes("."))
			element.setAttribute(
				name,
				value.replace(NUMBER, (found) => roundNumber(name, Number(found))),
			);
	}
	if (element.getAttribute("transform") === "translate(0,0)") element.removeAttribute("transform");
}

/** Rounds coordinates to a tenth. A number below one (a share, an em) keeps two decimals. */
function roundNumber(name: string, value: number): string {
	return String(Number(value.toFixed(name.includes("opacity") || Math.abs(value) < 1 ? 2 : 1)));
}
