/** These functions say how large a change is, which stage it is in, and what it did to a cell. */
import { ALL } from "../../analysis/change/gate.ts";
import { joinList, plainText } from "../../shared/text.ts";
import type {
	CellChange,
	CellStatus,
	ChangeFile,
	ChangeReason,
	MetricChange,
	ProcessSample,
	Reason,
	Regression,
	ScenarioResult,
	StageChange,
	StageName,
} from "../../shared/types.ts";
import { decidingRow, metricLabel, metricName } from "./metrics.ts";
import { intervalText } from "./ratio.ts";
import { reasonText } from "./reasons.ts";
import { stageLabel } from "./stages.ts";
import { countedText, numberText, percentText, ratioText, smallShareText } from "./units.ts";

/** The name of what is compared over all scenarios. */
const ALL_NAME = "all scenarios";
/** Metrics in these units do not depend on the speed of a message. */
const AMOUNT_UNITS: readonly string[] = ["mb", "kb", "count"];
/** From this ratio on, a factor says more than a percentage. */
const FACTOR_FROM = 2;
/** Stages that moved by less than this share of the message's time are not named. */
const SHOWN_SHARE = 0.02;

/** A ratio, or the difference of a metric without ratios. */
type Moved = Pick<MetricChange, "ratio" | "interval"> & Partial<Pick<MetricChange, "difference">>;

/** Names the interval of a change with its confidence: `Change (99 %)`. */
export function changeHeading({ confidence }: Pick<ChangeFile, "confidence">): string {
	return `Change (${confidenceText({ confidence })})`;
}

/** `95 %`. */
export function confidenceText({ confidence }: Pick<ChangeFile, "confidence">): string {
	return `${Math.round(100 * confidence)} %`;
}

export function isMoved({ change }: Pick<MetricChange, "change">): boolean {
	return change === "slower" || change === "faster";
}

/**
 * Returns the word and the size of a change: `slower 10% (8.1 to 12%)`, `no difference above 2.9%`,
 * `undecided, within 12%`.
 */
export function changeText(row: Moved & Pick<MetricChange, "change" | "unit">): string {
	const bound = boundText(row);
	if (row.change === "no change") return bound === null ? "no difference" : `no difference above ${bound}`;
	if (row.change === "undecided") return bound === null ? "undecided" : `undecided, within ${bound}`;
	return `${changeWord(row)} ${movedText(row)}`.trim();
}

/** The largest difference that an interval leaves possible, in either direction. */
function boundText({ interval, difference }: Moved): string | null {
	if (difference) {
		const { low, high } = difference.interval;
		return kilobytesText(Math.max(Math.abs(low), Math.abs(high)));
	}
	return interval === null ? null : differenceText(Math.max(interval.high, 1 / interval.low) - 1);
}

/** A relative difference: `12%`, and `2.40x` from twice as much on. */
function differenceText(share: number): string {
	return share + 1 >= FACTOR_FROM ? ratioText(share + 1) : percentText(share);
}

/** Names the direction of a change. An amount is not slower or faster, it is more or less. */
export function changeWord({ change, unit }: Pick<MetricChange, "change" | "unit">): string {
	if (!AMOUNT_UNITS.includes(unit)) return change;
	return change === "slower" ? "more" : change === "faster" ? "less" : change;
}

/** Says how much more or less time (or memory, or time per operation) the head takes, with the interval. */
export function movedText({ ratio, interval, difference }: Moved): string {
	if (difference) return differenceSizeText(difference);
	if (ratio === null) return "";
	const sign = ratio >= 1 ? 1 : -1;
	const show =
		ratio >= FACTOR_FROM ? ratioText : (value: number) => percentText(Math.max(0, sign * (value - 1)));
	if (interval === null) return show(ratio);
	const ends = sign > 0 ? interval : { low: interval.high, high: interval.low };
	return `${show(ratio)} (${unitOnce(intervalText(ends, show))})`;
}

/** Writes a difference in growth per message: `12.1 KB (9.40 to 14.8)`. */
function differenceSizeText({
	value,
	interval: { low, high },
}: NonNullable<MetricChange["difference"]>): string {
	const sign = value >= 0 ? 1 : -1;
	const [near, far] = sign > 0 ? [low, high] : [-high, -low];
	return `${kilobytesText(sign * value)} (${numberText(near)} to ${numberText(far)})`;
}

function kilobytesText(kb: number): string {
	return `${numberText(kb)} KB`;
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
	const who = `${scenario === ALL ? ALL_NAME : plainText(scenario, 60)}, ${plainText(pairs[pair]?.head.label ?? "", 40)}`;
	return `${who}: ${regressionSentence(regression)}`;
}

function regressionSentence({
	kind,
	metric,
	limit,
	ratio,
	interval,
	difference,
	stage,
	status,
	reason,
}: Regression): string {
	switch (kind) {
		case "worse": {
			const where = stage === null ? "" : `, in ${placeText(stage)}`;
			const size = movedText({ ratio, interval, difference });
			return `${metricName(metric)} is worse by ${size}${shareText(difference)}${limitText(limit)}${where}`;
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

/** Says what a growth comes to, in the terms of a limit. */
function shareText(difference: MetricChange["difference"]): string {
	if (difference === null) return "";
	return `, which is ${percentText(difference.value / difference.whole)} of the peak memory in 1,000 messages`;
}

/** Names the limit of a rule. A limit of zero is left out, because it says nothing. */
function limitText(limit: number): string {
	return limit === 0 ? "" : `, the limit is ${limit < 0.01 ? smallShareText(limit) : percentText(limit)}`;
}

/**
 * Says how many figures the gate judged, how often it fails for nothing, and which difference it would have
 * found.
 */
export function gatePowerText({
	judged,
	false_alarm_rate,
	detectable,
	detectable_growth_kb,
}: NonNullable<ChangeFile["gate"]>): string {
	const alarms = `Two identical builds fail this gate in at most ${percentText(false_alarm_rate)} of runs.`;
	const found = [
		...(detectable === null
			? []
			: [
					`a difference of ${differenceText(detectable.median)} in the median figure, ` +
						`of ${differenceText(detectable.largest)} in the noisiest`,
				]),
		...(detectable_growth_kb === null
			? []
			: [`${kilobytesText(detectable_growth_kb)} that a message leaves behind`]),
	];
	const power = found.length === 0 ? "" : ` Four times in five it finds ${found.join("; ")}.`;
	return `${countedText(judged, "figure")} judged. ${alarms}${power}`;
}

/**
 * Returns a sentence for every figure over all scenarios: `Start to reply over all 23 scenarios, Python: no
 * difference above 1.2%`.
 */
export function acrossText(one: ChangeFile["across"][number], pairs: ChangeFile["pairs"]): string {
	return `${acrossName(one, pairs)}: ${acrossSizeText(one)}`;
}

/** Returns what changed in a figure over all scenarios. */
export function acrossSizeText({ row }: ChangeFile["across"][number]): string {
	return row.head === null ? "the head gives no figure" : changeText(row);
}

/** Names a figure over all scenarios: `Start to reply over all 23 scenarios, Python`. */
export function acrossName(
	{ pair, scenarios, row }: ChangeFile["across"][number],
	pairs: ChangeFile["pairs"],
): string {
	const over = scenarios === 1 ? "in 1 scenario" : `over ${scenarios} scenarios`;
	return `${metricLabel(row)} ${over}, ${plainText(pairs[pair]?.head.label ?? "", 40)}`;
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

/**
 * Says in which state of a process messages were measured: `Measured in young processes: at most 4 messages
 * of warm-up, then about 10 that count. An old process may differ.` Null where no messages were.
 */
export function ageText(cells: readonly MeasuredMessages[]): string | null {
	const ages = cells.flatMap(({ warmup, iterations, samples }) => {
		const counted = samples.filter(
			({ role, counted, messages }) => role === "measure" && counted && messages > 0,
		);
		if (counted.length === 0 || iterations === 0) return [];
		const messages = counted.reduce((sum, sample) => sum + sample.messages, 0);
		// A process begins with one message of its first runtime.
		return [{ before: 1 + (warmup * messages) / iterations, timed: messages / counted.length }];
	});
	if (ages.length === 0) return null;
	const before = rangeText(ages.map((age) => age.before));
	const timed = rangeText(ages.map((age) => age.timed));
	return (
		`Measured in young processes: at most ${before} of warm-up, then about ${timed} that count. ` +
		"In an old process a change may weigh more or less."
	);
}

type MeasuredMessages = Pick<ScenarioResult, "warmup" | "iterations"> & {
	samples: readonly Pick<ProcessSample, "role" | "counted" | "messages">[];
};

function rangeText(messages: readonly number[]): string {
	const [least, most] = [Math.round(Math.min(...messages)), Math.round(Math.max(...messages))];
	return least === most ? countedText(least, "message") : `${least} to ${countedText(most, "message")}`;
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
		(row) => row.metric !== cell.deciding_metric && AMOUNT_UNITS.includes(row.unit) && isMoved(row),
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
