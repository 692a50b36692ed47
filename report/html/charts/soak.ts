/** This chart shows what a process keeps over its messages. */
import * as Plot from "@observablehq/plot";
import { plainText } from "../../../shared/text.ts";
import type { SoakFile } from "../../../shared/types.ts";
import { BYTES_PER_MB } from "../../../shared/units.ts";
import { countText, numberText } from "../../text/units.ts";
import type { Markup } from "../markup.ts";
import { styleOf } from "../target-styles.ts";
import { curveChart } from "./curves.ts";
import { linearScale } from "./scales.ts";

interface Curve {
	label: string;
	index: number;
	points: { messages: number; mb: number }[];
}

/** Draws a curve for each target, and its second process dashed. Null without readings. */
export function soakChart({ targets }: SoakFile, placeOf: (target: string) => number): Markup | null {
	const curves = targets.flatMap(({ id, label, processes, figures }) =>
		processes.map(({ role, points }) => ({
			label,
			index: placeOf(id),
			role,
			points: points.flatMap(({ messages, memory }) => {
				const bytes = figures.growth.of === "heap" ? memory.heapBytes : memory.rssBytes;
				return bytes === null ? [] : [{ messages, mb: bytes / BYTES_PER_MB }];
			}),
		})),
	);
	const all = curves.flatMap(({ points }) => points);
	if (all.length === 0) return null;
	const x = linearScale(all.map(({ messages }) => messages));
	const y = linearScale(all.map(({ mb }) => mb));
	return curveChart(
		{
			title: "Memory kept over messages",
			description: curves.map(endsText).join("; "),
		},
		{ x: { ...x, label: "messages" }, y: { ...y, label: "MB after a collection" } },
		curves.flatMap(({ index, role, points }) => {
			const { colour, symbol } = styleOf(index);
			return [
				Plot.line(points, {
					x: "messages",
					y: "mb",
					stroke: colour,
					strokeWidth: 1.5,
					...(role === "second" ? { strokeDasharray: "5 4" } : {}),
				}),
				...(role === "main"
					? [Plot.dot(points.slice(-1), { x: "messages", y: "mb", r: 4.5, symbol, fill: colour })]
					: []),
			];
		}),
	);
}

function endsText({ label, points }: Curve): string {
	const [first, last] = [points[0], points.at(-1)];
	if (first === undefined || last === undefined) return `${plainText(label)}: nothing`;
	return `${plainText(label)}: ${numberText(first.mb)} MB at first, ${numberText(last.mb)} MB after ${countText(last.messages)} messages`;
}
