/** This chart shows the resident memory of a scenario, with a bar for each target. */
import * as Plot from "@observablehq/plot";
import type { ScenarioComparison } from "../../../shared/types.ts";
import { numberText } from "../../text/units.ts";
import type { Markup } from "../markup.ts";
import type { View } from "../view.ts";
import { type Band, bandChart, pickDetail } from "./bands.ts";
import { linearScale } from "./scales.ts";

/** Draws the peak as a bar, the memory at the start as a line, and at the end as a dot. */
export function memoryChart({ id, cells }: ScenarioComparison, { targets }: View): Markup | null {
	const shown = pickDetail(targets, (target) => {
		const resources = cells[target.id]?.detail.resources;
		const peak = resources?.memory_rss_peak_mb;
		return resources && peak != null
			? { peak, start: resources.memory_rss_start_mb, end: resources.memory_rss_end_mb }
			: null;
	});
	if (shown.length === 0) return null;
	const bands = shown.map(
		({ target, detail: { peak, start, end } }): Band => ({
			target,
			note: `peak ${numberText(peak)} MB`,
			height: 14,
			marks: (top) => [
				Plot.rect([peak], {
					x1: () => 0,
					x2: (value: number) => value,
					y1: () => top,
					y2: () => top + 14,
					fill: target.colour,
					fillOpacity: 0.55,
				}),
				...(start === null
					? []
					: [
							Plot.ruleX([start], {
								y1: () => top - 2,
								y2: () => top + 16,
								stroke: "var(--ink)",
								strokeWidth: 2,
							}),
						]),
				...(end === null
					? []
					: [
							Plot.dot([end], {
								x: (value: number) => value,
								y: () => top + 7,
								r: 3.5,
								fill: "var(--ink)",
								stroke: "var(--page)",
							}),
						]),
			],
		}),
	);
	const largest = shown.flatMap(({ detail }) => [detail.peak, detail.start ?? 0, detail.end ?? 0]);
	return bandChart(
		{
			title: `Resident memory of ${id}`,
			description: bands.map(({ target, note }) => `${target.label}: ${note}`).join("; "),
			axisLabel: "megabytes, resident",
		},
		bands,
		linearScale(largest),
	);
}
