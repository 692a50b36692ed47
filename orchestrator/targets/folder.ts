/**
 * Where a target is set up: the locked ones in the repository itself, every other one in a folder of its own,
 * named by what it is made from.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { RuntimeName, Target } from "../../shared/types.ts";
import { contentDigest } from "../content.ts";
import { ROOT } from "../files.ts";

export const TARGETS = join(ROOT, ".cache/targets");

/** Below a target's folder: the local copy, while it is installed from. */
export const SOURCE = "source";

/**
 * What a harness consists of, relative to the repository; a target's folder gets a copy, because engines
 * resolve links.
 */
export const HARNESS_FILES: Record<RuntimeName, readonly string[]> = {
	typescript: [
		"typescript/package.json",
		"typescript/package-lock.json",
		"typescript/.npmrc",
		"typescript/tsconfig.json",
		"typescript/src",
		"tsconfig.json",
	],
	python: ["python/requirements.lock", "python/requirements-uvloop.lock", "python/src"],
	rust: ["rust/Cargo.toml", "rust/Cargo.lock", "rust/build.rs", "rust/src", "rust/examples", "rust/benches"],
};

const DIGITS = 16;
const digests = new Map<RuntimeName, string>();

/**
 * Of a harness's sources and lock file, in hexadecimal; read once a process, so that it stays what it was
 * when a run began.
 */
export function harnessDigest(runtime: RuntimeName): string {
	const digest =
		digests.get(runtime) ?? contentDigest(HARNESS_FILES[runtime].map((path) => join(ROOT, path)));
	digests.set(runtime, digest);
	return digest;
}

/** Whether it is one of those that are set up in the repository itself. */
export function isLocked({ source, variants }: Pick<Target, "source" | "variants">): boolean {
	return source === undefined && variants === undefined;
}

/** The folder below which a target's harness lies. */
export function rootOf(target: Pick<Target, "id" | "runtime" | "framework" | "source" | "variants">): string {
	const { id, runtime, framework, source, variants = [] } = target;
	if (isLocked(target)) return ROOT;
	// Packages are copied before they are installed: wherever the same content lies, it is found again. A
	// crate is built where
	// it lies, and its build may read what lies beside it.
	const from = source?.kind === "path" && runtime !== "rust" ? source.digest : (source ?? null);
	const made = JSON.stringify([runtime, variants, framework.package, from, harnessDigest(runtime)]);
	return join(TARGETS, `${id}-${createHash("sha256").update(made).digest("hex").slice(0, DIGITS)}`);
}
