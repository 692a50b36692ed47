/** This chart shows the first messages of a scenario, with a row for each target. */
import * as Plot from "@observablehq/plot";
import type { ScenarioComparison } from "../../../shared/types.ts";
import { valueText } from "../../text/units.ts";
import type { Markup } from "../markup.ts";
import type { View } from "../view.ts";
import { type Band, bandChart, pickDetail } from "./bands.ts";
import { axisLabel } from "./distribution.ts";
import { spreadScale } from "./scales.ts";

/**
 * Draws a message in a fresh process (hollow), in a fresh runtime of a warm process (half), and later (full).
 * Null where no target sent messages.
 */
export function phasesChart({ id, cells }: ScenarioComparison, { targets }: View): Markup | null {
	const shown = pickDetail(targets, (target) => {
		const phases = cells[target.id]?.detail.phases;
		const points = phases
			? (["cold", "first", "steady"] as const).flatMap((name) => {
					const value = phases[`${name}_ms`];
					return value === null ? [] : [{ name, value }];
				})
			: [];
		return points.length === 0 ? null : points;
	});
	if (shown.length === 0) return null;
	const fill = { cold: 0, first: 0.45, steady: 1 } as const;
	const bands = shown.map(
		({ target, detail }): Band => ({
			target,
			note: detail.map(({ name, value }) => `${name} ${valueText(value, "ms")}`).join(" · "),
			height: 14,
			marks: (top) => [
				Plot.line(detail, { x: "value", y: () => top + 7, stroke: target.colour, strokeOpacity: 0.6 }),
				Plot.dot(detail, { x: "value", y: () => top + 7, r: 5, fill: "var(--page)", stroke: "var(--page)" }),
				Plot.dot(detail, {
					x: "value",
					y: () => top + 7,
					r: 5,
					fill: target.colour,
					stroke: target.colour,
					strokeWidth: 1.5,
					fillOpacity: ({ name }: (typeof detail)[number]) => fill[name],
				}),
			],
		}),
	);
	const scale = spreadScale(shown.flatMap(({ detail }) => detail.map(({ value }) => value)));
	return bandChart(
		{
			title: `A cold, a first and a steady message of ${id}`,
			description: bands.map(({ target, note }) => `${target.label}: ${note}`).join("; "),
			axisLabel: axisLabel(scale.type),
		},
		bands,
		scale,
	);
}
