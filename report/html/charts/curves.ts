/** These charts draw lines between two axes. */
import type * as Plot from "@observablehq/plot";
import type { Markup } from "../markup.ts";
import { bottomAxis, horizontalGrid, leftAxis, verticalGrid } from "./axes.ts";
import { WIDTH } from "./bands.ts";
import { type Scale, type SizeScale, tickText } from "./scales.ts";
import { renderChart } from "./svg.ts";

const HEIGHT = 260;
const MARGINS = { marginLeft: 48, marginRight: 16, marginTop: 26, marginBottom: 40 };

interface Axes {
	x: (Scale | SizeScale) & { label: string };
	y: Scale & { label: string };
	show?: (value: number) => string;
}

export function curveChart(
	about: { title: string; description: string },
	{ x, y, show = tickText }: Axes,
	marks: Plot.Markish[],
): Markup {
	return renderChart({
		...about,
		width: WIDTH,
		height: HEIGHT,
		...MARGINS,
		x: { type: x.type, domain: x.domain, ...("constant" in x ? { constant: x.constant } : {}), axis: null },
		y: { type: y.type, domain: y.domain, axis: null },
		marks: [
			horizontalGrid(y.ticks),
			verticalGrid(x.ticks),
			...leftAxis(y.ticks, y.label, MARGINS.marginLeft, show),
			bottomAxis(x.ticks, x.label),
			...marks,
		],
	});
}
