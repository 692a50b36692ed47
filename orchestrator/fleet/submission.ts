/** Gives a fleet's jobs to Slurm: an array of shards, and a merge that waits for it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { FleetFile, FleetJob } from "../../shared/types.ts";
import { writeText } from "../files.ts";
import type { FleetFolder } from "./fleet-folder.ts";
import { arrayScript, mergeScript } from "./job-script.ts";
import { cancel, submit } from "./slurm.ts";

/** The scripts of the next jobs, with the names that they have in the fleet's folder. */
export interface Scripts {
	array: { path: string; text: string };
	merge: { path: string; text: string };
}

export function scriptsOf(
	fleet: FleetFolder,
	file: FleetFile,
	shards: readonly number[],
	template = readFileSync(fleet.template, "utf8"),
): Scripts {
	const path = (work: string) => join(fleet.folder, "jobs", `${file.jobs.length + 1}-${work}.sbatch`);
	return {
		array: { path: path("shards"), text: arrayScript(template, fleet, file, shards) },
		merge: { path: path("merge"), text: mergeScript(template, fleet, file) },
	};
}

/**
 * Submits an array and its merge, and notes them in the fleet's file.
 * @param active jobs of the fleet that the merge waits for too
 * @returns the two jobs
 * @throws {UserError} when Slurm does not take them; then none is left in the queue
 */
export async function submitJobs(
	fleet: FleetFolder,
	file: FleetFile,
	shards: readonly number[],
	active: readonly string[] = [],
): Promise<[FleetJob, FleetJob]> {
	const { array, merge } = scriptsOf(fleet, file, shards);
	writeText(array.path, array.text);
	writeText(merge.path, merge.text);
	const job = (id: string, work: FleetJob["work"], own: readonly number[]): FleetJob => ({
		id,
		work,
		shards: [...own],
		submittedAt: new Date().toISOString(),
	});
	const first = job(await submit(array.path), "shards", shards);
	try {
		fleet.save({ ...file, jobs: [...file.jobs, first] });
		const second = job(await submit(merge.path, [...active, first.id]), "merge", []);
		fleet.save({ ...file, jobs: [...file.jobs, first, second] });
		return [first, second];
	} catch (error) {
		await cancel([first.id]);
		throw error;
	}
}
