/** `./run.sh fleet cancel` takes a fleet out of the queue, and `fleet retry` puts the rest into it again. */
import { readFileSync } from "node:fs";
import { countedText } from "../../report/text/units.ts";
import { EXIT, UserError } from "../errors.ts";
import { FleetFolder } from "../fleet/fleet-folder.ts";
import { readFleetStatus, unfinishedShards } from "../fleet/fleet-status.ts";
import { cancel, queueOf } from "../fleet/slurm.ts";
import { scriptsOf, submitJobs } from "../fleet/submission.ts";
import { namesOf } from "../run/shards.ts";
import { watchFleet } from "./fleet-status.ts";

export async function fleetCancelCommand(path: string): Promise<void> {
	const fleet = FleetFolder.open(path);
	const rows = await queueOf(fleet.read().jobs.map(({ id }) => id));
	const jobs = [...new Set(rows.map(({ job }) => job))];
	await cancel(jobs);
	const tasks = rows.filter(({ task }) => task !== null).length;
	console.log(
		jobs.length === 0
			? "Nothing of this fleet is in the queue"
			: `Cancelled: ${countedText(tasks, "task")} of ${countedText(jobs.length, "job")}; what is measured is kept\n` +
					`To go on with it: ./run.sh fleet retry ${fleet.folder}`,
	);
}

export interface FleetRetryFlags {
	print?: true;
	watch?: true;
}

/** @throws {UserError} when the queue cannot be asked: nobody knows then what is under way */
export async function fleetRetryCommand(path: string, flags: FleetRetryFlags): Promise<void> {
	const fleet = FleetFolder.open(path);
	const status = await readFleetStatus(fleet);
	if (status.queueProblem !== null) throw new UserError(status.queueProblem, EXIT.failed);
	const again = unfinishedShards(status);
	if (again.length === 0) {
		console.log("There is no shard to run again: each is complete, or in the queue");
		return;
	}
	const file = fleet.read();
	if (flags.print) {
		const { array, merge } = scriptsOf(fleet, file, again, readFileSync(fleet.template, "utf8"));
		console.log(`${array.text}\n${merge.text}`.trimEnd());
		return;
	}
	const rows = await queueOf(file.jobs.map(({ id }) => id));
	const inQueue = (work: "shards" | "merge") =>
		file.jobs
			.filter((job) => job.work === work && rows.some((row) => row.job === job.id))
			.map(({ id }) => id);
	// The merge that waits would not have them.
	await cancel(inQueue("merge"));
	const [array, merge] = await submitJobs(fleet, file, again, inQueue("shards"));
	console.log(
		`Submitted: job ${array.id} (${again.length === 1 ? "shard" : "shards"} ${namesOf(again)}), and job ${merge.id} (the merge)`,
	);
	if (flags.watch) await watchFleet(fleet);
}
