/** Ratios with their intervals on a logarithmic axis, with a line at one: a forest plot. */
import * as Plot from "@observablehq/plot";
import { plainText } from "../../../shared/text.ts";
import { type RatioToReference, ratioWithInterval } from "../../text/ratio.ts";
import type { Markup } from "../markup.ts";
import type { TargetStyle } from "../target-styles.ts";
import { bottomAxis } from "./axes.ts";
import { logTicks, tickText } from "./scales.ts";
import { renderChart } from "./svg.ts";

export interface ForestGroup {
	title: string;
	rows: readonly Row[];
}

const WIDTH = 480;
const ROW = 21;
const HEAD = 26;
const LEFT = 104;
const RIGHT = 138;
const AXIS = 40;
const LONGEST = { title: 60, label: 15 };

/** The targets of a plot, and their names. */
export interface ForestView {
	targets: readonly (TargetStyle & { id: string })[];
	label: (id: string) => string;
}

type Row = Pick<RatioToReference, "id" | "ratio" | "interval">;
type Placed = Row & { y: number };

export function forestChart(
	about: { title: string; description: string },
	groups: readonly ForestGroup[],
	{ targets, label }: ForestView,
): Markup {
	const all = groups.flatMap(({ rows }) =>
		rows.flatMap(({ ratio: value, interval }) => [value, interval?.low ?? value, interval?.high ?? value]),
	);
	const domain: [number, number] = [Math.min(1, ...all) / 1.15, Math.max(1.5, ...all) * 1.15];
	const ticks = logTicks(domain);
	let height = 0;
	const placed = groups.map(({ title, rows }) => {
		const top = height + HEAD;
		height = top + rows.length * ROW;
		return {
			title: plainText(title, LONGEST.title),
			top,
			bottom: height,
			rows: rows.map((row, index) => ({ ...row, y: top + (index + 0.5) * ROW })),
		};
	});
	const rows = placed.flatMap((group) => group.rows);
	const y = (row: Placed) => row.y;
	return renderChart({
		...about,
		width: WIDTH,
		height: height + AXIS,
		marginLeft: LEFT,
		marginRight: RIGHT,
		marginTop: 0,
		marginBottom: AXIS,
		x: { type: "log", domain, axis: null },
		y: { type: "identity", axis: null },
		marks: [
			...placed.flatMap(({ title, top, bottom }) => [
				Plot.ruleX(ticks, { y1: () => top, y2: () => bottom, strokeOpacity: 0.14 }),
				Plot.ruleX([1], { y1: () => top, y2: () => bottom, stroke: "var(--ink)" }),
				Plot.text([title], {
					frameAnchor: "left",
					dx: -LEFT,
					y: () => top - 8,
					textAnchor: "start",
					fontWeight: 600,
					fill: "var(--ink)",
				}),
			]),
			bottomAxis(ticks, "times worse (logarithmic)", (value) => `${tickText(value)}x`),
			Plot.text(rows, {
				frameAnchor: "left",
				dx: 12 - LEFT,
				y,
				textAnchor: "start",
				fill: "var(--ink)",
				text: ({ id }: Placed) => plainText(label(id), LONGEST.label),
			}),
			Plot.text(rows, {
				frameAnchor: "right",
				dx: RIGHT,
				y,
				textAnchor: "end",
				fill: "var(--ink)",
				text: ratioWithInterval,
			}),
			...targets.flatMap(({ id, colour, symbol }) => {
				const own = rows.filter((row) => row.id === id);
				const whole = own.flatMap(({ interval, y: at }) => (interval ? [{ ...interval, at }] : []));
				return [
					Plot.link(whole, { x1: "low", x2: "high", y1: "at", y2: "at", stroke: colour, strokeWidth: 2 }),
					Plot.dot(own, { x: "ratio", y, r: 4.5, symbol, fill: colour }),
				];
			}),
		],
	});
}
