/** These functions say how large a change is, which stage it is in, and what it did to a cell. */
import { joinList, plainText } from "../../shared/text.ts";
import type {
	CellChange,
	CellStatus,
	ChangeFile,
	ChangeReason,
	MetricChange,
	Reason,
	Regression,
	StageChange,
	StageName,
} from "../../shared/types.ts";
import { decidingRow, metricLabel, metricName } from "./metrics.ts";
import { intervalText } from "./ratio.ts";
import { reasonText } from "./reasons.ts";
import { stageLabel } from "./stages.ts";
import { countedText, percentText, ratioText } from "./units.ts";

/** Metrics in these units do not depend on the speed of a message. */
const MEMORY_UNITS: readonly string[] = ["mb", "kb"];
/** From this ratio on, a factor says more than a percentage. */
const FACTOR_FROM = 2;
/** Stages that moved by less than this share of the message's time are not named. */
const SHOWN_SHARE = 0.02;

export function isMoved({ change }: Pick<MetricChange, "change">): boolean {
	return change === "slower" || change === "faster";
}

/**
 * Returns the word and the size of a change: `slower 10% (8.1 to 12%)`, `no difference above 2.9%`,
 * `undecided, within 12%`.
 */
export function changeText(row: Pick<MetricChange, "ratio" | "interval" | "change" | "unit">): string {
	if (row.change === "no change") return `no difference above ${boundText(row.interval)}`;
	if (row.change === "undecided")
		return row.interval === null ? "undecided" : `undecided, within ${boundText(row.interval)}`;
	return `${changeWord(row)} ${movedText(row)}`.trim();
}

/** The largest difference that an interval leaves possible, in either direction. */
function boundText(interval: MetricChange["interval"]): string {
	return interval === null ? "?" : differenceText(Math.max(interval.high, 1 / interval.low) - 1);
}

/** A relative difference: `12%`, and `2.40x` from twice as much on. */
function differenceText(share: number): string {
	return share + 1 >= FACTOR_FROM ? ratioText(share + 1) : percentText(share);
}

/** Names the direction of a change. Memory is not slower or faster, it is more or less. */
export function changeWord({ change, unit }: Pick<MetricChange, "change" | "unit">): string {
	if (!MEMORY_UNITS.includes(unit)) return change;
	return change === "slower" ? "more" : change === "faster" ? "less" : change;
}

/** Says how much more or less time (or memory, or time per operation) the head takes, with the interval. */
export function movedText({ ratio, interval }: Pick<MetricChange, "ratio" | "interval">): string {
	if (ratio === null) return "";
	const sign = ratio >= 1 ? 1 : -1;
	const show =
		ratio >= FACTOR_FROM ? ratioText : (value: number) => percentText(Math.max(0, sign * (value - 1)));
	if (interval === null) return show(ratio);
	const ends = sign > 0 ? interval : { low: interval.high, high: interval.low };
	return `${show(ratio)} (${unitOnce(intervalText(ends, show))})`;
}

/** Writes the unit of an interval once: `19% to 36%` becomes `19 to 36%`. */
function unitOnce(text: string): string {
	return text.replace(/^([-+\d.]+)(%|x) to (.*\2)$/, "$1 to $3");
}

/** Says what the two sides are: `two targets of one run, whose processes took turns`. */
export function sidesText({ paired }: Pick<ChangeFile, "paired">): string {
	return paired ? "two targets of one run, whose processes took turns" : "two runs, one after the other";
}

/** Names the framework's versions of a pair: `2.0.0a4 to 2.0.0a5`, `2.0.0a4 in both`. */
export function versionsText({ base, head, unchanged }: ChangeFile["pairs"][number]): string {
	const [before = "", now = ""] = [base, head].map(({ versions }) =>
		plainText(versions?.framework ?? "unknown", 60),
	);
	if (unchanged) return `${before}, the same program in both`;
	return before === now ? `${before} in both` : `${before} to ${now}`;
}

/** Returns the reason why a cell cannot be compared. */
export function changeReasonText(found: ChangeReason): string {
	switch (found.kind) {
		case "status":
			return sideStatusText(found.side, found.status, found.reason);
		case "no-figure":
			return `the ${found.side} gives no figure of ${metricName(found.metric)}`;
		case "no-common-figure":
			return "the two sides have no deciding metric in common";
	}
}

function sideStatusText(side: "base" | "head", status: CellStatus | null, reason: Reason | null): string {
	const why = reason === null ? "no reason given" : reasonText(reason);
	return plainText(`the ${side} is ${status ?? "not comparable"}: ${why}`);
}

/** Describes a regression in one line for logs and test reports. */
export function regressionText(regression: Regression, pairs: ChangeFile["pairs"]): string {
	const { scenario, pair, target } = regression;
	if (target !== null) return `${plainText(target, 40)}: the head does not have this target`;
	const who = `${plainText(scenario, 60)}, ${plainText(pairs[pair]?.head.label ?? "", 40)}`;
	return `${who}: ${regressionSentence(regression)}`;
}

function regressionSentence({
	kind,
	metric,
	limit,
	ratio,
	interval,
	stage,
	status,
	reason,
}: Regression): string {
	switch (kind) {
		case "worse": {
			const where = stage === null ? "" : `, in ${placeText(stage)}`;
			const size = movedText({ ratio, interval });
			return `${metricName(metric)} is worse by ${size}${limitText(limit)}${where}`;
		}
		case "lost-cell":
			return sideStatusText("head", status, reason);
		case "lost-figure":
			return `the head gives no figure of ${metricName(metric)}`;
		case "lost-scenario":
			return "the head did not run this scenario";
		case "lost-target":
			return "the head does not have this target";
	}
}

/** Names the limit of a rule. A limit of zero is left out, because it says nothing. */
function limitText(limit: number): string {
	return limit === 0 ? "" : `, the limit is ${percentText(limit)}`;
}

/**
 * Says how many figures the gate judged, how often it fails for nothing, and which difference it would have
 * found.
 */
export function gatePowerText({
	judged,
	false_alarm_rate,
	detectable,
}: NonNullable<ChangeFile["gate"]>): string {
	const alarms = `Two identical builds fail this gate in at most ${percentText(false_alarm_rate)} of runs.`;
	if (detectable === null) return `${countedText(judged, "figure")} judged. ${alarms}`;
	const { median, largest } = detectable;
	const sizes = `${differenceText(median)} in the median figure, of ${differenceText(largest)} in the noisiest`;
	const power = `Four times in five it finds a difference of ${sizes}.`;
	return `${countedText(judged, "figure")} judged. ${alarms} ${power}`;
}

/**
 * Returns a sentence for every cell: `single-message: faster by 23% (21 to 25%), in prompt; nothing else
 * changed`.
 */
export function changeSentences({ cells, pairs }: Pick<ChangeFile, "cells" | "pairs">): string[] {
	return cells.map((cell) => {
		const target = pairs.length > 1 ? `, ${plainText(pairs[cell.pair]?.head.label ?? "", 40)}` : "";
		return `${plainText(cell.scenario, 60)}${target}: ${cellSentence(cell)}`;
	});
}

function cellSentence(cell: CellChange): string {
	const row = decidingRow(cell);
	if (cell.change === "not comparable" || !row)
		return `not comparable: ${cell.reasons.map(changeReasonText).join("; ")}`;
	if (cell.change === "undecided") return `${changeText(row)}; a longer run may tell`;
	const others = otherMoves(cell);
	const rest = others.length === 0 ? "nothing else changed" : `also ${joinList(others)}`;
	if (cell.change === "no change") return `${changeText(row)}; ${rest}`;
	const moved = `${changeWord(row)} by ${movedText(row)}`;
	// Between two runtimes, or without observed iterations, nothing is known of stages.
	if (cell.stages.length === 0) return others.length === 0 ? moved : `${moved}; ${rest}`;
	const where = cell.stage === null ? "in no single stage" : `in ${placeText(cell.stage)}`;
	return `${moved}, ${where}; ${rest}`;
}

/** Returns the other stages that moved significantly, and the changes in memory. */
function otherMoves(cell: CellChange): string[] {
	const message = cell.stages.reduce((sum, { base_self_ms }) => sum + base_self_ms, 0);
	const stages = cell.stages.filter(
		(one) =>
			one.stage !== cell.stage &&
			movedSignificantly(one) &&
			Math.abs(one.difference_ms) > SHOWN_SHARE * message,
	);
	const metrics = cell.rows.filter(
		(row) => row.metric !== cell.deciding_metric && MEMORY_UNITS.includes(row.unit) && isMoved(row),
	);
	return [...stages.map(stageMoveText), ...metrics.map((row) => `${metricLabel(row)}: ${changeText(row)}`)];
}

function movedSignificantly({ interval }: StageChange): boolean {
	return interval !== null && (interval.low > 0 || interval.high < 0);
}

function stageMoveText({ stage, difference_ms, base_self_ms }: StageChange): string {
	const sign = difference_ms > 0 ? "+" : "-";
	const size = base_self_ms > 0 ? ` (${sign}${Math.abs(difference_ms).toPrecision(2)} ms)` : "";
	return `${placeText(stage)} ${difference_ms > 0 ? "slower" : "faster"}${size}`;
}

/** Names a stage inside a sentence: `event_emit`, or `unattributed time`. */
export function placeText(stage: StageName): string {
	return stage === "message" ? `${stageLabel(stage)} time` : stageLabel(stage);
}
