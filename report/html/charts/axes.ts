/** Axes are quiet: grid lines behind the marks, numbers at their ends, the unit in words. */
import * as Plot from "@observablehq/plot";
import { tickText } from "./scales.ts";

/** This outline lies behind a text, so that no line runs through it. */
export const HALO = { stroke: "var(--page)", strokeWidth: 4 } as const;

const GRID = { strokeOpacity: 0.14 };
const QUIET = { labelArrow: "none", tickSize: 0, tickPadding: 6 } as const;

/**
 * Draws the axis below the chart. The numbers are texts, because a logarithmic axis of Plot's would leave
 * some of them out.
 */
export function bottomAxis(
	ticks: readonly number[],
	label: string,
	show: (value: number) => string = tickText,
): Plot.Markish {
	return Plot.axisX([...ticks], {
		...QUIET,
		label,
		labelAnchor: "center",
		labelOffset: 34,
		text: (tick: number) => show(tick),
	});
}

/** Draws the axis left of the chart, with its label above. @param width the width of the margin */
export function leftAxis(
	ticks: readonly number[],
	label: string,
	width: number,
	show: (value: number) => string = tickText,
): Plot.Markish[] {
	return [
		Plot.axisY([...ticks], { ...QUIET, label: null, text: (tick: number) => show(tick) }),
		Plot.text([label], {
			frameAnchor: "top-left",
			dx: 4 - width,
			dy: -17,
			textAnchor: "start",
			fill: "currentColor",
		}),
	];
}

export function verticalGrid(ticks: readonly number[]): Plot.Markish {
	return Plot.gridX([...ticks], GRID);
}

export function horizontalGrid(ticks: readonly number[]): Plot.Markish {
	return Plot.gridY([...ticks], GRID);
}
