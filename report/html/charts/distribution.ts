/**
 * This chart shows the distribution of a scenario's latencies, with a row for every process of every target.
 */
import * as Plot from "@observablehq/plot";
import type { ScenarioComparison } from "../../../shared/types.ts";
import { valueText } from "../../text/units.ts";
import type { Markup } from "../markup.ts";
import type { View } from "../view.ts";
import { type Band, bandChart } from "./bands.ts";
import { spreadScale } from "./scales.ts";

const ROW = 9;
/** With more processes the rows get thinner, so that a target's band stays within this height. */
const TALLEST = 90;

/** Draws a tick for each fortieth of a process's messages. Null where no target sends messages. */
export function distributionChart({ id, cells, rows }: ScenarioComparison, { targets }: View): Markup | null {
	const shown = targets.flatMap((target) => {
		const processes = cells[target.id]?.detail.distributions ?? [];
		return processes.length === 0 ? [] : [{ target, processes }];
	});
	if (shown.length === 0) return null;
	const medians = rows.find(({ metric }) => metric === "message_latency_p50_ms")?.values ?? {};
	const bands = shown.map(({ target, processes }): Band => {
		const pitch = Math.min(ROW, TALLEST / processes.length);
		return {
			target,
			note: `median ${valueText(medians[target.id], "ms")}`,
			height: pitch * processes.length,
			marks: (top) => {
				const ticks = processes.flatMap(({ quantiles_ms }, row) =>
					quantiles_ms.flatMap((value) => upright(value, top + pitch * row, pitch * 0.8)),
				);
				const middles = processes.flatMap(({ quantiles_ms }, row) =>
					upright(
						quantiles_ms[Math.floor(quantiles_ms.length / 2)] ?? Number.NaN,
						top + pitch * row,
						pitch * 0.8,
					),
				);
				return [
					Plot.line(ticks, { stroke: target.colour, strokeWidth: 1, strokeOpacity: 0.75 }),
					Plot.line(middles, { stroke: "var(--ink)", strokeWidth: 2.5 }),
				];
			},
		};
	});
	const scale = spreadScale(
		shown.flatMap(({ processes }) => processes.flatMap(({ quantiles_ms }) => quantiles_ms)),
	);
	const description = shown
		.map(
			({ target, processes }) =>
				`${target.label}: ${processes.length} processes, median ${valueText(medians[target.id], "ms")}`,
		)
		.join("; ");
	return bandChart(
		{
			title: `Latency of the messages of ${id}, process by process`,
			description,
			axisLabel: axisLabel(scale.type),
		},
		bands,
		scale,
	);
}

export function axisLabel(type: "log" | "linear"): string {
	return `milliseconds per message${type === "log" ? " (logarithmic)" : ""}`;
}

/** Draws a short vertical line, and leaves a gap after it. */
function upright(x: number, y: number, height: number): [number, number][] {
	return [
		[x, y],
		[x, y + height],
		[Number.NaN, Number.NaN],
	];
}
