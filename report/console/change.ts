/** Base against head for a terminal: the verdict first, then what changed, then what did not. */
import Table from "cli-table3";
import { joinList, plainText } from "../../shared/text.ts";
import type {
	CellChange,
	Change,
	ChangeFile,
	MetricChange,
	Regression,
	StageName,
} from "../../shared/types.ts";
import { figure, minuteText, percent, ratio } from "../text/units.ts";
import { colours as pc } from "./colours.ts";
import { COMPACT, centred, type Layout, NARROW, right } from "./table.ts";
import { bounds } from "./verdicts.ts";

export function renderChange(change: ChangeFile, layout: Layout = NARROW): string {
	return [
		head(change, layout),
		unlikeText(change, layout),
		cells(change, layout),
		others(change, layout),
		overall(change),
		legend(change),
		gateText(change, layout),
	]
		.filter((part) => part !== "")
		.join("\n\n");
}

function head({ base, head: after, pairs, paired }: ChangeFile, { width }: Layout): string {
	const table = new Table({ ...COMPACT, colWidths: [width - 2], wordWrap: true });
	const how = paired ? "two targets of one run, whose processes took turns" : "two runs, one after the other";
	table.push([centred(pc.bold("What changed"))]);
	table.push([centred(`${sideText(base)}\nagainst ${sideText(after)}\n${how}`)]);
	const versions = pairs.map(({ base: one, head: other, unchanged }) => {
		const [before, now] = [one, other].map(({ versions: found }) => found?.framework ?? "unknown");
		const name = one.id === other.id ? one.label : `${one.label} and ${other.label}`;
		const what = unchanged
			? `${before}, the same in both`
			: before === now
				? `${before}, another build`
				: `${before} to ${now}`;
		return `${plainText(name, 60)}: ${plainText(what, 60)}`;
	});
	table.push([versions.join("\n")]);
	return table.toString();
}

function sideText({ name, timestamp, profile, complete }: ChangeFile["base"]): string {
	return `${plainText(name, 40)} (${minuteText(timestamp)}, ${plainText(profile, 20)}${complete ? "" : ", not complete"})`;
}

function unlikeText({ unlike }: ChangeFile, { width }: Layout): string {
	if (unlike.length === 0) return "";
	const table = new Table({ ...COMPACT, colWidths: [width - 2], wordWrap: true });
	table.push([pc.bold(pc.yellow("Not measured alike; what follows may be the machine's doing:"))]);
	for (const text of unlike) table.push([pc.yellow(plainText(text))]);
	return table.toString();
}

/** Every cell in its deciding metric. */
function cells({ cells: all, pairs }: ChangeFile, { width }: Layout): string {
	const several = pairs.length > 1;
	const widths = [10, 10, 28];
	const label = width - 5 - widths.reduce((sum, one) => sum + one, 0);
	const table = new Table({ ...COMPACT, colWidths: [label, ...widths], wordWrap: true });
	table.push([
		pc.bold("Deciding metric"),
		...["Base", "Head", "Change (95 %)"].map((text) => centred(pc.bold(text))),
	]);
	for (const [index, { base, head: after }] of pairs.entries()) {
		const name = base.id === after.id ? base.label : `${base.label} to ${after.label}`;
		if (several) table.push([{ content: pc.bold(plainText(name, width - 6)), colSpan: 4 }]);
		for (const cell of all.filter(({ pair, change }) => pair === index && change !== "not comparable")) {
			const row = cell.rows.find(({ metric }) => metric === cell.headline);
			if (row)
				table.push([
					plainText(cell.scenario, label - 2),
					right(figure(row.base, row.unit)),
					right(figure(row.head, row.unit)),
					changeText(row, cell.stage),
				]);
		}
	}
	return table.toString();
}

/** Other metrics that surely changed, and cells that say nothing. */
function others({ cells: all, pairs, missing, paired }: ChangeFile, { width }: Layout): string {
	const table = new Table({
		...COMPACT,
		colWidths: [Math.floor(width / 3), width - 3 - Math.floor(width / 3)],
		wordWrap: true,
	});
	const name = ({ pair, scenario }: CellChange) =>
		plainText(pairs.length > 1 ? `${scenario}, ${pairs[pair]?.base.label}` : scenario, 60);
	for (const cell of all) {
		// What is the same program in both runs has not changed beside its deciding metric either.
		const told = paired || pairs[cell.pair]?.unchanged === false;
		const moved = (told ? cell.rows : []).filter(
			({ metric, change }) => metric !== cell.headline && (change === "slower" || change === "faster"),
		);
		const lines = moved.map(
			(row) =>
				`${row.label}: ${figure(row.base, row.unit)} to ${figure(row.head, row.unit)}, ${wordOf(row)} ${sizeOf(row)}`,
		);
		if (cell.change === "not comparable")
			lines.push(...cell.reasons.map((reason) => `not comparable: ${plainText(reason)}`));
		if (lines.length > 0) table.push([name(cell), lines.join("\n")]);
	}
	for (const side of ["base", "head"] as const) {
		const names = [
			...new Set(missing.filter((one) => one.side === side).map(({ scenario }) => plainText(scenario, 60))),
		];
		if (names.length > 0) table.push([`Only in the ${side}`, names.join(", ")]);
	}
	if (table.length === 0) return "";
	table.unshift([pc.bold("Beside it"), ""]);
	return table.toString();
}

/** `slower 10% (8.1 to 12%)`, with the stage that most of it is in. */
export function changeText(
	row: Pick<MetricChange, "ratio" | "interval" | "change" | "better" | "unit">,
	stage: StageName | null,
): string {
	const word = wordOf(row);
	const size = sizeText(row);
	const text = `${word}${size === "" ? "" : ` ${size}`}${stage === null ? "" : `\nin ${stage === "message" ? "no stage" : stage}`}`;
	return row.change === "slower" ? pc.red(text) : row.change === "faster" ? pc.green(text) : text;
}

/** How large a change is, or how large an unsure one may be. */
export function sizeText(row: Pick<MetricChange, "ratio" | "interval" | "change">): string {
	return row.change === "noise" || row.change === "no change" ? spread(row.interval) : sizeOf(row);
}

/** In memory nothing is slower. */
export function wordOf({ change, unit }: Pick<MetricChange, "change" | "unit">): string {
	if (unit !== "mb" && unit !== "kb") return change;
	return change === "slower" ? "more" : change === "faster" ? "less" : change;
}

/** From twice as much on a factor says more than a percentage. */
const FACTOR_FROM = 2;

/** How much more or less time (or memory, or time per operation) the head takes, with the interval. */
export function sizeOf({ ratio: factor, interval }: Pick<MetricChange, "ratio" | "interval">): string {
	if (factor === null) return "";
	const sign = factor >= 1 ? 1 : -1;
	const show = factor >= FACTOR_FROM ? ratio : (value: number) => percent(Math.max(0, sign * (value - 1)));
	if (interval === null) return show(factor);
	const ends = sign > 0 ? interval : { low: interval.high, high: interval.low };
	return `${show(factor)} (${unitOnce(bounds(ends, show))})`;
}

function spread(interval: MetricChange["interval"]): string {
	if (interval === null) return "";
	const show = (value: number) => `${value < 1 ? "-" : "+"}${percent(Math.abs(value - 1))}`;
	return `(${unitOnce(bounds(interval, show))})`;
}

/** `19% to 36%` is `19 to 36%`. */
function unitOnce(text: string): string {
	return text.replace(/^([-+\d.]+)(%|x) to (.*\2)$/, "$1 to $3");
}

function overall({ overall: rows, pairs }: ChangeFile): string {
	return rows
		.filter(({ scenarios }) => scenarios > 1)
		.map(({ pair, scenarios, ratio, interval, change }) => {
			const text = changeText({ ratio, interval, change, better: "lower", unit: "ms" }, null);
			return `Over all ${scenarios} scenarios, ${plainText(pairs[pair]?.head.label ?? "", 24)}: ${text}`;
		})
		.join("\n");
}

function legend({ paired, cells: all }: ChangeFile): string {
	const drift = all
		.flatMap(({ rows, headline }) => rows.filter(({ metric }) => metric === headline))
		.find((row) => row.drift)?.drift;
	const lines = ["noise: too uncertain to tell; no change: less than 5 %, with 95 % confidence."];
	if (!paired && drift) {
		const from =
			drift.source === "assumed"
				? "assumed: nothing was the same in both runs"
				: `seen in ${drift.cells} cells that are the same in both runs`;
		lines.push(`From run to run this machine moves a figure by ${percent(drift.value)} (${from}).`);
		lines.push("Two targets in one run tell more: their processes take turns.");
	}
	return lines.join("\n");
}

function gateText({ gate, cells: all, pairs }: ChangeFile, { width }: Layout): string {
	const counts = (["slower", "faster", "no change", "noise", "not comparable"] satisfies Change[])
		.map((word) => [all.filter(({ change }) => change === word).length, word] as const)
		.filter(([count]) => count > 0)
		.map(([count, word]) => `${count} ${word}`);
	const table = new Table({ ...COMPACT, colWidths: [width - 2], wordWrap: true });
	table.push([`${all.length} ${all.length === 1 ? "cell" : "cells"}: ${joinList(counts)}`]);
	if (gate !== null && gate.regressions.length === 0)
		table.push([pc.green(`No regression in ${gate.judged} judged figures.`)]);
	if (gate !== null && gate.regressions.length > 0) {
		table.push([
			pc.bold(
				pc.red(`${gate.regressions.length} ${gate.regressions.length === 1 ? "regression" : "regressions"}`),
			),
		]);
		for (const one of gate.regressions) table.push([pc.red(regressionText(one, pairs))]);
	}
	return table.toString();
}

/** One line for logs and test reports. */
export function regressionText(
	{ scenario, pair, limit, ratio, interval, stage, reason }: Regression,
	pairs: ChangeFile["pairs"],
): string {
	const who = `${plainText(scenario, 60)}, ${plainText(pairs[pair]?.head.label ?? "", 40)}`;
	if (ratio === null) return `${who}: ${plainText(reason)}`;
	const where = stage === null ? "" : `, in ${stage === "message" ? "no stage" : stage}`;
	return `${who}: ${plainText(reason)} by ${sizeOf({ ratio, interval })}, the limit is ${percent(limit)}${where}`;
}
