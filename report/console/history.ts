/** Histories for a terminal: a line a series, what changed first. */
import Table from "cli-table3";
import { plainText } from "../../shared/text.ts";
import type { HistoryFile, HistorySeries } from "../../shared/types.ts";
import { compact, dayText } from "../text/units.ts";
import { sizeOf, sizeText, wordOf } from "./change.ts";
import { colours as pc } from "./colours.ts";
import { COMPACT, centred, type Layout, NARROW, right } from "./table.ts";

export const WORDS = {
	runs: { change: "change of level", changes: "changes of level", title: "History" },
	versions: {
		change: "change from one version to the next",
		changes: "changes from one version to the next",
		title: "Versions",
	},
} as const satisfies Record<HistoryFile["over"], unknown>;

const BARS = "▁▂▃▄▅▆▇█";

export function renderHistory({ runs, series, over }: HistoryFile, { width }: Layout = NARROW): string {
	const widths = [12, 10, 10];
	const label = 28;
	const drawn = width - 6 - label - widths.reduce((sum, one) => sum + one, 0);
	const table = new Table({ ...COMPACT, colWidths: [label, ...widths, drawn], wordWrap: true });
	table.push([
		pc.bold("Scenario"),
		pc.bold(over === "runs" ? "Target" : "Metric"),
		...["First", "Last"].map((text) => centred(pc.bold(text))),
		pc.bold(over === "runs" ? "Over the runs" : "Over the versions"),
	]);
	for (const one of series) {
		const known = one.points.flatMap(({ value }) => value ?? []);
		const ends = [known[0], known.at(-1)].map((value) => right(compact(value, one.unit)));
		table.push([
			plainText(one.scenario, label - 2),
			over === "runs" ? plainText(one.label, 10) : one.metric_label,
			...ends,
			sparkline(one, drawn - 2),
		]);
	}
	const changes = series.flatMap((one) => changeLines(one, over));
	const told = new Table({ ...COMPACT, colWidths: [width - 2], wordWrap: true });
	told.push([
		pc.bold(
			changes.length === 0
				? `No ${WORDS[over].change} in ${runs} ${over}`
				: `${changes.length} ${changes.length === 1 ? WORDS[over].change : WORDS[over].changes} in ${runs} ${over}`,
		),
	]);
	for (const line of changes) told.push([line]);
	return [told.toString(), table.toString(), series.flatMap((one) => endsLine(one) ?? []).join("\n")]
		.filter((part) => part !== "")
		.join("\n\n");
}

/** `single-message: Median latency 12% (9 to 15%) slower in 2.0.2 than in 2.0.0`. */
function endsLine({ scenario, metric_label, unit, points, ends }: HistorySeries): string | null {
	const known = points.filter(({ value }) => value !== null);
	const [first, last] = [known[0], known.at(-1)];
	if (!ends || !first || !last) return null;
	const moved = { ...ends, better: "lower" as const, unit };
	return `${plainText(scenario, 60)}, ${metric_label}: ${plainText(first.version, 40)} to ${plainText(last.version, 40)} ${wordOf(moved)} ${sizeText(moved)}`;
}

/** `, in compose_state`; nothing where no stage stands out. */
export function stageText({ stage }: Pick<HistorySeries["changes"][number], "stage">): string {
	return stage === null ? "" : `, in ${stage === "message" ? "what no stage covers" : stage}`;
}

/** `single-message, Rust: Median latency slower 12% (9 to 15%) from 2026-11-20 on, 2.0.0 to 2.0.1`. */
function changeLines(
	{ scenario, label, metric_label, unit, changes }: HistorySeries,
	over: HistoryFile["over"],
): string[] {
	return changes.map((one) => {
		const versions =
			one.version === one.version_before
				? plainText(one.version, 40)
				: `${plainText(one.version_before, 40)} to ${plainText(one.version, 40)}`;
		const text = `${plainText(scenario, 60)}, ${plainText(label, 40)}: ${metric_label} ${wordOf({ change: one.change, unit })} ${sizeOf(one)}${over === "runs" ? ` from ${dayText(one.timestamp)} on,` : ","} ${versions}${stageText(one)}`;
		return one.change === "slower" ? pc.red(text) : pc.green(text);
	});
}

/**
 * One character a run, the lowest value at the bottom; a gap where there is none. Of more runs than fit the
 * latest.
 */
export function sparkline({ points }: Pick<HistorySeries, "points">, length: number): string {
	const shown = points.slice(-length).map(({ value }) => value);
	const known = shown.flatMap((value) => value ?? []);
	const [low, high] = [Math.min(...known), Math.max(...known)];
	return shown
		.map((value) =>
			value === null
				? " "
				: BARS[high === low ? 0 : Math.round(((value - low) / (high - low)) * (BARS.length - 1))],
		)
		.join("");
}
