/** A reader of files that come from outside, and the recorded run that such files are shown beside. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compareChange } from "../../analysis/change/change.ts";
import { loadContract } from "../../orchestrator/contract.ts";
import { readJson, SHARED } from "../../orchestrator/files.ts";
import { readResults } from "../../orchestrator/run/results.ts";
import { runFile } from "../../shared/types.ts";

export interface Reader {
	name: string;
	/** A valid file. */
	text: string;
	/** Its path in its folder; default: file.json. */
	file?: string;
	/**
	 * Reads the file and does everything that the program does with its content.
	 * @param folder the file's own
	 * @returns texts for people; null if the file counts as missing
	 */
	use: (path: string, seed: number, folder: string) => string[] | null;
}

/** Pages with charts take long. One is written for so many files that can be read. */
export const PAGE_EVERY = 50;

const pathOf = (path: string) => fileURLToPath(new URL(`../fixtures/small-run/${path}`, import.meta.url));
export const fixture = (path: string) => readFileSync(pathOf(path), "utf8");
export const shared = (name: string) => readFileSync(join(SHARED, name), "utf8");

export const python = readResults(pathOf("python.json"));
export const rust = readResults(pathOf("rust.json"));
export const side = (name: string, results: typeof python) => ({ name, results });
export const slower = compareChange(side("base", rust), side("head", python), {
	pairs: [["rust", "python"]],
	paired: false,
});
export const run = readJson(pathOf("run.json"), runFile, "run file");
export const { scenarios } = loadContract({});

/** Writes what else a reader wants to find beside its file, once. */
export function furnish(folder: string, name: string, files: Record<string, string>): string {
	const path = join(folder, name);
	mkdirSync(path, { recursive: true });
	for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
	return path;
}
