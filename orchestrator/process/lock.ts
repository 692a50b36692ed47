/** Lets one process at a time work in a folder. */
import { constants, copyFileSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../errors.ts";
import { parseState, readOptional } from "../machine/kernel.ts";

const LOCK = "run.lock";
/** The locks of this process. It removes them when it ends in an orderly way. */
const held = new Set<string>();
process.once("exit", () => {
	for (const path of held) rmSync(path, { force: true });
});

export class FolderInUse extends UserError {}

/**
 * Locks a folder. A lock whose process has ended does not count: that process was killed.
 * @throws {FolderInUse} when another process works in the folder; the system's error when the lock cannot
 *   be written
 */
export function lock(folder: string): void {
	const path = join(folder, LOCK);
	const own = `${path}.${process.pid}`;
	// A link appears together with its content, so nobody ever reads a lock without an owner.
	writeFileSync(own, nameOf(process.pid));
	try {
		if (!tryLink(own, path)) {
			takeOver(path, folder);
			if (!tryLink(own, path)) throw folderInUse(readOptional(path), folder);
		}
		held.add(path);
	} finally {
		rmSync(own, { force: true });
	}
}

export function unlock(folder: string): void {
	const path = join(folder, LOCK);
	held.delete(path);
	rmSync(path, { force: true });
}

/** Removes the lock of a process that has ended. When several try, one of them gets hold of it. */
function takeOver(path: string, folder: string): void {
	const owner = readOptional(path);
	if (owner !== null && isAlive(owner)) throw folderInUse(owner, folder);
	const taken = `${path}.stale.${process.pid}`;
	try {
		renameSync(path, taken);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
		throw error;
	}
	const found = readFileSync(taken, "utf8");
	// Between the look and the rename another process has taken it over. It gets its lock back.
	if (isAlive(found)) tryLink(taken, path);
	rmSync(taken, { force: true });
}

function tryLink(from: string, to: string): boolean {
	for (const place of [linkSync, copy]) {
		try {
			place(from, to);
			return true;
		} catch (error) {
			const { code } = error as NodeJS.ErrnoException;
			if (code === "EEXIST") return false;
			if (place === copy || !NO_LINKS.includes(code ?? "")) throw error;
		}
	}
	return false;
}

/** The errors of a file system that has no links. */
const NO_LINKS = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"];

function copy(from: string, to: string): void {
	copyFileSync(from, to, constants.COPYFILE_EXCL);
}

/**
 * The kernel gives process ids again, after a restart of the machine too. Together with the moment at which
 * the process began an id is unique.
 */
function nameOf(pid: number): string {
	return `${pid} ${parseState(readOptional(`/proc/${pid}/stat`))?.startTicks ?? ""}`.trim();
}

function isAlive(owner: string): boolean {
	const pid = Number(owner.split(" ")[0]);
	if (!Number.isSafeInteger(pid) || pid <= 0 || pid === process.pid || nameOf(pid) !== owner.trim())
		return false;
	if (parseState(readOptional(`/proc/${pid}/stat`))?.ended) return false;
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === "EPERM";
	}
}

function folderInUse(owner: string | null, folder: string): FolderInUse {
	const who = owner === null ? "another run" : `another run (process ${owner.split(" ")[0]})`;
	return new FolderInUse(`${who} works in ${folder}: wait for it, or name another folder with --output`);
}
