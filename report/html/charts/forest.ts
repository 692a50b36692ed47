/** A forest plot shows ratios with their intervals on a logarithmic axis, with a line at one. */
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

/** A plot has these targets, and their names. */
export interface ForestView {
	targets: readonly (TargetStyle & { id: string })[];
	label: (id: string) => string;
}

type Row = Pick<RatioToReference, "id" | "ratio" | "interval">;
type Placed = Row & { y: number };

interface PlacedGroup {
	title: string;
	top: number;
	bottom: number;
	rows: Placed[];
}

export function forestChart(
	about: { title: string; description: string },
	groups: readonly ForestGroup[],
	view: ForestView,
): Markup {
	const ends = groups.flatMap(({ rows }) =>
		rows.flatMap(({ ratio, interval }) => [ratio, interval?.low ?? ratio, interval?.high ?? ratio]),
	);
	const domain: [number, number] = [Math.min(1, ...ends) / 1.15, Math.max(1.5, ...ends) * 1.15];
	const ticks = logTicks(domain);
	const placed = placeGroups(groups);
	return renderChart({
		...about,
		width: WIDTH,
		height: (placed.at(-1)?.bottom ?? 0) + AXIS,
		marginLeft: LEFT,
		marginRight: RIGHT,
		marginTop: 0,
		marginBottom: AXIS,
		x: { type: "log", domain, axis: null },
		y: { type: "identity", axis: null },
		marks: [
			...placed.flatMap((group) => groupMarks(group, ticks)),
			bottomAxis(ticks, "times worse (logarithmic)", (value) => `${tickText(value)}x`),
			...rowMarks(
				placed.flatMap(({ rows }) => rows),
				view,
			),
		],
	});
}

function placeGroups(groups: readonly ForestGroup[]): PlacedGroup[] {
	let bottom = 0;
	return groups.map(({ title, rows }) => {
		const top = bottom + HEAD;
		bottom = top + rows.length * ROW;
		const placed = rows.map((row, index) => ({ ...row, y: top + (index + 0.5) * ROW }));
		return { title: plainText(title, LONGEST.title), top, bottom, rows: placed };
	});
}

function groupMarks({ title, top, bottom }: PlacedGroup, ticks: readonly number[]): Plot.Markish[] {
	return [
		Plot.ruleX([...ticks], { y1: () => top, y2: () => bottom, strokeOpacity: 0.14 }),
		Plot.ruleX([1], { y1: () => top, y2: () => bottom, stroke: "var(--ink)" }),
		Plot.text([title], {
			frameAnchor: "left",
			dx: -LEFT,
			y: () => top - 8,
			textAnchor: "start",
			fontWeight: 600,
			fill: "var(--ink)",
		}),
	];
}

/** Draws the names on the left, the ratios on the right, and between them a symbol with its interval. */
function rowMarks(rows: readonly Placed[], { targets, label }: ForestView): Plot.Markish[] {
	const y = (row: Placed) => row.y;
	const text = { y, fill: "var(--ink)" };
	return [
		Plot.text(rows, {
			...text,
			frameAnchor: "left",
			dx: 12 - LEFT,
			textAnchor: "start",
			text: ({ id }: Placed) => plainText(label(id), LONGEST.label),
		}),
		Plot.text(rows, {
			...text,
			frameAnchor: "right",
			dx: RIGHT,
			textAnchor: "end",
			text: ratioWithInterval,
		}),
		...targets.flatMap(({ id, colour, symbol }) => {
			const own = rows.filter((row) => row.id === id);
			const bars = own.flatMap(({ interval, y: at }) => (interval ? [{ ...interval, at }] : []));
			return [
				Plot.link(bars, { x1: "low", x2: "high", y1: "at", y2: "at", stroke: colour, strokeWidth: 2 }),
				Plot.dot(own, { x: "ratio", y, r: 4.5, symbol, fill: colour }),
			];
		}),
	];
}
