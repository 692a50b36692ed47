/** What changed, in one sentence a cell: for whoever changed one thing and asks what it did. */
import { joinList, plainText } from "../../shared/text.ts";
import type { CellChange, ChangeFile, MetricChange, StageChange } from "../../shared/types.ts";
import { sizeText, wordOf } from "../console/change.ts";

/** Metrics that do not follow from the speed of a message. */
const OF_ITS_OWN = ["mb", "kb"];
/** Of the message's time: what is less is not told of a stage beside the one that it is in. */
const TOLD_SHARE = 0.02;

/**
 * `single-message: faster by 23% (21 to 25%), in prompt_build; nothing else changed` for every cell that says
 * something.
 */
export function changeSentences({ cells, pairs }: Pick<ChangeFile, "cells" | "pairs">): string[] {
	return cells.map((cell) => {
		const of = pairs.length > 1 ? `, ${plainText(pairs[cell.pair]?.head.label ?? "", 40)}` : "";
		return `${plainText(cell.scenario, 60)}${of}: ${sentence(cell)}`;
	});
}

function sentence(cell: CellChange): string {
	const row = cell.rows.find(({ metric }) => metric === cell.headline);
	if (cell.change === "not comparable" || !row)
		return `not comparable: ${cell.reasons.map((reason) => plainText(reason)).join("; ")}`;
	if (cell.change === "noise") return `too uncertain to tell ${sizeText(row)}: more time tells more`;
	const others = elsewhere(cell);
	const rest = others.length === 0 ? "nothing else changed" : `beside it ${joinList(others)}`;
	if (cell.change === "no change")
		return `no change ${sizeText(row)}; ${others.length === 0 ? "nothing else either" : rest}`;
	// Between two runtimes, or without observed iterations, nothing is known of stages.
	if (cell.stages.length === 0)
		return `${wordOf(row)} by ${sizeText(row)}${others.length === 0 ? "" : `; ${rest}`}`;
	const where = cell.stage === null ? "in no single stage" : `in ${stageText(cell.stage)}`;
	return `${wordOf(row)} by ${sizeText(row)}, ${where}; ${rest}`;
}

function stageText(stage: string): string {
	return stage === "message" ? "what no stage covers" : stage;
}

/** Other stages that surely moved, and memory. */
function elsewhere(cell: CellChange): string[] {
	const message = cell.stages.reduce((sum, { base_self_ms }) => sum + base_self_ms, 0);
	const stages = cell.stages.filter(
		(one) =>
			one.stage !== cell.stage && surelyMoved(one) && Math.abs(one.difference_ms) > TOLD_SHARE * message,
	);
	const metrics = cell.rows.filter(
		({ metric, unit, change }) =>
			metric !== cell.headline && OF_ITS_OWN.includes(unit) && (change === "slower" || change === "faster"),
	);
	return [...stages.map(movedText), ...metrics.map(metricText)];
}

function surelyMoved({ interval }: StageChange): boolean {
	return interval !== null && (interval.low > 0 || interval.high < 0);
}

function movedText({ stage, difference_ms, base_self_ms }: StageChange): string {
	const of =
		base_self_ms > 0 ? ` (${difference_ms > 0 ? "+" : "-"}${Math.abs(difference_ms).toPrecision(2)} ms)` : "";
	return `${stageText(stage)} ${difference_ms > 0 ? "slower" : "faster"}${of}`;
}

function metricText(row: MetricChange): string {
	return `${row.label}: ${wordOf(row)} ${sizeText(row)}`;
}
