/** Reading and writing the project's JSON files: every reader checks the schema, every writer renames a finished file into place. */
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { z } from "zod";
import { messageOf, UserError } from "./errors.ts";

/** The repository's root folder. */
export const ROOT = fileURLToPath(new URL("..", import.meta.url));
export const SHARED = fileURLToPath(new URL("../shared/", import.meta.url));

/** @throws {UserError} naming file and field when it is missing, truncated or of another shape. */
export function readJson<T>(path: string, schema: z.ZodType<T>, what: string): T {
	let text: string;
	try {
		text = readFileSync(path, "utf8");
	} catch (error) {
		throw new UserError(`cannot read the ${what} ${path}: ${messageOf(error)}`);
	}
	let data: unknown;
	try {
		data = JSON.parse(text);
	} catch (error) {
		throw new UserError(`the ${what} ${path} is not complete JSON: ${messageOf(error)}`);
	}
	return parsed(data, schema, what, path);
}

/** @throws {UserError} naming file and field */
export function parsed<T>(data: unknown, schema: z.ZodType<T>, what: string, path: string): T {
	const result = schema.safeParse(data);
	if (result.success) return result.data;
	const issue = result.error.issues[0];
	const field = issue?.path.length ? issue.path.map(String).join(".") : "(top level)";
	const more = result.error.issues.length > 1 ? ` (and ${result.error.issues.length - 1} more)` : "";
	throw new UserError(`the ${what} ${path} has a wrong field ${field}: ${issue?.message ?? "unknown"}${more}`);
}

/** Also after a power cut the path holds the old text or the new one: both file and folder are on the disk when this returns. */
export function writeText(path: string, text: string): void {
	mkdirSync(dirname(path), { recursive: true });
	const partial = `${path}.${process.pid}.partial`;
	writeFileSync(partial, text, { flush: true });
	renameSync(partial, path);
	const folder = openSync(dirname(path), "r");
	fsyncSync(folder);
	closeSync(folder);
}

export function writeJson(path: string, data: unknown): void {
	writeText(path, `${JSON.stringify(data)}\n`);
}
