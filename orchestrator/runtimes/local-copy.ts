/** Finds packages in a local copy of a framework, and reads their manifests. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { plainText } from "../../shared/text.ts";
import { isIgnored } from "../content.ts";
import { messageOf, UserError } from "../errors.ts";
import { withoutMark } from "../files.ts";

/** A monorepo's packages lie no deeper below its root. */
const DEPTH = 3;

/** Finds the nearest folder that fits, the given one first. */
export function findFolder(root: string, fits: (folder: string) => boolean): string | null {
	let level = [root];
	for (let depth = 0; depth <= DEPTH; depth++) {
		const found = level.find(fits);
		if (found !== undefined) return found;
		level = level.flatMap(listFolders);
	}
	return null;
}

function listFolders(folder: string): string[] {
	try {
		return readdirSync(folder, { withFileTypes: true })
			.filter((entry) => entry.isDirectory())
			.map(({ name }) => join(folder, name))
			.filter((path) => !isIgnored(path))
			.toSorted();
	} catch {
		return [];
	}
}

/** @param what the folder should hold */
export function missingPackage(path: string, what: string): UserError {
	return new UserError(
		`the folder ${plainText(path)}, which --targets names, holds no ${what}: ` +
			"name the folder of the package itself, or of its repository",
	);
}

/** Reads a manifest. A file that is not there has the empty text. */
export function readManifest(path: string): string {
	try {
		return withoutMark(readFileSync(path, "utf8"));
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
		throw new UserError(`cannot read ${path}: ${messageOf(error)}`);
	}
}

/** Cuts one table out of a TOML file. */
export function tomlTable(text: string, name: string): string {
	const [, rest = ""] = text.split(new RegExp(`^\\[${name}\\][ \\t]*(?:#.*)?$`, "m"));
	return rest.split(/^\[/m)[0] ?? "";
}

/** Reads a text of one line in a table; null: it is not there, or is no such text. */
export function tomlText(table: string, key: string): string | null {
	return new RegExp(`^${key}\\s*=\\s*["']([^"'\\n]*)["']`, "m").exec(table)?.[1] ?? null;
}
