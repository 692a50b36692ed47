/** This chart shows one metric over runs or versions. */
import * as Plot from "@observablehq/plot";
import { plainText } from "../../../shared/text.ts";
import type { HistoryFile, HistorySeries } from "../../../shared/types.ts";
import { changeWord, movedText } from "../../text/change.ts";
import { seriesLabel } from "../../text/history.ts";
import { countedText, valueText } from "../../text/units.ts";
import type { Markup } from "../markup.ts";
import { bottomAxis, HALO, horizontalGrid, leftAxis } from "./axes.ts";
import { linearScale } from "./scales.ts";
import { renderChart } from "./svg.ts";

const [WIDTH, HEIGHT, LEFT] = [560, 200, 56];
const MOST_TICKS = 8;
/** Labels with the time of day are longer. */
const MOST_TIMES = 5;
/**
 * An interval of two processes can be a hundred times as long as its value, and would hide all the
 * others.
 */
const MOST_TIMES_VALUE = 3;

interface Point {
	index: number;
	value: number;
	interval: HistorySeries["points"][number]["interval"];
}

/** Draws the series. Null where it has no value. */
export function historyChart(series: HistorySeries, title: string, over: HistoryFile["over"]): Markup | null {
	const points = series.points.flatMap(({ value, interval }, index): Point[] =>
		value === null ? [] : [{ index, value, interval }],
	);
	if (points.length === 0) return null;
	const end = endOfBars(series);
	const { domain, ticks } = linearScale(
		points.map(({ value, interval }) => Math.min(interval?.high ?? value, end)),
	);
	const last = series.points.length - 1;
	const ends = [points[0], points.at(-1)].map((point) => valueText(point?.value, series.unit));
	return renderChart({
		title: plainText(title),
		description: `${points.length} ${over} from ${ends.join(" to ")}, ${countedChanges(series)}`,
		width: WIDTH,
		height: HEIGHT,
		marginLeft: LEFT,
		marginTop: 26,
		marginBottom: 44,
		marginRight: 16,
		x: { type: "linear", domain: [-0.5, last + 0.5], axis: null },
		y: { type: "linear", domain, axis: null },
		marks: [
			horizontalGrid(ticks),
			...leftAxis(ticks, axisLabel(series), LEFT),
			pointAxis(series, over),
			levelMarks(series),
			...pointMarks(points, end),
			...changeMarks(series),
		],
	});
}

/** Returns where bars are cut. */
export function endOfBars({ points }: HistorySeries): number {
	const most = Math.max(...points.flatMap(({ value }) => value ?? []));
	return most > 0 ? MOST_TIMES_VALUE * most : Number.POSITIVE_INFINITY;
}

function countedChanges({ changes }: HistorySeries): string {
	return countedText(changes.length, "change of level", "changes of level");
}

function axisLabel(series: HistorySeries): string {
	return `${seriesLabel(series)} (${series.unit === "per_second" ? "per second" : series.unit})`;
}

/** Draws a label now and then, so that labels do not run into each other. */
function pointAxis({ points }: HistorySeries, over: HistoryFile["over"]): Plot.Markish {
	const days = points.map(({ timestamp }) => timestamp.slice(5, 10));
	const hasTimes = over === "runs" && new Set(days).size < days.length;
	const times = points.map(({ timestamp }) => timestamp.slice(5, 16).replace("T", " "));
	const runs = hasTimes ? times : days;
	const labels = over === "runs" ? runs : endingsOf(points.map(({ version }) => version));
	const every = Math.max(1, Math.ceil(points.length / (hasTimes ? MOST_TIMES : MOST_TICKS)));
	const shown = points.flatMap((_, index) => (index % every === 0 ? [index] : []));
	const title = hasTimes ? "run (month-day, time)" : "run (month-day)";
	return bottomAxis(shown, over === "runs" ? title : "version", (index) => labels[index] ?? "");
}

/** Returns the ends that tell versions apart: `3` and `10` of `2.0.0-alpha.3` and `2.0.0-alpha.10`. */
function endingsOf(versions: readonly string[]): string[] {
	const parts = versions.map((version) => version.split(/(?<=[.-])/));
	const differs = (part: string, place: number) =>
		parts.some((other) => other[place] !== part || place === other.length - 1);
	const shared = parts[0]?.findIndex(differs) ?? 0;
	return parts.map((part) => plainText(part.slice(Math.max(0, shared)).join(""), 16));
}

function levelMarks({ levels, points }: HistorySeries): Plot.Markish {
	const steps = levels.map(({ from, value }, index) => ({
		from: from - 0.4,
		to: (levels[index + 1]?.from ?? points.length) - 0.6,
		value,
	}));
	return Plot.link(steps, {
		x1: "from",
		x2: "to",
		y1: "value",
		y2: "value",
		stroke: "var(--t1)",
		strokeWidth: 2,
	});
}

function pointMarks(points: readonly Point[], end: number): Plot.Markish[] {
	const bars = points.flatMap(({ index, interval }) =>
		interval ? [{ index, low: interval.low, high: Math.min(interval.high, end) }] : [],
	);
	return [
		Plot.link(bars, {
			x1: "index",
			x2: "index",
			y1: "low",
			y2: "high",
			stroke: "var(--t0)",
			strokeOpacity: 0.5,
		}),
		Plot.dot(points, { x: "index", y: "value", r: 3, fill: "var(--t0)" }),
	];
}

/** The label of a change points away from the nearer edge. */
function changeMarks({ changes, points, unit }: HistorySeries): Plot.Markish[] {
	const middle = (points.length - 1) / 2;
	const text = ({ version, change, ratio }: HistorySeries["changes"][number]) => {
		const moved = `${changeWord({ change, unit })} ${movedText({ ratio, interval: null })}`;
		return plainText(`${version}: ${moved}`, 40);
	};
	return (["start", "end"] as const).map((textAnchor) =>
		Plot.text(
			changes.filter(({ index }) => index > middle === (textAnchor === "end")),
			{
				x: "index",
				dx: textAnchor === "start" ? 4 : -4,
				dy: 2,
				frameAnchor: "top",
				textAnchor,
				fill: "var(--ink)",
				...HALO,
				text,
			},
		),
	);
}
