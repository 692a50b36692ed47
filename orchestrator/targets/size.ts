/** What a target weighs on the disk, measured right after its set-up and kept in its stamp. */
import { lstatSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import type { RuntimeName, TargetSize } from "../../shared/types.ts";
import { harnessesIn } from "../runtimes/launch.ts";

type Sizes = Omit<TargetSize, "setup_seconds">;

/** The file that Bun loads, where a version has it there. */
const CORE_BUNDLE = "typescript/node_modules/@elizaos/core/dist/node/index.node.js";

/** Core imports these only when asked to, and does not bring them. */
const OPTIONAL = ["--external", "sharp"];

/** @param root the folder below which the harness was set up */
export async function measureSize(runtime: RuntimeName, root: string): Promise<Sizes> {
	const none: Sizes = {
		framework_bundle_bytes: null,
		minified_bundle_bytes: null,
		binary_bytes: null,
		installed_bytes: null,
	};
	switch (runtime) {
		case "typescript":
			return {
				...none,
				framework_bundle_bytes: statSync(join(root, CORE_BUNDLE), { throwIfNoEntry: false })?.size ?? null,
				minified_bundle_bytes: await minifiedBundle(root),
				installed_bytes: diskUsage(join(root, "typescript/node_modules")),
			};
		case "python":
			return { ...none, installed_bytes: diskUsage(join(root, "python/.venv")) };
		case "rust": {
			const binary = statSync(harnessesIn(root).rust.file).size;
			return { ...none, binary_bytes: binary, installed_bytes: binary };
		}
	}
}

/** The harness with everything it reaches, in one minified file; null when the bundler cannot. */
async function minifiedBundle(root: string): Promise<number | null> {
	const folder = mkdtempSync(join(tmpdir(), "eliza-benchmark-bundle-"));
	try {
		const outfile = join(folder, "bundle.js");
		const args = [
			"build",
			join(root, "typescript/src/bench.ts"),
			"--minify",
			"--target=bun",
			...OPTIONAL,
			`--outfile=${outfile}`,
		];
		const { failed } = await execa(harnessesIn(root).typescript.file, args, {
			reject: false,
			stdin: "ignore",
		});
		return failed ? null : statSync(outfile).size;
	} finally {
		rmSync(folder, { recursive: true });
	}
}

/** Bytes of all files below a folder; links are not followed. */
export function diskUsage(folder: string): number {
	let total = 0;
	for (const entry of readdirSync(folder, { withFileTypes: true })) {
		const path = join(folder, entry.name);
		if (entry.isDirectory()) total += diskUsage(path);
		else if (entry.isFile()) total += lstatSync(path).size;
	}
	return total;
}
