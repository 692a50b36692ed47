/** What a runtime weighs on the disk, measured right after its set-up and kept in its stamp. */
import { lstatSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import type { RuntimeName, TargetSize } from "../../shared/types.ts";
import { ROOT } from "../files.ts";
import { HARNESS } from "../launch.ts";

type Sizes = Omit<TargetSize, "setup_seconds">;

const CORE_BUNDLE = "typescript/node_modules/@elizaos/core/dist/node/index.node.js";

/** Core imports these only when asked to, and does not bring them. */
const OPTIONAL = ["--external", "sharp"];

export async function measureSize(runtime: RuntimeName): Promise<Sizes> {
	const none: Sizes = { framework_bundle_bytes: null, minified_bundle_bytes: null, binary_bytes: null, installed_bytes: null };
	switch (runtime) {
		case "typescript":
			return {
				...none,
				framework_bundle_bytes: statSync(join(ROOT, CORE_BUNDLE)).size,
				minified_bundle_bytes: await minifiedBundle(),
				installed_bytes: diskUsage(join(ROOT, "typescript/node_modules")),
			};
		case "python":
			return { ...none, installed_bytes: diskUsage(join(ROOT, "python/.venv")) };
		case "rust": {
			const binary = statSync(HARNESS.rust.file).size;
			return { ...none, binary_bytes: binary, installed_bytes: binary };
		}
	}
}

/** The harness with everything it reaches, in one minified file; null when the bundler cannot. */
async function minifiedBundle(): Promise<number | null> {
	const folder = mkdtempSync(join(tmpdir(), "eliza-benchmark-bundle-"));
	try {
		const outfile = join(folder, "bundle.js");
		const args = ["build", join(ROOT, "typescript/src/bench.ts"), "--minify", "--target=bun", ...OPTIONAL, `--outfile=${outfile}`];
		const { failed } = await execa(HARNESS.typescript.file, args, { reject: false, stdin: "ignore" });
		return failed ? null : statSync(outfile).size;
	} finally {
		rmSync(folder, { recursive: true });
	}
}

/** Bytes of all files below a folder; links are not followed. */
function diskUsage(folder: string): number {
	let total = 0;
	for (const entry of readdirSync(folder, { withFileTypes: true })) {
		const path = join(folder, entry.name);
		if (entry.isDirectory()) total += diskUsage(path);
		else if (entry.isFile()) total += lstatSync(path).size;
	}
	return total;
}
