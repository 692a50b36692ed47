/** These charts show latency over the messages of a process, and over those of an iteration. */
import * as Plot from "@observablehq/plot";
import type { ScenarioComparison } from "../../../shared/types.ts";
import type { Markup } from "../markup.ts";
import type { ShownTarget, View } from "../view.ts";
import { bottomAxis, horizontalGrid, leftAxis } from "./axes.ts";
import { WIDTH } from "./bands.ts";
import { linearScale, logScale, type Scale, tickText } from "./scales.ts";
import { renderChart } from "./svg.ts";

type Point = { message: number; median_ms: number };

const PANEL = { width: 320, height: 162 };
const MARGINS = { marginLeft: 44, marginRight: 8, marginTop: 26, marginBottom: 38 };
/** A wider spread gets a logarithmic scale. Otherwise the usual values would lie flat at the bottom. */
const SPIKY = 12;

/** Draws one panel per target, each with its own scale, and in it one line per process. */
export function timelineCharts(
	{ id, cells }: ScenarioComparison,
	{ targets }: View,
): { target: ShownTarget; picture: Markup }[] {
	return targets.flatMap((target) => {
		const processes = cells[target.id]?.detail.timeline ?? [];
		if (processes.every(({ points }) => points.length < 2)) return [];
		const scale = heightScale(processes.flatMap(({ points }) => points.map(({ median_ms }) => median_ms)));
		const lines = processes.flatMap(({ block, points }) => points.map((point) => ({ ...point, block })));
		const picture = renderChart({
			title: `Latency of ${id} over the messages of each process of ${target.label}`,
			description: `${processes.length} processes, medians of neighbouring messages, from first to last`,
			...PANEL,
			...MARGINS,
			...axes(lines, scale),
			marks: [
				...frame(scale, lines, "message of the process"),
				Plot.line(lines, {
					x: "message",
					y: "median_ms",
					z: "block",
					stroke: target.colour,
					strokeWidth: 1,
					strokeOpacity: 0.75,
				}),
			],
		});
		return [{ target, picture }];
	});
}

/** Draws latency by the message's place in its iteration. Null with one message per iteration. */
export function positionChart({ id, cells }: ScenarioComparison, { targets }: View): Markup | null {
	const series = targets.flatMap((target) => {
		const points = cells[target.id]?.detail.by_position ?? [];
		return points.length < 2 ? [] : [{ target, points }];
	});
	if (series.length === 0) return null;
	const all = series.flatMap(({ points }) => points);
	const scale = heightScale(all.map(({ median_ms }) => median_ms));
	return renderChart({
		title: `Latency of ${id} by a message's place in its iteration`,
		description: series
			.map(({ target, points }) => {
				const [first, last] = [points[0], points.at(-1)].map((point) => tickText(point?.median_ms ?? 0));
				return `${target.label}: ${first} ms first, ${last} ms last`;
			})
			.join("; "),
		width: WIDTH,
		height: 210,
		...MARGINS,
		...axes(all, scale),
		marks: [
			...frame(scale, all, "message of the iteration"),
			...series.flatMap(({ target: { colour, dash, symbol }, points }) => [
				Plot.line(points, {
					x: "message",
					y: "median_ms",
					stroke: colour,
					strokeWidth: 1.5,
					strokeDasharray: dash,
				}),
				Plot.dot(thinPoints(points), { x: "message", y: "median_ms", r: 3, symbol, fill: colour }),
			]),
		],
	});
}

function heightScale(values: readonly number[]): Scale {
	const positive = values.filter((value) => value > 0);
	const low = Math.min(...positive);
	return positive.length > 0 && Math.max(...positive) / low > SPIKY
		? logScale(positive)
		: linearScale(values);
}

function axes(points: readonly Point[], scale: Scale): Pick<Plot.PlotOptions, "x" | "y"> {
	const last = Math.max(...points.map(({ message }) => message));
	const first = Math.min(...points.map(({ message }) => message));
	return { x: { domain: [first, last], axis: null }, y: { ...scale, axis: null } };
}

function frame({ ticks, type }: Scale, points: readonly Point[], label: string): Plot.Markish[] {
	const last = Math.max(...points.map(({ message }) => message));
	const across = linearScale([last]).ticks.filter((tick) => tick >= 1 && Number.isInteger(tick));
	return [
		horizontalGrid(ticks),
		...leftAxis(ticks, type === "log" ? "ms (logarithmic)" : "ms", MARGINS.marginLeft),
		bottomAxis(across, label),
	];
}

/** Returns a few points, whose symbols tell the lines apart. A symbol at every point would hide the lines. */
function thinPoints(points: readonly Point[]): Point[] {
	const step = Math.ceil(points.length / 10);
	return points.filter((_, index) => index % step === Math.floor(step / 2));
}
