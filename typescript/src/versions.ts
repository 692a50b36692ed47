/** Reads the versions of everything that is measured. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { MeasurementFile } from "../../shared/types.ts";
import { CORE, DATABASE, type Framework, isInstalled, readInstalledVersion } from "./frameworks/framework.ts";
import { describeBuild } from "./frameworks/options.ts";

/** @param framework null where it could not be imported */
export function readVersions(framework: Framework | null): MeasurementFile["versions"] {
	const { bun, v8, webkit, node } = process.versions as Record<string, string | undefined>;
	return {
		framework: readInstalledVersion(CORE),
		// The database is a class of core, or of another version of it.
		database: readInstalledVersion(isInstalled(DATABASE) ? DATABASE : CORE),
		language: bun ? `JavaScript (JavaScriptCore ${webkit ?? "unknown"})` : `JavaScript (V8 ${v8})`,
		engine: bun ? `Bun ${bun}` : `Node.js ${node}`,
		build: framework ? describeBuild(framework) : "as published",
		lockDigest: createHash("sha256")
			.update(readFileSync(fileURLToPath(new URL("../package-lock.json", import.meta.url))))
			.digest("hex"),
	};
}
