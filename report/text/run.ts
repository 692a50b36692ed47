/** These functions say whether a run is whole, and how much of it can be compared. */
import type { CellStatus, ComparisonFile } from "../../shared/types.ts";

export const MACHINES_TITLE = "Unlike machines";

/** Returns the warnings that a reader needs before the figures. */
export function runWarnings({
	complete,
	resumed,
	alternate,
	merged,
	machines,
}: Pick<ComparisonFile, "complete" | "resumed" | "alternate" | "merged" | "machines">): string[] {
	const missing = merged?.missing.length ?? 0;
	const times = resumed === 1 ? "once" : `${resumed} times`;
	return [
		...(missing > 0 ? [`${missing} of the ${merged?.of} shards of this run are missing.`] : []),
		...(machines
			? [
					`This run was measured on ${machines.length} unlike machines. Each has a column in "${MACHINES_TITLE}".`,
				]
			: []),
		...(complete ? [] : [merged ? MERGED_PARTLY : INTERRUPTED]),
		...(resumed > 0 ? [`This run was interrupted and resumed ${times}.`] : []),
		...(alternate === "messages" ? [MESSAGES_ALTERNATE] : []),
	];
}

const INTERRUPTED = "This run was interrupted and is not complete: what is missing was not measured.";
const MERGED_PARTLY = "Not every shard of this run is there and complete: what is missing was not measured.";

export const MESSAGES_ALTERNATE =
	"Targets alternated message by message: each message comes after a pause, and is slower than in a row.";

const STATUSES = ["comparable", "divergent", "unsupported", "failed"] as const;

/** Counts the cells with each status. A status without cells is left out. */
export function countStatuses(statuses: readonly CellStatus[]): { status: CellStatus; count: number }[] {
	return STATUSES.map((status) => ({
		status,
		count: statuses.filter((one) => one === status).length,
	})).filter(({ count }) => count > 0);
}

/** Says how long a process is warmed up. It ends earlier where iterations take long. */
export function warmupText(iterations: number): string {
	return iterations === 0 ? "no warm-up" : `warm-up of at most ${iterations}`;
}
