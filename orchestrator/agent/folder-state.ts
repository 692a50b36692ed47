/** Notes what a folder holds, so that a change is found by name where the system does not prevent it. */
import { type BigIntStats, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Each path below the folder, with what the kernel changes with every change, and no program can set. */
export type FolderState = ReadonlyMap<string, string>;

/** Links are not followed. What cannot be read counts as not there. */
export function noteFolder(folder: string): FolderState {
	const state = new Map<string, string>();
	const visit = (path: string) => {
		const entry = statIfPossible(path);
		if (entry === null) return;
		state.set(path, `${entry.ino} ${entry.size} ${entry.ctimeNs}`);
		if (entry.isDirectory()) for (const name of namesIn(path)) visit(join(path, name));
	};
	visit(folder);
	return state;
}

/** @returns the paths that came, went or changed, in alphabetical order; not a folder for what is in it */
export function listChanges(before: FolderState, after: FolderState): string[] {
	const paths = new Set([...before.keys(), ...after.keys()]);
	const changed = [...paths].filter((path) => before.get(path) !== after.get(path)).sort();
	return changed.filter((path) => !changed.some((other) => other.startsWith(`${path}/`)));
}

function statIfPossible(path: string): BigIntStats | null {
	try {
		return lstatSync(path, { bigint: true });
	} catch {
		return null;
	}
}

function namesIn(path: string): string[] {
	try {
		return readdirSync(path);
	} catch {
		return [];
	}
}
