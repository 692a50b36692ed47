/**
 * This report shows a change on a terminal: every cell in its deciding metric, then the rest, the gate last.
 */
import { joinList, plainText } from "../../shared/text.ts";
import type { CellChange, Change, ChangeFile, MetricChange, StageName } from "../../shared/types.ts";
import {
	acrossName,
	acrossSizeText,
	changeHeading,
	changeReasonText,
	changeText,
	changeWord,
	confidenceText,
	gatePowerText,
	isMoved,
	movedText,
	placeText,
	regressionText,
	sidesText,
	versionsText,
} from "../text/change.ts";
import { DIFFERENCES_TITLE, differenceTexts } from "../text/differences.ts";
import { decidingRow, metricLabel } from "../text/metrics.ts";
import { countedText, minuteText, percentText, valueText } from "../text/units.ts";
import { unlikenessText } from "../text/unlikeness.ts";
import { colours as pc } from "./colours.ts";
import { across, boxText, centreText, type Layout, NARROW, right, tableText } from "./table.ts";

export function renderChange(change: ChangeFile, layout: Layout = NARROW): string {
	return [
		head(change, layout),
		unlikeBox(change, layout),
		differencesBox(change, layout),
		cells(change, layout),
		others(change, layout),
		overAll(change, layout),
		overall(change),
		legend(change),
		gateBox(change, layout),
	]
		.filter((part) => part !== "")
		.join("\n\n");
}

function head(change: ChangeFile, layout: Layout): string {
	const { base, head: after, pairs } = change;
	const sides = [`Base: ${sideText(base)}`, `Head: ${sideText(after)}`, sidesText(change)];
	return boxText(
		[centreText(pc.bold("What changed")), centreText(sides.join("\n")), pairs.map(pairText).join("\n")],
		layout,
	);
}

function sideText({ name, timestamp, profile, complete }: ChangeFile["base"]): string {
	const about = `${minuteText(timestamp)}, ${plainText(profile, 20)}${complete ? "" : ", not complete"}`;
	return `${plainText(name, 40)} (${about})`;
}

/** Names the versions of a pair: `Python: 2.0.0a4 to 2.0.0a5`. */
function pairText(pair: ChangeFile["pairs"][number]): string {
	const { base, head: after } = pair;
	const name = base.id === after.id ? base.label : `${base.label} and ${after.label}`;
	return `${plainText(name, 60)}: ${versionsText(pair)}`;
}

function unlikeBox({ unlike }: ChangeFile, layout: Layout): string {
	if (unlike.length === 0) return "";
	const title = pc.bold(pc.yellow("Measured under different conditions, which may explain the differences:"));
	return boxText([title, ...unlike.map((one) => pc.yellow(unlikenessText(one)))], layout);
}

function differencesBox(change: ChangeFile, layout: Layout): string {
	if (change.differences.length === 0) return "";
	return boxText([pc.bold(DIFFERENCES_TITLE), ...differenceTexts(change)], layout);
}

/** Shows every cell in its deciding metric. */
function cells(change: ChangeFile, { width }: Layout): string {
	const { cells: all, pairs } = change;
	const widths = [10, 10, 28];
	const label = width - 5 - widths.reduce((sum, one) => sum + one, 0);
	const headings = ["Base", "Head", changeHeading(change)].map((word) => centreText(pc.bold(word)));
	const rows = pairs.flatMap(({ base, head: after }, index) => {
		const name = base.id === after.id ? base.label : `${base.label} to ${after.label}`;
		const own = all.filter((cell) => cell.pair === index && cell.change !== "not comparable");
		return [
			...(pairs.length > 1 ? [[across(pc.bold(plainText(name, width - 6)), 3)]] : []),
			...own.flatMap((cell) => {
				const row = decidingRow(cell);
				if (!row) return [];
				return [
					[
						plainText(cell.scenario, label - 2),
						right(valueText(row.base, row.unit)),
						right(valueText(row.head, row.unit)),
						colourCellChange(row, cell.stage),
					],
				];
			}),
		];
	});
	return tableText([label, ...widths], [[pc.bold("Deciding metric"), ...headings], ...rows]);
}

/** Shows the other metrics that changed significantly, and the cells without a verdict. */
function others(change: ChangeFile, { width }: Layout): string {
	const rows = [...change.cells.flatMap((cell) => otherRow(cell, change)), ...missingRows(change)];
	if (rows.length === 0) return "";
	const first = Math.floor(width / 3);
	return tableText([first, width - 3 - first], [[pc.bold("Other changes"), ""], ...rows]);
}

function otherRow(cell: CellChange, { pairs, paired }: ChangeFile): string[][] {
	const { scenario, pair, deciding_metric, rows, change, reasons } = cell;
	// In two runs of the same program nothing else has changed either.
	const shown = paired || pairs[pair]?.unchanged === false;
	const moved = shown ? rows.filter((row) => row.metric !== deciding_metric && isMoved(row)) : [];
	const lines = [
		...moved.map((row) => `${metricLabel(row)}: ${movedRowText(row)}`),
		...(change === "not comparable" ? reasons : []).map((one) => `not comparable: ${changeReasonText(one)}`),
	];
	const name = pairs.length > 1 ? `${scenario}, ${pairs[pair]?.base.label}` : scenario;
	return lines.length === 0 ? [] : [[plainText(name, 60), lines.join("\n")]];
}

function movedRowText(row: MetricChange): string {
	const values = `${valueText(row.base, row.unit)} to ${valueText(row.head, row.unit)}`;
	return `${values}, ${changeWord(row)} ${movedText(row)}`;
}

function missingRows({ missing }: ChangeFile): string[][] {
	return (["base", "head"] as const).flatMap((side) => {
		const own = missing.filter((one) => one.side === side);
		const names = [...new Set(own.map(({ scenario }) => plainText(scenario, 60)))];
		return names.length === 0 ? [] : [[`Only in the ${side}`, names.join(", ")]];
	});
}

/** Writes `slower 10% (8.1 to 12%)`, with the stage that most of the change is in. */
function colourCellChange(row: MetricChange, stage: StageName | null): string {
	const where = stage === null ? "" : `\nin ${placeText(stage)}`;
	return colourChange(row.change, `${changeText(row)}${where}`);
}

function colourChange(change: Change, text: string): string {
	if (change === "slower") return pc.red(text);
	return change === "faster" ? pc.green(text) : text;
}

/** Shows what is compared over all scenarios. */
function overAll(change: ChangeFile, { width }: Layout): string {
	if (change.across.length === 0) return "";
	const first = Math.floor(width / 2);
	const rows = change.across.map((one) => [
		acrossName(one, change.pairs),
		colourChange(one.row.change, acrossSizeText(one)),
	]);
	return tableText([first, width - 3 - first], [[pc.bold("Over all scenarios"), ""], ...rows]);
}

function overall({ overall: rows, pairs }: ChangeFile): string {
	const deciding = rows
		.filter(({ scenarios }) => scenarios > 1)
		.map((row) => {
			const name = plainText(pairs[row.pair]?.head.label ?? "", 24);
			const text = colourChange(row.change, changeText({ ...row, unit: "ms" }));
			return `Over all ${row.scenarios} scenarios, ${name}: ${text}`;
		});
	return deciding.join("\n");
}

function legend({ paired, cells: all, confidence }: ChangeFile): string {
	const drift = all.map((cell) => decidingRow(cell)?.drift).find((one) => one);
	const lines = [
		`no difference above X, undecided within X: more than X is ruled out (${confidenceText({ confidence })}).`,
	];
	if (paired) lines.push("A change comes from pairs of iterations side by side, a figure from all.");
	if (!paired && drift) {
		const from =
			drift.source === "assumed"
				? "assumed: no target is the same in both runs"
				: `seen in ${drift.cells} cells that are the same in both runs`;
		lines.push(`From run to run, figures on this machine drift by ${percentText(drift.value)} (${from}).`);
		lines.push("Two targets of one run are compared more precisely: their processes take turns.");
	}
	return lines.join("\n");
}

const CHANGES = ["slower", "faster", "no change", "undecided", "not comparable"] as const satisfies Change[];

function gateBox({ gate, cells: all, pairs }: ChangeFile, layout: Layout): string {
	const counts = CHANGES.map((word) => ({
		word,
		count: all.filter(({ change }) => change === word).length,
	})).filter(({ count }) => count > 0);
	const parts = joinList(counts.map(({ word, count }) => `${count} ${word}`));
	const lines = [`${countedText(all.length, "cell")}: ${parts}`];
	if (gate?.regressions.length === 0) lines.push(pc.green("No significant regression."));
	if (gate) lines.push(gatePowerText(gate));
	if (gate && gate.regressions.length > 0) {
		lines.push(pc.bold(pc.red(countedText(gate.regressions.length, "regression"))));
		lines.push(...gate.regressions.map((one) => pc.red(regressionText(one, pairs))));
	}
	return boxText(lines, layout);
}
