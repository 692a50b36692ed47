/** This report shows on a terminal how far a fleet is: a line for each shard, then the merge. */
import { plainText } from "../../shared/text.ts";
import type { FleetShardStatus, FleetStatus } from "../../shared/types.ts";
import { fleetCountsText, mergeText, progressText, shardStateText } from "../text/fleet.ts";
import { colours as pc } from "./colours.ts";
import { type Layout, NARROW, right, tableText } from "./table.ts";

const WIDTHS = [7, 15, 14, 18];
const BORDERS = 6;
/** With more shards those that are complete or wait have no line. */
const MOST_LINES = 40;

export function renderFleet(status: FleetStatus, { width }: Layout = NARROW): string {
	const { shards } = status;
	const shown =
		shards.length <= MOST_LINES
			? shards
			: shards.filter(({ state }) => state !== "complete" && state !== "waiting");
	const rest = width - BORDERS - WIDTHS.reduce((sum, one) => sum + one, 0);
	const rows = shown.map((one) => [
		right(String(one.shard)),
		stateText(one),
		plainText(one.node ?? "-", 40),
		progressText(one.progress),
		plainText(noteOf(one)),
	]);
	const heading = ["shard", "state", "node", "measured", "why"].map((word) => pc.bold(word));
	const table = shown.length === 0 ? [] : [tableText([...WIDTHS, rest], [heading, ...rows])];
	return [...table, `${fleetCountsText(status)}.`, mergeText(status)].join("\n");
}

function stateText({ state }: FleetShardStatus): string {
	const text = shardStateText(state);
	if (state === "complete") return pc.green(text);
	return state === "waiting" || state === "running" ? text : pc.red(text);
}

function noteOf({ restarts, why }: FleetShardStatus): string {
	const again = restarts === 0 ? [] : [`begun ${restarts + 1} times`];
	return [...again, ...(why === null ? [] : [why])].join("; ");
}
