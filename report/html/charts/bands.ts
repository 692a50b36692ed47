/**
 * In these charts each target has a band, with its name above and its marks below. So a name of any length
 * has room.
 */
import * as Plot from "@observablehq/plot";
import { plainText } from "../../../shared/text.ts";
import type { Markup } from "../markup.ts";
import type { ShownTarget } from "../view.ts";
import { bottomAxis, HALO, verticalGrid } from "./axes.ts";
import type { Scale } from "./scales.ts";
import { renderChart } from "./svg.ts";

export interface Band {
	target: ShownTarget;
	/** This text stands beside the name, in a quieter colour. */
	note: string;
	height: number;
	/** @param top where the band's marks begin */
	marks: (top: number) => Plot.Markish[];
}

export const WIDTH = 480;
const LABEL_HEIGHT = 22;
const GAP = 10;
const SIDE = 12;
const AXIS_HEIGHT = 36;
const LONGEST_NAME = 30;

/**
 * Draws the chart. @param axisLabel what the x axis measures, with its unit. Null where the bands say it
 * already.
 */
export function bandChart(
	about: { title: string; description: string; axisLabel: string | null },
	bands: readonly Band[],
	{ type, domain, ticks }: Scale,
): Markup {
	const axisHeight = about.axisLabel === null ? 0 : AXIS_HEIGHT;
	let height = 0;
	const placed = bands.map((band) => {
		const top = height;
		height += LABEL_HEIGHT + band.height + GAP;
		return { ...band, top };
	});
	return renderChart({
		title: about.title,
		description: about.description,
		width: WIDTH,
		height: height + axisHeight,
		marginLeft: SIDE,
		marginRight: SIDE,
		marginTop: 0,
		marginBottom: axisHeight,
		x: { type, domain, axis: null },
		y: { type: "identity", axis: null },
		marks: [
			...(about.axisLabel === null ? [] : [verticalGrid(ticks), bottomAxis(ticks, about.axisLabel)]),
			...placed.flatMap(({ target, note, top, marks }) => [
				...name(target, note, top + LABEL_HEIGHT - 11),
				...marks(top + LABEL_HEIGHT),
			]),
		],
	});
}

function name({ label, colour, symbol }: ShownTarget, note: string, y: number): Plot.Markish[] {
	const bold = { textAnchor: "start", fill: "var(--ink)", fontWeight: 600, ...HALO } as const;
	return [
		Plot.dot([0], { frameAnchor: "left", y: () => y - 0.5, dx: 4, r: 4, symbol, fill: colour }),
		Plot.text([plainText(label, LONGEST_NAME)], { frameAnchor: "left", y: () => y, dx: 14, ...bold }),
		Plot.text([note], { frameAnchor: "right", y: () => y, textAnchor: "end", fill: "var(--quiet)", ...HALO }),
	];
}

/** Returns the targets of which there is something to draw. */
export function pickDetail<T>(
	targets: readonly ShownTarget[],
	detail: (target: ShownTarget) => T | null,
): { target: ShownTarget; detail: T }[] {
	return targets.flatMap((target) => {
		const found = detail(target);
		return found === null ? [] : [{ target, detail: found }];
	});
}
