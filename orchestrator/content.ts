/**
 * Reads what a folder holds, as far as it can change a measurement: makes a digest of it, copies it, and
 * measures it.
 */
import { createHash, type Hash } from "node:crypto";
import {
	copyFileSync,
	cpSync,
	type Dirent,
	existsSync,
	lstatSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	renameSync,
	rmSync,
} from "node:fs";
import { basename, join } from "node:path";
import { messageOf, UserError } from "./errors.ts";

/** Products and bookkeeping of other tools, in whatever folder. */
const IGNORED = ["node_modules", ".git", ".venv", "__pycache__"];

/**
 * Files that mark build folders and caches (Cargo's `target`, which may also be the name of a source
 * folder), and Python environments by any name.
 */
const MARKS = ["CACHEDIR.TAG", "pyvenv.cfg"];

/** Files with keys are never copied. */
const KEYS = /^(?:\.env|\.npmrc$)/;

export function isIgnored(path: string): boolean {
	return IGNORED.includes(basename(path)) || MARKS.some((mark) => existsSync(join(path, mark)));
}

/**
 * Makes a SHA-256 over names and content of files and folders, in hexadecimal. A link counts as the text of
 * its target, and is not followed.
 * @param paths absolute; their order is part of the digest, where they lie is not
 * @throws {UserError} naming the file that cannot be read
 */
export function contentDigest(paths: readonly string[]): string {
	const hash = createHash("sha256");
	for (const path of paths) {
		add(hash, "path", "", "");
		addContent(hash, path, "");
	}
	return hash.digest("hex");
}

function addContent(hash: Hash, path: string, name: string): void {
	try {
		const entry = lstatSync(path, { throwIfNoEntry: false });
		if (entry === undefined) return;
		if (entry.isSymbolicLink()) add(hash, "link", name, readlinkSync(path));
		else if (entry.isFile()) add(hash, "file", name, readFileSync(path));
		else if (entry.isDirectory())
			for (const child of readdirSync(path).toSorted())
				if (!isIgnored(join(path, child))) addContent(hash, join(path, child), `${name}/${child}`);
	} catch (error) {
		if (error instanceof UserError) throw error;
		throw new UserError(`cannot read ${path}: ${messageOf(error)}`);
	}
}

/** With its length before each part, no two contents are the same text. */
function add(hash: Hash, kind: string, name: string, content: string | Buffer): void {
	hash.update(`${kind} ${Buffer.byteLength(name)} ${name} ${Buffer.byteLength(content)} `).update(content);
}

/** Copies the content that the digest covers. */
export function copyContent(from: string, to: string): void {
	cpSync(from, to, {
		recursive: true,
		verbatimSymlinks: true,
		filter: (source) => source === from || !isIgnored(source),
	});
}

/** Copies what is a user's, but for files with keys. */
export function copyWithoutKeys(from: string, to: string): void {
	mkdirSync(to, { recursive: true });
	cpSync(from, to, {
		recursive: true,
		verbatimSymlinks: true,
		filter: (path) => path === from || !(isIgnored(path) || KEYS.test(basename(path))),
	});
}

/**
 * Writes a file anew, with the same content. It gets other pages of the kernel's cache. Processes that use
 * the old one keep it.
 */
export function rewriteFile(path: string): void {
	const copy = `${path}.${process.pid}.tmp`;
	try {
		copyFileSync(path, copy);
		renameSync(copy, path);
	} finally {
		rmSync(copy, { force: true });
	}
}

/** Sums the bytes of all files below a folder. Links are not followed. What goes away meanwhile has none. */
export function diskUsage(folder: string): number {
	let total = 0;
	for (const entry of listThere(folder)) {
		const path = join(folder, entry.name);
		if (entry.isDirectory()) total += diskUsage(path);
		else if (entry.isFile()) total += lstatSync(path, { throwIfNoEntry: false })?.size ?? 0;
	}
	return total;
}

function listThere(folder: string): Dirent[] {
	try {
		return readdirSync(folder, { withFileTypes: true });
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
		throw error;
	}
}
