/** `./run.sh fleet status` says how far a fleet is, and stays with it with `--watch`. */
import { setTimeout as sleep } from "node:timers/promises";
import { isDumb } from "../../report/console/colours.ts";
import { renderFleet } from "../../report/console/fleet.ts";
import { terminalLayout } from "../../report/console/table.ts";
import { adviceLines, fleetCountsText, mergeText, shardLine } from "../../report/text/fleet.ts";
import type { FleetStatus } from "../../shared/types.ts";
import { MS_PER_S } from "../../shared/units.ts";
import { EXIT } from "../errors.ts";
import { FleetFolder } from "../fleet/fleet-folder.ts";
import { isUnderWay, readFleetStatus, unfinishedShards } from "../fleet/fleet-status.ts";

export interface FleetStatusFlags {
	watch?: true;
	json?: true;
}

/** A busy queue is not asked more often. */
const LOOK_MS = 5 * MS_PER_S;
/** A queue that does not answer for a minute is not waited for. */
const MOST_UNANSWERED = 12;
/** Clears the terminal and puts the cursor to its beginning (ECMA-48). */
const CLEAR = "\u001b[2J\u001b[H";

export async function fleetStatusCommand(path: string, flags: FleetStatusFlags): Promise<void> {
	const fleet = FleetFolder.open(path);
	if (flags.watch) return watchFleet(fleet);
	const status = await readFleetStatus(fleet);
	const again = unfinishedShards(status);
	if (flags.json) console.log(JSON.stringify(status));
	else console.log([renderFleet(status, terminalLayout()), ...adviceLines(status, again)].join("\n"));
	process.exitCode = again.length > 0 || status.merge.state === "failed" ? EXIT.failed : EXIT.done;
}

/** Shows a fleet until nothing of it is in the queue. */
export async function watchFleet(fleet: FleetFolder): Promise<void> {
	const redraws = process.stdout.isTTY === true && !isDumb;
	const said = new Map<number | "merge", string>();
	let status = await readFleetStatus(fleet);
	let unanswered = 0;
	console.error("Ctrl-C ends the watching, not the fleet");
	for (;;) {
		if (redraws) console.log(`${CLEAR}${renderFleet(status, terminalLayout())}`);
		else for (const line of newLines(status, said)) console.log(line);
		unanswered = status.queueProblem === null ? 0 : unanswered + 1;
		if (unanswered === 0 ? !isUnderWay(status) : unanswered > MOST_UNANSWERED) break;
		await sleep(LOOK_MS);
		status = await readFleetStatus(fleet);
	}
	const again = unfinishedShards(status);
	if (!redraws) console.log(`${fleetCountsText(status)}.`);
	for (const line of adviceLines(status, again)) console.log(line);
	process.exitCode = status.merge.state === "merged" ? EXIT.done : EXIT.failed;
}

/** Returns a line for all that has changed since it was last said. */
function newLines(status: FleetStatus, said: Map<number | "merge", string>): string[] {
	const lines = [
		...status.shards.map((one) => [one.shard, shardLine(one)] as const),
		["merge", mergeText(status)] as const,
	].filter(([name, line]) => said.get(name) !== line);
	for (const [name, line] of lines) said.set(name, line);
	return lines.map(([, line]) => line);
}
