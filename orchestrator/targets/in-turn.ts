/** Lets one of several runs do what all of them need, while the others wait. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { makeFolder, ROOT } from "../files.ts";
import { FolderInUse, lock, unlock } from "../process/lock.ts";

const LOCKS = join(ROOT, ".cache/locks");
const LOOK_MS = 250;

/**
 * Does the work when no other process works under this name. A process that was faster may have done it
 * all.
 * @param name of a file
 * @param say called once, when there is something to wait for
 */
export async function inTurn<T>(
	name: string,
	say: (line: string) => void,
	work: () => Promise<T>,
	locks = LOCKS,
): Promise<T> {
	const folder = join(locks, name);
	makeFolder(folder);
	for (let told = false; !tryToClaim(folder); told = true) {
		if (!told) say(`Waiting for another run, which sets up ${name}`);
		await sleep(LOOK_MS);
	}
	try {
		return await work();
	} finally {
		unlock(folder);
	}
}

/**
 * Claims the folder for this process.
 * @returns false when another process has it
 */
function tryToClaim(folder: string): boolean {
	try {
		lock(folder);
		return true;
	} catch (error) {
		if (error instanceof FolderInUse) return false;
		throw error;
	}
}
