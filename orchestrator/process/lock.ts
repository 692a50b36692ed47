/** Lets one process at a time work in a folder. */
import {
	closeSync,
	constants,
	copyFileSync,
	linkSync,
	openSync,
	readFileSync,
	readlinkSync,
	renameSync,
	rmSync,
	statSync,
	writeFileSync,
	writeSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { MS_PER_S } from "../../shared/units.ts";
import { UserError } from "../errors.ts";
import { parseState, readOptional } from "../machine/kernel.ts";

const LOCK = "run.lock";
/** A lock is written again so often. */
const BEAT_MS = 5 * MS_PER_S;
/** A lock of another container or machine, whose processes are not seen from here, is dead after so long. */
const DEAD_AFTER_MS = 12 * BEAT_MS;

/** The locks of this process. It removes them when it ends in an orderly way. */
const held = new Set<string>();
process.once("exit", () => {
	for (const path of held) removeIfPossible(path);
});
let isBeatingHere = false;

/** Thrown when another process works in the folder. */
export class FolderInUse extends UserError {
	/** The owner's process id, as it sees itself; null: it is not known. */
	readonly pid: number | null;

	constructor(owner: string | null, folder: string) {
		const pid = owner === null ? null : Number(owner.split(" ")[0]);
		const who = pid === null ? "another run" : `another run (process ${pid})`;
		super(`${who} works in ${folder}: wait for it, or name another folder with --output`);
		this.pid = pid;
	}
}

/** Says whether a file in a folder is a lock, or what a killed process has left of one. */
export function isLockFile(name: string): boolean {
	return name === LOCK || name.startsWith(`${LOCK}.`);
}

/**
 * Locks a folder. A lock whose process has ended does not count: that process was killed.
 * @throws {FolderInUse} when another process works in the folder; the system's error when the lock cannot
 *   be written
 */
export function lock(folder: string): void {
	const path = join(folder, LOCK);
	const own = `${path}.${process.pid}`;
	rmSync(own, { force: true });
	// A link appears together with its content, so nobody ever reads a lock without an owner. A file that
	// another user has put in its place is not written to.
	writeFileSync(own, nameOf(process.pid), { flag: "wx" });
	try {
		if (!tryLink(own, path)) {
			takeOver(path, folder, own);
			if (!tryLink(own, path)) throw new FolderInUse(readOptional(path), folder);
		}
		held.add(path);
		if (!isBeatingHere) setInterval(beat, BEAT_MS).unref();
		isBeatingHere = true;
	} finally {
		rmSync(own, { force: true });
	}
}

/** Says whether this process has locked the folder. */
export function holds(folder: string): boolean {
	return held.has(join(folder, LOCK));
}

export function unlock(folder: string): void {
	const path = join(folder, LOCK);
	held.delete(path);
	removeIfPossible(path);
}

/** A lock that stays on a disk which takes nothing any more is dead with its process. */
function removeIfPossible(path: string): void {
	try {
		rmSync(path, { force: true });
	} catch {
		// Why the disk takes nothing shows elsewhere.
	}
}

/** Writes the same again, so that the file system's own clock dates it. */
function beat(): void {
	for (const path of held)
		try {
			const file = openSync(path, "r+");
			writeSync(file, nameOf(process.pid), 0);
			closeSync(file);
		} catch {
			// The folder is gone, or its disk: that shows elsewhere.
		}
}

/** Removes the lock of a process that has ended. When several try, one of them gets hold of it. */
function takeOver(path: string, folder: string, own: string): void {
	const owner = readOptional(path);
	if (owner !== null && isAlive(owner, path, own)) throw new FolderInUse(owner, folder);
	const taken = `${path}.stale.${process.pid}`;
	try {
		renameSync(path, taken);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
		throw error;
	}
	const found = readFileSync(taken, "utf8");
	// Between the look and the rename another process has taken it over. It gets its lock back.
	if (isAlive(found, taken, own)) tryLink(taken, path);
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
 * the process began, and with where ids are counted, an id is unique.
 */
function nameOf(pid: number): string {
	return `${pid} ${parseState(readOptional(`/proc/${pid}/stat`))?.startTicks ?? "-"} ${PLACE}`;
}

/** Where process ids are counted: every container counts its own. */
const PLACE = placeOfIds();

function placeOfIds(): string {
	const boot = readOptional("/proc/sys/kernel/random/boot_id")?.trim();
	try {
		return `${boot ?? hostname()}/${readlinkSync("/proc/self/ns/pid")}`;
	} catch {
		return boot ?? hostname();
	}
}

/**
 * @param path the lock's file
 * @param own a file that was just written beside it
 */
function isAlive(owner: string, path: string, own: string): boolean {
	const [id, start, place] = owner.trim().split(" ");
	const pid = Number(id);
	if (!Number.isSafeInteger(pid) || pid <= 0) return false;
	if (place !== undefined && place !== PLACE) return isBeating(path, own);
	// Locks of earlier versions do not say where ids are counted.
	if (pid === process.pid || nameOf(pid).split(" ")[1] !== start) return false;
	if (parseState(readOptional(`/proc/${pid}/stat`))?.ended) return false;
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === "EPERM";
	}
}

/** Both times are those of the file system, whatever the clocks of two machines say. */
function isBeating(path: string, own: string): boolean {
	const written = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
	const now = statSync(own, { throwIfNoEntry: false })?.mtimeMs;
	return written !== undefined && now !== undefined && now - written < DEAD_AFTER_MS;
}
