/**
 * Reads and writes the project's JSON files. Every reader checks the schema, every writer renames a
 * finished file into place.
 */

import {
	closeSync,
	fsyncSync,
	mkdirSync,
	openSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { z } from "zod";
import { plainText } from "../shared/text.ts";
import { BYTES_PER_MB } from "../shared/units.ts";
import { messageOf, UserError } from "./errors.ts";

/** The repository's root folder. */
export const ROOT = fileURLToPath(new URL("..", import.meta.url));
export const SHARED = fileURLToPath(new URL("../shared/contract/", import.meta.url));

/** The result of ten million messages has a hundred megabytes. */
const MOST_MEGABYTES = 256;

/**
 * @throws {UserError} naming file and field when it is missing, truncated, far too large or of another shape.
 */
export function readJson<T>(path: string, schema: z.ZodType<T>, what: string): T {
	let text: string;
	try {
		const megabytes = statSync(path).size / BYTES_PER_MB;
		if (megabytes > MOST_MEGABYTES)
			throw new Error(`it has ${Math.round(megabytes)} MB, no such file has more than ${MOST_MEGABYTES}`);
		text = readFileSync(path, "utf8");
	} catch (error) {
		throw new UserError(`cannot read the ${what} ${path}: ${messageOf(error)}`);
	}
	let data: unknown;
	try {
		data = JSON.parse(withoutMark(text));
	} catch (error) {
		// The message quotes the file, which may hold anything.
		throw new UserError(`the ${what} ${path} is not complete JSON: ${plainText(messageOf(error))}`);
	}
	return parseData(data, schema, what, path);
}

/** As {@link readJson}, and null where there is no such file, or another one. */
export function readJsonIfValid<T>(path: string, schema: z.ZodType<T>, what: string): T | null {
	try {
		return readJson(path, schema, what);
	} catch {
		return null;
	}
}

/** Editors of other systems begin a file with a byte order mark, which nobody sees. */
export function withoutMark(text: string): string {
	return text.startsWith("\ufeff") ? text.slice(1) : text;
}

/** @throws {UserError} naming file and field */
export function parseData<T>(data: unknown, schema: z.ZodType<T>, what: string, path: string): T {
	const result = schema.safeParse(data);
	if (result.success) return result.data;
	const issue = result.error.issues[0];
	const field = issue?.path.length ? plainText(issue.path.map(String).join(".")) : "(top level)";
	const more = result.error.issues.length > 1 ? ` (and ${result.error.issues.length - 1} more)` : "";
	throw new UserError(
		`the ${what} ${path} has a wrong field ${field}: ${plainText(issue?.message ?? "unknown")}${more}`,
	);
}

/**
 * Makes a folder and those above it. Node's own recursion never ends where a parent exists that takes no
 * folders, such as /proc.
 * @throws the system's error
 */
export function makeFolder(path: string): void {
	if (isFolder(path)) return;
	if (dirname(path) !== path) makeFolder(dirname(path));
	try {
		mkdirSync(path);
	} catch (error) {
		// Another process was faster.
		if (!isFolder(path)) throw error;
	}
}

function isFolder(path: string): boolean {
	return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/**
 * Writes a file so that after a power cut, too, the path holds the old text or the new one: both file and
 * folder are on the disk when this returns.
 * @throws {UserError} when the system refuses (a full disk, no permission); then the path holds the old
 *   text
 */
export function writeText(path: string, text: string): void {
	const partial = `${path}.${process.pid}.partial`;
	try {
		makeFolder(dirname(path));
		writeFileSync(partial, text, { flush: true });
		renameSync(partial, path);
		const folder = openSync(dirname(path), "r");
		fsyncSync(folder);
		closeSync(folder);
	} catch (error) {
		try {
			rmSync(partial, { force: true });
		} catch {
			// There is no such folder.
		}
		throw new UserError(`cannot write ${path}: ${messageOf(error)}`);
	}
}

export function writeJson(path: string, data: unknown): void {
	writeText(path, `${JSON.stringify(data)}\n`);
}
