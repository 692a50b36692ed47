/** `./run.sh fleet task` measures one shard of a fleet on its node: begins it, or resumes what was begun. */
import { existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { plainText } from "../../shared/text.ts";
import { type FleetTask, SCHEMA_VERSION } from "../../shared/types.ts";
import { MS_PER_S } from "../../shared/units.ts";
import { EXIT, messageOf, UserError } from "../errors.ts";
import { makeFolder } from "../files.ts";
import { FleetFolder } from "../fleet/fleet-folder.ts";
import { FolderInUse, isLockFile, lock, unlock } from "../process/lock.ts";
import type { RunWords } from "./everything.ts";

/** A task that was killed on another node leaves a lock, which is dead after a minute. */
const LOOKS = 30;
const LOOK_MS = 5 * MS_PER_S;

/** @throws {UserError} for a fleet that has no such shard, and when the run cannot be measured */
export async function fleetTaskCommand(path: string, shard: number, run: RunWords): Promise<void> {
	const fleet = FleetFolder.open(path);
	const { of } = fleet.read();
	if (shard > of)
		throw new UserError(`the fleet ${fleet.folder} has ${of} shards: there is no shard ${shard}`);
	const task: FleetTask = {
		schemaVersion: SCHEMA_VERSION,
		kind: "fleet-task",
		shard,
		node: process.env.SLURMD_NODENAME ?? hostname(),
		restarts: Number(process.env.SLURM_RESTART_COUNT ?? 0),
		startedAt: new Date().toISOString(),
		endedAt: null,
		problem: null,
	};
	fleet.saveTask(task);
	const end = (problem: string | null) =>
		fleet.saveTask({ ...task, endedAt: new Date().toISOString(), problem: problem && plainText(problem) });
	try {
		await measure(fleet, shard, run);
	} catch (error) {
		end(messageOf(error));
		throw error;
	}
	const record = fleet.readShard(shard);
	if (record?.status === "complete" && record.leftOut === undefined) {
		end(null);
		// A cell that failed is in the report. The shard is whole all the same.
		process.exitCode = EXIT.done;
		return;
	}
	const lacks = record?.leftOut?.map(({ label, reason }) => `${label} could not be set up: ${reason}`);
	end(lacks?.join("; ") ?? "it was told to end before it was complete");
	process.exitCode ||= EXIT.failed;
}

async function measure(fleet: FleetFolder, shard: number, run: RunWords): Promise<void> {
	const folder = fleet.shard(shard);
	const { of, by, words } = fleet.read();
	const record = fleet.readShard(shard);
	if (record?.status === "complete") {
		if (record.leftOut === undefined) {
			console.error(`Shard ${shard} is complete already`);
			return;
		}
		setAside(fleet, shard, "it lacks targets");
	} else if (record) {
		try {
			return await whenFree(() => run(["--resume", folder, ...besideOf(words)]));
		} catch (error) {
			if (!(error instanceof UserError) || error.exitCode !== EXIT.notComparable) throw error;
			setAside(fleet, shard, error.message);
		}
	} else if (existsSync(folder)) await whenFree(async () => emptyFolder(folder));
	const share = ["--shard", `${shard}/${of}`, "--shard-by", by, "--output", folder];
	await whenFree(() => run([...words, ...share]));
}

function besideOf(words: readonly string[]): string[] {
	return words.includes("--beside") ? ["--beside"] : [];
}

/** What was measured on another kind of machine, or without a target, is kept and not gone on with. */
function setAside(fleet: FleetFolder, shard: number, why: string): void {
	const folder = join(fleet.folder, "set-aside");
	makeFolder(folder);
	const number = readdirSync(folder).filter((name) => name.startsWith(`shard-${shard}-`)).length + 1;
	const place = join(folder, `shard-${shard}-${number}`);
	renameSync(fleet.shard(shard), place);
	console.error(`Shard ${shard} is begun anew, because ${why}. What there was is in ${place}`);
}

/** Removes what a task has left that was killed before its run began. */
function emptyFolder(folder: string): void {
	lock(folder);
	try {
		for (const name of readdirSync(folder))
			if (!isLockFile(name)) rmSync(join(folder, name), { recursive: true, force: true });
	} finally {
		unlock(folder);
	}
}

/** Waits for the lock of a task that was killed. */
async function whenFree(work: () => Promise<void>): Promise<void> {
	for (let look = 1; ; look++)
		try {
			return await work();
		} catch (error) {
			if (!(error instanceof FolderInUse) || look === LOOKS) throw error;
			if (look === 1) console.error(`${error.message}. Waiting`);
			await sleep(LOOK_MS);
		}
}
