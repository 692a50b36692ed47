/** Says how far a shard is, from what its folder and the queue say of it. */
import { sum } from "../../analysis/stats/statistics.ts";
import { joinList, plainText } from "../../shared/text.ts";
import type { FleetProgress, FleetShardStatus, FleetTask, RunFile } from "../../shared/types.ts";
import { leastBlocks } from "../run/schedule.ts";
import type { QueueRow } from "./slurm.ts";

/** All that is known of a shard. */
export interface ShardFacts {
	shard: number;
	/** Null: no run was begun. */
	run: RunFile | null;
	/** Null: no task has begun. */
	task: FleetTask | null;
	/** Null: it is not in the queue. Absent: the queue could not be asked. */
	row?: QueueRow | null;
	/** How its last task ended, in Slurm's words; null: it is not known. */
	ending: string | null;
	/** The last line of its log; null: there is none. */
	lastLine: string | null;
}

/** Slurm's states of a job that has its node. */
const HAS_NODE = ["RUNNING", "CONFIGURING", "COMPLETING", "STAGE_OUT", "SIGNALING", "SUSPENDED", "STOPPED"];

export function shardStatus(facts: ShardFacts): FleetShardStatus {
	const { shard, run, task, row } = facts;
	const common = {
		shard,
		node: row?.node ?? task?.node ?? null,
		restarts: task?.restarts ?? 0,
		progress: run && progressOf(run),
	};
	if (run?.status === "complete" && run.leftOut === undefined)
		return { ...common, state: "complete", why: null };
	if (row) {
		if (HAS_NODE.includes(row.state)) return { ...common, state: "running", why: null };
		return { ...common, state: "waiting", node: null, why: row.reason };
	}
	// Without the queue only the task itself can say that it goes on.
	if (row === undefined && task?.endedAt === null) return { ...common, state: "running", why: null };
	if (run?.status === "complete") {
		const names = joinList((run.leftOut ?? []).map(({ label }) => plainText(label, 40)));
		return { ...common, state: "lacking", why: `without ${names}, which could not be set up` };
	}
	return { ...common, state: run ? "stopped" : "failed", why: whyEnded(facts) };
}

/** The task's own words are the best, then the queue's, unless that says nothing more. */
function whyEnded({ task, ending, lastLine }: ShardFacts): string | null {
	if (task?.problem) return plainText(task.problem);
	if (ending !== null && !/^(FAILED|COMPLETED)/.test(ending)) return `Slurm says ${ending}`;
	return lastLine === null ? ending : plainText(lastLine);
}

/** Blocks where their number is known, else the time. */
export function progressOf({ settings, scenarios, processes, elapsedSeconds }: RunFile): FleetProgress {
	if (settings.precision !== null)
		return { done: elapsedSeconds, of: settings.budgetSeconds ?? elapsedSeconds, unit: "seconds" };
	const blocks = processes
		.filter(({ role, superseded, cut }) => role === "measure" && !superseded && !cut)
		.map(({ scenario, block }) => `${scenario} ${block}`);
	const of = sum(scenarios.map((scenario) => leastBlocks(scenario, settings)));
	return { done: new Set(blocks).size, of, unit: "blocks" };
}
