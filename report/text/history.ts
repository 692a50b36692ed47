/** These functions say what changed in a history, from when on, and how its first and last point compare. */
import { plainText } from "../../shared/text.ts";
import type { HistoryFile, HistorySeries } from "../../shared/types.ts";
import { changeText, changeWord, movedText, placeText } from "./change.ts";
import { metricLabel } from "./metrics.ts";
import { dayText } from "./units.ts";

type SeriesChange = HistorySeries["changes"][number];

export const HISTORY_WORDS = {
	runs: { change: "change of level", changes: "changes of level", title: "History" },
	versions: {
		change: "change from one version to the next",
		changes: "changes from one version to the next",
		title: "Versions",
	},
} as const satisfies Record<HistoryFile["over"], unknown>;

/**
 * Describes a change: `single-message, Rust: Median latency slower 12% (9 to 15%) from 2026-11-20 on, 2.0.0
 * to 2.0.1`.
 */
export function seriesChangeText(
	series: HistorySeries,
	one: SeriesChange,
	over: HistoryFile["over"],
): string {
	const { scenario, label, unit } = series;
	const where = `${plainText(scenario, 60)}, ${plainText(label, 40)}`;
	const moved = `${seriesLabel(series)} ${changeWord({ change: one.change, unit })} ${movedText(one)}`;
	const from = over === "runs" ? ` from ${dayText(one.timestamp)} on,` : ",";
	return `${where}: ${moved}${from} ${versionsText(one)}${stageSuffix(one)}`;
}

/** Returns the name of the series' metric. */
export function seriesLabel({ metric, metric_label }: HistorySeries): string {
	return metricLabel({ metric, label: metric_label });
}

/** Names the versions before and after a change, and one version once. */
export function versionsText({
	version_before,
	version,
}: Pick<SeriesChange, "version_before" | "version">): string {
	return version === version_before
		? plainText(version, 40)
		: `${plainText(version_before, 40)} to ${plainText(version, 40)}`;
}

/** Returns the place of a change, `, in compose_state`. It is empty where no stage stands out. */
function stageSuffix({ stage }: SeriesChange): string {
	return stage === null ? "" : `, in ${placeText(stage)}`;
}

/**
 * Compares the first and the last point: `single-message, Median latency: 2.0.0 to 2.0.2 slower 12% (9 to
 * 15%)`. Null where nothing is known.
 */
export function endsText(series: HistorySeries): string | null {
	const { scenario, unit, points, ends } = series;
	const known = points.filter(({ value }) => value !== null);
	const [first, last] = [known[0], known.at(-1)];
	if (!ends || !first || !last) return null;
	const moved = { ...ends, unit };
	const versions = `${plainText(first.version, 40)} to ${plainText(last.version, 40)}`;
	const change = changeText(moved);
	return `${plainText(scenario, 60)}, ${seriesLabel(series)}: ${versions} ${change}`;
}
