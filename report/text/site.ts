/** These functions say what a site of many runs holds, and what a run in its lists is worth. */
import type { CollectedRun, MachineRuns, VersionLine } from "../../analysis/change/collection.ts";
import { joinList, plainText } from "../../shared/text.ts";
import type { HistorySeries } from "../../shared/types.ts";
import { BYTES_PER_GB } from "../../shared/units.ts";
import { endsText } from "./history.ts";
import { runWarnings } from "./run.ts";
import { countedText, dayText } from "./units.ts";
import { targetLabels } from "./verdict.ts";

export const SITE_TITLE = "Eliza framework benchmark";

/** The main pages, in the order of the list that stands on every page. */
export const SITE_PAGES = [
	{ path: "index.html", title: "Overview" },
	{ path: "history.html", title: "History" },
	{ path: "versions.html", title: "Versions" },
	{ path: "machines.html", title: "Machines and runs" },
] as const;

export const SITE_LEAD =
	"How long the TypeScript, Python and Rust runtimes of Eliza agents take for a message when the model " +
	"takes no time. Every verdict comes from inside one run, whose targets took turns.";

/** Counts what the site holds: `14 runs`, `2 machines`, `2026-10-01 to 2026-10-12`. */
export function siteFacts(runs: readonly CollectedRun[]): string[] {
	const days = runs.map(({ timestamp }) => dayText(new Date(timestamp).toISOString())).toSorted();
	const [first, last] = [days[0], days.at(-1)];
	return [
		countedText(runs.length, "run"),
		machineCountText(runs),
		...(first === undefined || last === undefined ? [] : [first === last ? first : `${first} to ${last}`]),
	];
}

/** Counts machines. A run of several is no machine of its own. */
export function machineCountText(runs: readonly CollectedRun[]): string {
	return countedText(new Set(runs.flatMap(({ machines }) => machines)).size, "machine");
}

/** Says where no verdict can be given. */
export const NO_VERDICT =
	"No whole run here compares two runtimes, with comparable cells, no model delay and turns of whole iterations.";

export const LEADING_RULE =
	"From the machine's newest run that compares most runtimes, with at least half the scenarios of the widest.";

/** Returns the targets of a run with their versions, the same label once. */
export function targetsText({ targets }: Pick<CollectedRun, "targets">): string {
	const names = targets.map(({ label, versions }) => {
		const version = plainText(versions?.framework ?? "unknown version", 40);
		const name = plainText(label, 60);
		return name.endsWith(version) ? name : `${name} ${version}`;
	});
	return joinList([...new Set(names)]);
}

/** Says what a reader of a list should know of a run before opening it. Empty where there is nothing. */
export function runNotes({
	complete,
	resumed,
	alternate,
	model_delay_ms,
	scenarios,
}: Pick<CollectedRun, "complete" | "resumed" | "alternate" | "model_delay_ms" | "scenarios">): string[] {
	const failed = scenarios.flatMap(({ statuses }) => statuses).filter((status) => status === "failed").length;
	return [
		...runWarnings({ complete, resumed: complete ? resumed : 0, alternate }),
		...(model_delay_ms > 0 ? [`The model took ${model_delay_ms} ms.`] : []),
		...(scenarios.every(({ metric }) => metric === null) ? ["Nothing was measured."] : []),
		...(failed > 0 ? [`${countedText(failed, "cell")} failed.`] : []),
	];
}

/** Describes the machine of some runs beside its name: `23.5 GB; kernel 6.1, 6.8`. */
export function machineText({ runs }: Pick<MachineRuns, "runs">): string {
	const bytes = runs.flatMap(({ memory_bytes }) => memory_bytes);
	const gigabytes = new Set(bytes.map((one) => `${(one / BYTES_PER_GB).toFixed(0)} GB`));
	const kernels = [...new Set(runs.flatMap((run) => run.kernels.map((kernel) => plainText(kernel, 60))))];
	return `${joinList(gigabytes)} of memory; ${kernels.length === 1 ? "kernel" : "kernels"} ${joinList(kernels)}`;
}

/** Names who leads in a category in one word; `-` where the run does not have it. */
export function leaderText({ categories, targets }: CollectedRun, category: string): string {
	const found = categories.find((one) => one.category === category);
	if (!found) return "-";
	const { winner, leaders } = found.standing;
	const label = targetLabels(targets);
	return winner === null ? (leaders.length === 0 ? "-" : "no one") : label(winner);
}

/** Names a version line: `TypeScript, 2.0.0-alpha.3 to 2.0.0-alpha.10`. */
export function versionLineText({ label, from, to }: VersionLine): string {
	return `${plainText(label, 60)}, ${plainText(from, 40)} to ${plainText(to, 40)}`;
}

const MOST_ENDS = 5;

/**
 * Compares the last version with the first in each scenario's first figure, which decides it, and says how
 * many scenarios there are beyond.
 */
export function versionEnds({ history }: VersionLine): string[] {
	const scenarios = new Map(history.series.toReversed().map((one) => [one.scenario, one]));
	const all = history.series.flatMap((one) =>
		scenarios.get(one.scenario) === one ? (endsText(one) ?? []) : [],
	);
	const more = all.length - MOST_ENDS;
	return more > 0 ? [...all.slice(0, MOST_ENDS), `and ${countedText(more, "scenario")} more`] : all;
}

/** Says what a page of a scenario's history does not draw. */
export function onceText(series: readonly HistorySeries[]): string {
	const machines = [...new Set(series.map(({ machine }) => machine))];
	const lists = machines.map((machine) => {
		const labels = series.filter((one) => one.machine === machine).map(({ label }) => plainText(label, 60));
		return `${joinList([...new Set(labels)])} (${plainText(machine)})`;
	});
	return `On a machine, or with a definition or settings, that no other run has, so without a line: ${lists.join("; ")}.`;
}
