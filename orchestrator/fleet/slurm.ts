/** Talks to Slurm by its own commands. */
import { userInfo } from "node:os";
import { plainText } from "../../shared/text.ts";
import { EXIT, UserError } from "../errors.ts";
import { ROOT } from "../files.ts";
import { runGuarded } from "../process/guarded.ts";

/** A task that is in the queue, or a job that is no array. */
export interface QueueRow {
	job: string;
	/** The number of its task; null: the job is no array. */
	task: number | null;
	/** In Slurm's words: PENDING, RUNNING, COMPLETING and the like. */
	state: string;
	node: string | null;
	reason: string | null;
}

/** The cluster does not answer for so long when it is busy. */
const LIMIT_MS = 60_000;
const COLUMNS = "%F|%K|%T|%N|%r";

/**
 * @param after jobs that have to end before, well or not
 * @returns the number of the job
 * @throws {UserError} with Slurm's own words when it does not take the job
 */
export async function submit(script: string, after: readonly string[] = []): Promise<string> {
	const waits = after.length === 0 ? [] : [`--dependency=afterany:${after.join(":")}`];
	const output = await ask("sbatch", ["--parsable", ...waits, script]);
	// The name of a cluster may follow.
	const [job = ""] = output.trim().split(";");
	if (/^\d+$/.test(job)) return job;
	throw new UserError(`sbatch gave no number of a job, but ${plainText(output, 80)}`, EXIT.failed);
}

/** Lists what this user has in the queue of these jobs. @throws {UserError} with Slurm's own words */
export async function queueOf(jobs: readonly string[]): Promise<QueueRow[]> {
	const user = String(userInfo().uid);
	const text = await ask("squeue", ["--noheader", "--array", `--user=${user}`, `--format=${COLUMNS}`]);
	return parseQueue(text).filter(({ job }) => jobs.includes(job));
}

export function parseQueue(text: string): QueueRow[] {
	return text.split("\n").flatMap((line) => {
		const [job, task, state, node, reason] = line.trim().split("|");
		if (job === undefined || state === undefined || !/^\d+$/.test(job)) return [];
		return [
			{
				job,
				task: /^\d+$/.test(task ?? "") ? Number(task) : null,
				state,
				node: plainText(node ?? "", 80) || null,
				reason: reason === "None" ? null : plainText(reason ?? "", 80) || null,
			},
		];
	});
}

/** @throws {UserError} with Slurm's own words */
export async function cancel(jobs: readonly string[]): Promise<void> {
	if (jobs.length > 0) await ask("scancel", jobs);
}

/**
 * Asks how tasks have ended.
 * @returns Slurm's words by `JOB_TASK`; nothing where the site keeps no accounts
 */
export async function endingsOf(jobs: readonly string[]): Promise<ReadonlyMap<string, string>> {
	if (jobs.length === 0) return new Map();
	const words = ["--noheader", "--parsable2", "--allocations", "--format=JobID,State"];
	try {
		return parseEndings(await ask("sacct", [...words, `--jobs=${jobs.join(",")}`]));
	} catch {
		return new Map();
	}
}

export function parseEndings(text: string): ReadonlyMap<string, string> {
	return new Map(
		text.split("\n").flatMap((line): [string, string][] => {
			const [, task, state] = /^(\d+_\d+)\|(.+)$/.exec(line.trim()) ?? [];
			return task === undefined || state === undefined ? [] : [[task, plainText(state, 80)]];
		}),
	);
}

/** @returns what it prints. @throws {UserError} with the last line that it says when it fails */
async function ask(file: string, args: readonly string[]): Promise<string> {
	const env = Object.fromEntries(
		Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
	);
	const { problem, stdout, stderr, tooLate } = await runGuarded(file, args, {
		cwd: ROOT,
		env,
		captures: true,
		limitMs: LIMIT_MS,
	});
	if (problem === null) return stdout;
	if (tooLate) throw new UserError(`${file} gave no answer within a minute: try again later`, EXIT.failed);
	if (problem.includes("ENOENT"))
		throw new UserError(
			`there is no ${file} here: run this where Slurm's commands are, such as a login node`,
		);
	const words = plainText(stderr.trim().split("\n").at(-1) || problem);
	throw new UserError(
		`${file} failed: ${words.replace(new RegExp(`^${file}: (error: )?`), "")}`,
		EXIT.failed,
	);
}
