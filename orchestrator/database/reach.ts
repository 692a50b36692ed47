/**
 * Decides as which user a database server runs, and where it can. PostgreSQL refuses to run as root, as which
 * a benchmark in a container runs. It runs as another user then, who must be able to enter its folder and to
 * read its programs.
 */
import { accessSync, constants, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname } from "node:path";
import { UserError } from "../errors.ts";

export interface User {
	uid: number;
	gid: number;
}

/**
 * The user without rights: `nobody` on every Linux. PostgreSQL asks for a user with a name. Whoever else runs
 * as this user could read the server's files, which hold nothing but the benchmark's own texts.
 */
const NOBODY: User = { uid: 65534, gid: 65534 };

/** The user of the server; null: the same as this process's. */
export function serverUser(): User | null {
	return process.getuid?.() === 0 ? NOBODY : null;
}

/**
 * Chooses the folder in which the server's own is made: that for temporary files, or the system's where the
 * server's user cannot enter it.
 * @throws {UserError} when there is none
 */
export function serverPlace(user: User | null): string {
	const places = [...new Set([tmpdir(), "/tmp", "/var/tmp"])];
	if (user === null) return tmpdir();
	const found = places.find((place) => isWritable(place) && isOpen(place));
	if (found !== undefined) return found;
	throw new UserError(
		`the PostgreSQL server runs as another user than root, who can enter none of ${places.join(", ")}: ` +
			"name a folder in TMPDIR that all users can enter",
	);
}

/** Says whether a user who owns nothing of it can enter a folder, from the root of the file system on. */
export function isOpen(folder: string): boolean {
	const { mode } = statSync(folder, { throwIfNoEntry: false }) ?? { mode: 0 };
	const isEntered = (mode & constants.S_IXOTH) !== 0;
	return isEntered && (dirname(folder) === folder || isOpen(dirname(folder)));
}

function isWritable(folder: string): boolean {
	try {
		accessSync(folder, constants.W_OK);
		return true;
	} catch {
		return false;
	}
}
