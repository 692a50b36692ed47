/** Histories for a terminal: a line a series, what changed first. */
import Table from "cli-table3";
import type { HistoryFile, HistorySeries } from "../shared/types.ts";
import { COMPACT, centred, type Layout, NARROW, right } from "./box.ts";
import { sizeOf, wordOf } from "./change.ts";
import { colours as pc } from "./colours.ts";
import { compact, dayText, plainText } from "./format.ts";

const BARS = "▁▂▃▄▅▆▇█";

export function renderHistory({ runs, series }: HistoryFile, { width }: Layout = NARROW): string {
	const widths = [12, 10, 10];
	const label = 28;
	const drawn = width - 6 - label - widths.reduce((sum, one) => sum + one, 0);
	const table = new Table({ ...COMPACT, colWidths: [label, ...widths, drawn], wordWrap: true });
	table.push([
		pc.bold("Scenario"),
		pc.bold("Target"),
		...["First", "Last"].map((text) => centred(pc.bold(text))),
		pc.bold("Over the runs"),
	]);
	for (const one of series) {
		const known = one.points.flatMap(({ value }) => value ?? []);
		const ends = [known[0], known.at(-1)].map((value) => right(compact(value, one.unit)));
		table.push([plainText(one.scenario, label - 2), plainText(one.label, 10), ...ends, sparkline(one, drawn - 2)]);
	}
	const changes = series.flatMap((one) => changeLines(one));
	const told = new Table({ ...COMPACT, colWidths: [width - 2], wordWrap: true });
	told.push([
		pc.bold(
			changes.length === 0
				? `No change of level in ${runs} runs`
				: `${changes.length} ${changes.length === 1 ? "change" : "changes"} of level in ${runs} runs`,
		),
	]);
	for (const line of changes) told.push([line]);
	return `${told.toString()}\n\n${table.toString()}`;
}

/** `single-message, Rust: Median latency slower 12% (9 to 15%) from 2026-11-20 on, 2.0.0 to 2.0.1`. */
function changeLines({ scenario, label, metric_label, unit, changes }: HistorySeries): string[] {
	return changes.map((one) => {
		const versions =
			one.version === one.version_before
				? plainText(one.version, 40)
				: `${plainText(one.version_before, 40)} to ${plainText(one.version, 40)}`;
		const text = `${plainText(scenario, 60)}, ${plainText(label, 40)}: ${metric_label} ${wordOf({ change: one.change, unit })} ${sizeOf(one)} from ${dayText(one.timestamp)} on, ${versions}`;
		return one.change === "slower" ? pc.red(text) : pc.green(text);
	});
}

/** One character a run, the lowest value at the bottom; a gap where there is none. Of more runs than fit the latest. */
export function sparkline({ points }: Pick<HistorySeries, "points">, length: number): string {
	const shown = points.slice(-length).map(({ value }) => value);
	const known = shown.flatMap((value) => value ?? []);
	const [low, high] = [Math.min(...known), Math.max(...known)];
	return shown
		.map((value) => (value === null ? " " : BARS[high === low ? 0 : Math.round(((value - low) / (high - low)) * (BARS.length - 1))]))
		.join("");
}
