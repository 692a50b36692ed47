/** Says how far a fleet is: every shard, and the merge. */
import {
	type FleetFile,
	type FleetShardState,
	type FleetStatus,
	SCHEMA_VERSION,
} from "../../shared/types.ts";
import { UserError } from "../errors.ts";
import type { FleetFolder } from "./fleet-folder.ts";
import { shardStatus } from "./shard-status.ts";
import { endingsOf, type QueueRow, queueOf } from "./slurm.ts";

/** Of these there is something to run again. */
const UNFINISHED: readonly FleetShardState[] = ["lacking", "stopped", "failed"];

export async function readFleetStatus(fleet: FleetFolder): Promise<FleetStatus> {
	const file = fleet.read();
	const { of, by, jobs } = file;
	const { rows, problem } = await askQueue(jobs.map(({ id }) => id));
	const arrays = jobs.filter(({ work }) => work === "shards");
	const endings = rows ? await endingsOf(arrays.map(({ id }) => id)) : new Map<string, string>();
	const shards = Array.from({ length: of }, (_, place) => {
		const shard = place + 1;
		const own = arrays.findLast((job) => job.shards.includes(shard));
		return shardStatus({
			shard,
			run: fleet.readShard(shard),
			task: fleet.readTask(shard),
			...(rows ? { row: rowOf(rows, shard, file) } : {}),
			ending: own ? (endings.get(`${own.id}_${shard}`) ?? null) : null,
			lastLine: fleet.lastLine(`shard-${shard}`),
		});
	});
	return {
		schemaVersion: SCHEMA_VERSION,
		kind: "fleet-status",
		folder: fleet.folder,
		of,
		by,
		jobs,
		shards,
		merge: mergeOf(fleet, file, rows),
		queueProblem: problem,
	};
}

/** Without the queue the folder still says what there is. */
async function askQueue(
	jobs: readonly string[],
): Promise<{ rows: QueueRow[] | null; problem: string | null }> {
	try {
		return { rows: await queueOf(jobs), problem: null };
	} catch (error) {
		if (!(error instanceof UserError)) throw error;
		return { rows: null, problem: error.message };
	}
}

function rowOf(rows: readonly QueueRow[], shard: number, { jobs }: FleetFile): QueueRow | null {
	const arrays = jobs.filter(({ work }) => work === "shards").map(({ id }) => id);
	return rows.find(({ job, task }) => task === shard && arrays.includes(job)) ?? null;
}

function mergeOf(
	fleet: FleetFolder,
	{ jobs }: FleetFile,
	rows: readonly QueueRow[] | null,
): FleetStatus["merge"] {
	const merges = jobs.filter(({ work }) => work === "merge").map(({ id }) => id);
	const row = rows?.find(({ job }) => merges.includes(job));
	if (row)
		return row.state === "PENDING"
			? { state: "waiting", folder: null, why: row.reason }
			: { state: "running", folder: null, why: null };
	const merged = fleet.readMerged();
	if (merged)
		return {
			state: merged.status === "complete" ? "merged" : "partial",
			folder: fleet.merged,
			why: null,
		};
	const line = fleet.lastLine("merge");
	return line === null || rows === null
		? { state: "none", folder: null, why: null }
		: { state: "failed", folder: null, why: line };
}

/** The shards that have to be run again. */
export function unfinishedShards({ shards }: FleetStatus): number[] {
	return shards.filter(({ state }) => UNFINISHED.includes(state)).map(({ shard }) => shard);
}

/** Says whether the queue still works for the fleet. */
export function isUnderWay({ shards, merge }: FleetStatus): boolean {
	const active = ["waiting", "running"];
	return active.includes(merge.state) || shards.some(({ state }) => active.includes(state));
}
