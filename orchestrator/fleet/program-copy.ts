/** Copies the program into a fleet's folder: all its nodes run what it was when the fleet was made. */
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { contentDigest, copyContent } from "../content.ts";
import { makeFolder, ROOT } from "../files.ts";

/** All that a run needs and a set-up does not make. */
const PARTS = [
	"run.sh",
	"LICENSE",
	"package.json",
	"package-lock.json",
	".npmrc",
	"tsconfig.json",
	"orchestrator",
	"analysis",
	"report",
	"shared",
	"typescript",
	"python",
	"rust",
]
	.map((name) => join(ROOT, name))
	.filter((path) => existsSync(path));

const DIGITS = 16;

/** The start of a digest of the program, in hexadecimal. */
export function programDigest(): string {
	return contentDigest(PARTS).slice(0, DIGITS);
}

export function copyProgram(folder: string): void {
	makeFolder(folder);
	for (const path of PARTS) copyContent(path, join(folder, basename(path)));
}
