/**
 * Lets one run at a time measure on a machine: two that measure at once are each other's noise. It
 * holds among the runs of one user, and among containers that share the repository's folder.
 */
import { chmodSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { MS_PER_S } from "../../shared/units.ts";
import { makeFolder, ROOT } from "../files.ts";
import { FolderInUse, holds, lock, unlock } from "./lock.ts";

/** Set to anything, it lets runs measure side by side, as `--beside` does. */
const BESIDE = "ELIZA_BENCHMARK_BESIDE";
const LOOK_MS = MS_PER_S;

/** @returns what ends the turn */
export async function takeMeasuringTurn(
	beside: boolean,
	say: (line: string) => void,
	folders = turnFolders(),
): Promise<() => void> {
	if (beside || process.env[BESIDE]) return () => {};
	const claimed: string[] = [];
	for (const folder of folders) if (await claim(folder, say)) claimed.push(folder);
	return () => {
		for (const folder of claimed.splice(0)) unlock(folder);
	};
}

/** Returns the other process that measures now; null: none does, or it is not known. */
export function measuringProcess(folders = turnFolders()): number | null {
	for (const folder of folders) {
		if (holds(folder)) continue;
		try {
			makeFolder(folder);
			lock(folder);
			unlock(folder);
		} catch (error) {
			if (error instanceof FolderInUse) return error.pid;
		}
	}
	return null;
}

/** The first folder is seen by every container that shares the repository, the second by every copy of it. */
function turnFolders(): string[] {
	return [join(ROOT, ".cache/locks/measuring"), join(tmpdir(), `eliza-benchmark-${userInfo().uid}`)];
}

/**
 * Waits until no other process has the folder.
 * @returns false where the folder cannot be used: nothing is known of other runs then
 */
async function claim(folder: string, say: (line: string) => void): Promise<boolean> {
	for (let told = false; ; told = true) {
		try {
			makeFolder(folder);
			chmodSync(folder, 0o700);
			lock(folder);
			return true;
		} catch (error) {
			if (!(error instanceof FolderInUse)) return false;
			const who = error.pid === null ? "Another run" : `Another run (process ${error.pid})`;
			if (!told) say(`${who} measures on this machine: waiting for its end (--beside does not wait)`);
			await sleep(LOOK_MS);
		}
	}
}
