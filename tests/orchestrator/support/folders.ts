/** Folders of files, for tests of what reads them. */
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export function newFolder(): string {
	return mkdtempSync(join(tmpdir(), "eliza-benchmark-folder-"));
}

/** Writes files below a folder, by their paths in it. @returns the folder */
export function writeFiles(folder: string, files: Record<string, string>): string {
	for (const [name, text] of Object.entries(files)) {
		mkdirSync(dirname(join(folder, name)), { recursive: true });
		writeFileSync(join(folder, name), text);
	}
	return folder;
}

/** The files of a TypeScript framework. */
export function npmPackage(change: object = {}): Record<"package.json" | "dist/i.js", string> {
	const manifest = {
		name: "@elizaos/core",
		version: "2.1.0",
		exports: { ".": { browser: "./b.js", bun: { types: "./x.d.ts", default: "./dist/i.js" } } },
	};
	return { "package.json": JSON.stringify({ ...manifest, ...change }), "dist/i.js": "1" };
}
