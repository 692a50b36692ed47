/** This report shows histories on a terminal: the changes first, then a line for each series. */
import { plainText } from "../../shared/text.ts";
import type { HistoryFile, HistorySeries } from "../../shared/types.ts";
import { endsText, HISTORY_WORDS, seriesChangeText, seriesLabel } from "../text/history.ts";
import { compactText } from "../text/units.ts";
import { colours as pc } from "./colours.ts";
import { boxText, centreText, type Layout, NARROW, right, tableText } from "./table.ts";

const BARS = "▁▂▃▄▅▆▇█";
const LABEL_WIDTH = 28;
const WIDTHS = [12, 10, 10];
const BORDERS = 6;

export function renderHistory(history: HistoryFile, layout: Layout = NARROW): string {
	const ends = history.series.flatMap((one) => endsText(one) ?? []).join("\n");
	return [changes(history, layout), lines(history, layout), ends].filter((part) => part !== "").join("\n\n");
}

function changes({ runs, series, over }: HistoryFile, layout: Layout): string {
	const { change, changes: many } = HISTORY_WORDS[over];
	const found = series.flatMap((one) => one.changes.map((moved) => ({ one, moved })));
	const count = found.length === 0 ? `No ${change}` : `${found.length} ${found.length === 1 ? change : many}`;
	const told = found.map(({ one, moved }) => {
		const text = seriesChangeText(one, moved, over);
		return moved.change === "slower" ? pc.red(text) : pc.green(text);
	});
	return boxText([pc.bold(`${count} in ${runs} ${over}`), ...told], layout);
}

function lines({ series, over }: HistoryFile, { width }: Layout): string {
	const drawn = width - BORDERS - LABEL_WIDTH - WIDTHS.reduce((sum, one) => sum + one, 0);
	const rows = series.map((one) => {
		const known = one.points.flatMap(({ value }) => value ?? []);
		return [
			plainText(one.scenario, LABEL_WIDTH - 2),
			over === "runs" ? plainText(one.label, 10) : seriesLabel(one),
			right(compactText(known[0], one.unit)),
			right(compactText(known.at(-1), one.unit)),
			sparkline(one, drawn - 2),
		];
	});
	const headings = [
		pc.bold("Scenario"),
		pc.bold(over === "runs" ? "Target" : "Metric"),
		centreText(pc.bold("First")),
		centreText(pc.bold("Last")),
		pc.bold(over === "runs" ? "Over the runs" : "Over the versions"),
	];
	return tableText([LABEL_WIDTH, ...WIDTHS, drawn], [headings, ...rows]);
}

/**
 * Draws one character per run, with the lowest value at the bottom and a gap where there is none. When more
 * runs exist than fit, the latest are shown.
 */
export function sparkline({ points }: Pick<HistorySeries, "points">, length: number): string {
	const shown = points.slice(-length).map(({ value }) => value);
	const known = shown.flatMap((value) => value ?? []);
	const [low, high] = [Math.min(...known), Math.max(...known)];
	return shown
		.map((value) => {
			if (value === null) return " ";
			return BARS[high === low ? 0 : Math.round(((value - low) / (high - low)) * (BARS.length - 1))];
		})
		.join("");
}
