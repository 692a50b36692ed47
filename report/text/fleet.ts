/** These functions say how far a fleet is. */
import { plainText } from "../../shared/text.ts";
import type { FleetProgress, FleetShardState, FleetShardStatus, FleetStatus } from "../../shared/types.ts";
import { countedText } from "./units.ts";

const STATES: Record<FleetShardState, string> = {
	complete: "complete",
	running: "running",
	waiting: "waiting",
	stopped: "stopped",
	lacking: "lacks a target",
	failed: "failed",
};

const MERGES: Record<FleetStatus["merge"]["state"], string> = {
	none: "no merge yet",
	waiting: "waits for the shards",
	running: "under way",
	merged: "the whole run is in",
	partial: "lacks shards, what there is is in",
	failed: "failed",
};

export function shardStateText(state: FleetShardState): string {
	return STATES[state];
}

export function progressText(progress: FleetProgress | null): string {
	if (progress === null) return "-";
	const { done, of, unit } = progress;
	return unit === "blocks"
		? `${done} of ${countedText(of, "block")}`
		: `${done.toFixed(0)} of ${of.toFixed(0)} s`;
}

/** Counts the shards in each state: `2 of 4 shards complete, 1 running, 1 waiting`. */
export function fleetCountsText({ of, shards }: FleetStatus): string {
	const count = (state: FleetShardState) => shards.filter((one) => one.state === state).length;
	const others = (Object.keys(STATES) as FleetShardState[])
		.filter((state) => state !== "complete" && count(state) > 0)
		.map((state) => `${count(state)} ${STATES[state]}`);
	return [`${count("complete")} of ${countedText(of, "shard")} complete`, ...others].join(", ");
}

export function mergeText({ merge: { state, folder, why } }: FleetStatus): string {
	const end = folder === null ? "" : ` ${folder}`;
	const reason = why === null || state === "waiting" ? "" : `: ${plainText(why)}`;
	return `Merge: ${MERGES[state]}${end}${reason}`;
}

/** One line of a shard, for logs that are read from above: `shard 2: running on n1, 3 of 8 blocks`. */
export function shardLine({ shard, state, node, progress, why }: FleetShardStatus): string {
	const place = node === null || state === "waiting" ? "" : ` on ${plainText(node, 40)}`;
	const far = progress === null || state === "complete" ? "" : `, ${progressText(progress)}`;
	return `shard ${shard}: ${STATES[state]}${place}${far}${why === null ? "" : ` (${plainText(why)})`}`;
}

/** What to do next. */
export function adviceLines(
	{ folder, shards, queueProblem }: FleetStatus,
	again: readonly number[],
): string[] {
	const under = shards.some(({ state }) => state === "waiting" || state === "running");
	return [
		...(queueProblem === null ? [] : [`The queue could not be asked: ${plainText(queueProblem)}`]),
		...(again.length === 0 ? [] : [`To run again only what is not complete: ./run.sh fleet retry ${folder}`]),
		...(under && queueProblem === null
			? [`To watch it: ./run.sh fleet status ${folder} --watch`, `To end it: ./run.sh fleet cancel ${folder}`]
			: []),
	];
}
