/** A copy of the repository with its set-ups, in which a test may break things. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { ROOT } from "../../orchestrator/files.ts";

/** What a set-up fills, by runtime. */
const PRODUCTS = {
	typescript: ["typescript/node_modules", ".cache/provision/typescript.json"],
	python: ["python/.venv", ".cache/provision/python.json"],
	rust: [
		"rust/target/release/eliza-bench",
		"rust/target/release/eliza-bench-alloc",
		".cache/provision/rust.json",
	],
} as const;

/** What no fresh clone has. */
const NOT_SOURCES =
	/^(node_modules|\.venv.*|target|results|\.cache|\.git|\.node_modules-.*|\..*_cache|\.hypothesis)$/;

/**
 * Copies the sources as they are in the repository's folder now.
 * @param folder is made
 */
export function copySources(folder: string): void {
	cpSync(ROOT, folder, { recursive: true, filter: (path) => !NOT_SOURCES.test(basename(path)) });
}

/** Copies the sources, the orchestrator's packages, and the set-ups of some runtimes. */
export function copyRepository(folder: string, runtimes: readonly (keyof typeof PRODUCTS)[]): void {
	copySources(folder);
	for (const path of ["node_modules", ".cache/bootstrap", ...runtimes.flatMap((name) => PRODUCTS[name])]) {
		mkdirSync(dirname(join(folder, path)), { recursive: true });
		execFileSync("cp", ["-a", "--reflink=auto", join(ROOT, path), join(folder, path)]);
	}
}
