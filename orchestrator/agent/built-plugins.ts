/** Checks that a plugin in a folder of the user's is built, before anything is set up. */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { plainText } from "../../shared/text.ts";
import { UserError } from "../errors.ts";
import { readJson } from "../files.ts";
import type { AgentSource } from "./source.ts";

const manifest = z.looseObject({
	main: z.string().optional(),
	module: z.string().optional(),
	exports: z.unknown().optional(),
});

/** What an engine looks for where nothing is named. */
const UNNAMED = "index.js";
/** A name may lack its ending, or be that of a folder. */
const ENDINGS = ["", ".js", ".mjs", ".cjs", ".ts", "/index.js", "/index.ts"];

/** @throws {UserError} for a folder of which nothing can be imported */
export function refuseUnbuilt({ plugins }: Pick<AgentSource, "plugins">): void {
	for (const { from } of plugins) if (from.kind === "folder") refuseFolder(from.path);
}

function refuseFolder(folder: string): void {
	const path = join(folder, "package.json");
	const read = existsSync(path) ? readJson(path, manifest, "package.json") : null;
	const named = [...filesIn(rootExport(read?.exports)), read?.module, read?.main].filter(
		(one) => one !== undefined,
	);
	if ([...named, UNNAMED].some((one) => isEntry(join(folder, one)))) return;
	const shown = `the plugin in ${plainText(folder)} has no`;
	const [first] = named;
	if (first !== undefined)
		throw new UserError(`${shown} ${plainText(first)}, which it exports: build it first`);
	throw new UserError(
		read === null
			? `${shown} package.json and no ${UNNAMED}: name the folder of a built plugin`
			: `${shown} ${UNNAMED}, and its package.json names no other file: build it first`,
	);
}

/** What a package exports under its own name. */
function rootExport(exported: unknown): unknown {
	return typeof exported === "object" && exported !== null && "." in exported ? exported["."] : exported;
}

/** Lists the files of all conditions: which of them holds is the engine's to say. */
function filesIn(exported: unknown): string[] {
	if (typeof exported === "string") return [exported];
	if (typeof exported !== "object" || exported === null) return [];
	return Object.entries(exported).flatMap(([condition, one]) =>
		condition === "types" || condition.startsWith("./") ? [] : filesIn(one),
	);
}

function isEntry(path: string): boolean {
	return ENDINGS.some((ending) => statSync(`${path}${ending}`, { throwIfNoEntry: false })?.isFile());
}
