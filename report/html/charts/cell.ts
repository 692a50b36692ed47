/** Small charts of a scenario with a row a target: the first messages, the stages, the memory. */
import * as Plot from "@observablehq/plot";
import type { ScenarioComparison, StageName } from "../../../shared/types.ts";
import { STAGES, stageLabel } from "../../text/stages.ts";
import { numberText, valueText } from "../../text/units.ts";
import type { Markup } from "../markup.ts";
import type { ShownTarget, View } from "../view.ts";
import { type Band, bandChart, WIDTH } from "./bands.ts";
import { axisLabel } from "./distribution.ts";
import { linearScale, spreadScale } from "./scales.ts";

/**
 * A message in a fresh process, in a fresh runtime of a warm process, and later: hollow, half and full. Null
 * where nobody was timed.
 */
export function phasesChart({ id, cells }: ScenarioComparison, { targets }: View): Markup | null {
	const shown = withDetail(targets, (target) => {
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

/** Labels of segments narrower than their text would run into the next one. */
const CHARACTER_WIDTH = 6.4;
const BAR = 26;

/** Self times as shares of a message, in the order of the stages. Null where no target was observed. */
export function stagesChart({ id, cells }: ScenarioComparison, { targets }: View): Markup | null {
	const shown = withDetail(targets, (target) => cells[target.id]?.detail.pipeline ?? null);
	if (shown.length === 0) return null;
	const whole = Math.max(
		1,
		...shown.map(({ detail }) => detail.stages.reduce((sum, { share }) => sum + share, 0)),
	);
	const bands = shown.map(
		({ target, detail }): Band => ({
			target,
			note: `${valueText(detail.message_avg_ms, "ms")} a message`,
			height: BAR,
			marks: (top) => {
				const segments = stacked(detail.stages);
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

function stacked(stages: readonly { stage: StageName; share: number }[]): Segment[] {
	let end = 0;
	return STAGES.flatMap((stage) => {
		const share = stages.find((row) => row.stage === stage)?.share ?? 0;
		const from = end;
		end += share;
		return share > 0.0005 ? [{ stage, from, to: end }] : [];
	});
}

/** The kernel's high-water mark as a bar, with what was resident at the start (line) and at the end (dot). */
export function memoryChart({ id, cells }: ScenarioComparison, { targets }: View): Markup | null {
	const shown = withDetail(targets, (target) => {
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

function withDetail<T>(
	targets: readonly ShownTarget[],
	detail: (target: ShownTarget) => T | null,
): { target: ShownTarget; detail: T }[] {
	return targets.flatMap((target) => {
		const found = detail(target);
		return found === null ? [] : [{ target, detail: found }];
	});
}
