/** Reads the versions of everything that is measured. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { MeasurementFile } from "../../shared/types.ts";

export function readVersions(): MeasurementFile["versions"] {
	const core = createRequire(import.meta.url)("@elizaos/core/package.json") as { version: string };
	const { bun, v8, webkit, node } = process.versions as Record<string, string | undefined>;
	return {
		framework: core.version,
		// The database is a class of core.
		database: core.version,
		language: bun ? `JavaScript (JavaScriptCore ${webkit ?? "unknown"})` : `JavaScript (V8 ${v8})`,
		engine: bun ? `Bun ${bun}` : `Node.js ${node}`,
		build: "as published",
		lockDigest: createHash("sha256")
			.update(readFileSync(fileURLToPath(new URL("../package-lock.json", import.meta.url))))
			.digest("hex"),
	};
}
