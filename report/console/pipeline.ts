/** This heatmap shows the share of each stage in a message's time. */
import type { ComparisonFile, StageName } from "../../shared/types.ts";
import { intervalText } from "../text/ratio.ts";
import { STAGES, stageLabel } from "../text/stages.ts";
import { valueText } from "../text/units.ts";
import { colours as pc } from "./colours.ts";
import { columnTables, headingRow, indentLabel, type Layout, NARROW, right } from "./table.ts";

const SHADES = [" ", "░", "▒", "▓", "█"];
/** A stage with less than this everywhere has no row. */
const LEAST_SHARE = 0.0005;
/** The number beside a bar has this width. */
const NUMBER_WIDTH = 9;

export function renderPipeline(
	{ pipelines, targets }: Pick<ComparisonFile, "pipelines" | "targets">,
	layout: Layout = NARROW,
): string {
	const pipelineOf = (id: string) => pipelines.find(({ target }) => target === id);
	const shown = targets.filter(({ id }) => pipelineOf(id));
	return columnTables(shown, layout, (columns, { columnWidth }) => [
		headingRow("Where the time goes", columns, columnWidth),
		...STAGES.flatMap((stage) => {
			const shares = columns.map(({ id }) => shareOf(pipelineOf(id), stage));
			if (shares.every((share) => share === null || share < LEAST_SHARE)) return [];
			const texts = shares.map((share) => (share === null ? "-" : heat(share, columnWidth - NUMBER_WIDTH)));
			return [[stageLabel(stage), ...texts.map(right)]];
		}),
		["observer cost", ...columns.map(({ id }) => right(costText(pipelineOf(id))))],
		...(columns.some(({ id }) => pipelineOf(id)?.observer_cost?.interval)
			? [[indentLabel("95 % interval"), ...columns.map(({ id }) => right(costInterval(pipelineOf(id))))]]
			: []),
		["scenarios averaged", ...columns.map(({ id }) => right(String(pipelineOf(id)?.scenarios ?? "-")))],
	]);
}

/**
 * Returns a stage's share of the time. It is zero for a stage that was not called, null for one that could
 * not be observed.
 */
function shareOf(pipeline: ComparisonFile["pipelines"][number] | undefined, stage: StageName): number | null {
	if (!pipeline || pipeline.not_observable.includes(stage)) return null;
	return pipeline.shares[stage] ?? 0;
}

/** The time that observing adds to a message, averaged over the scenarios. */
function costText(pipeline: ComparisonFile["pipelines"][number] | undefined): string {
	return valueText(pipeline?.observer_cost?.value, "share");
}

function costInterval(pipeline: ComparisonFile["pipelines"][number] | undefined): string {
	const interval = pipeline?.observer_cost?.interval;
	return interval ? intervalText(interval, (share) => valueText(share, "share")) : "-";
}

/** Draws a share as a bar of shades and a number. The colour says the same again. */
function heat(share: number, length: number): string {
	const full = Math.min(1, share) * length;
	const whole = Math.floor(full);
	const bar = "█".repeat(whole) + (SHADES[Math.round((full - whole) * (SHADES.length - 1))] ?? "");
	const text = `${bar.padEnd(length)}${`${(100 * share).toFixed(1)}%`.padStart(7)}`;
	return share >= 0.3 ? pc.red(text) : share >= 0.1 ? pc.yellow(text) : text;
}
