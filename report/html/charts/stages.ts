/** This chart shows the time of a scenario's messages by stage, with a bar for each target. */
import * as Plot from "@observablehq/plot";
import type { ScenarioComparison, StageName } from "../../../shared/types.ts";
import { STAGES, stageLabel } from "../../text/stages.ts";
import { valueText } from "../../text/units.ts";
import type { Markup } from "../markup.ts";
import type { View } from "../view.ts";
import { type Band, bandChart, pickDetail, WIDTH } from "./bands.ts";

/** A label wider than its segment would run into the next one. */
const CHARACTER_WIDTH = 6.4;
const BAR = 26;

/** Draws self times as shares of a message, in the order of the stages. Null where no target was observed. */
export function stagesChart({ id, cells }: ScenarioComparison, { targets }: View): Markup | null {
	const shown = pickDetail(targets, (target) => cells[target.id]?.detail.pipeline ?? null);
	if (shown.length === 0) return null;
	const whole = Math.max(
		1,
		...shown.map(({ detail }) => detail.stages.reduce((sum, { share }) => sum + share, 0)),
	);
	const bands = shown.map(
		({ target, detail }): Band => ({
			target,
			note: `${valueText(detail.message_avg_ms, "ms")} per message`,
			height: BAR,
			marks: (top) => {
				const segments = stackStages(detail.stages);
				const wide = segments.filter(
					({ stage, from, to }) =>
						((to - from) / whole) * WIDTH > CHARACTER_WIDTH * stageLabel(stage).length + 6,
				);
				return [
					...segments.map(({ stage, from, to }) =>
						Plot.rect([0], {
							x1: () => from,
							x2: () => to,
							y1: () => top,
							y2: () => top + BAR,
							fill: `var(--s-${stage})`,
							insetRight: to - from > 0.01 ? 1 : 0,
						}),
					),
					Plot.text(wide, {
						x: (one: Segment) => (one.from + one.to) / 2,
						y: () => top + BAR / 2,
						text: (one: Segment) => stageLabel(one.stage),
						fill: "#fff",
					}),
				];
			},
		}),
	);
	return bandChart(
		{
			title: `Where the time of a message of ${id} goes`,
			description: shown
				.map(({ target, detail }) => {
					const largest = detail.stages
						.slice(0, 3)
						.map(({ stage, share }) => `${stageLabel(stage)} ${valueText(share, "share")}`);
					return `${target.label}: ${largest.join(", ")}`;
				})
				.join("; "),
			axisLabel: null,
		},
		bands,
		{ type: "linear", domain: [0, whole], ticks: [] },
	);
}

interface Segment {
	stage: StageName;
	from: number;
	to: number;
}

function stackStages(stages: readonly { stage: StageName; share: number }[]): Segment[] {
	let end = 0;
	return STAGES.flatMap((stage) => {
		const share = stages.find((row) => row.stage === stage)?.share ?? 0;
		const from = end;
		end += share;
		return share > 0.0005 ? [{ stage, from, to: end }] : [];
	});
}
