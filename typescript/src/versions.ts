/** Reads the versions of everything that is measured. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { MeasurementFile } from "../../shared/types.ts";
import type { DatabaseKind } from "./databases/database.ts";
import { describeInMemory } from "./databases/in-memory.ts";
import type { Framework } from "./frameworks/framework.ts";
import { describeBuild } from "./frameworks/options.ts";
import { CORE, isInstalled, readInstalledVersion, SQL } from "./frameworks/packages.ts";

/** @param framework null where it could not be imported */
export function readVersions(framework: Framework | null, kind: DatabaseKind): MeasurementFile["versions"] {
	const { bun, v8, webkit, node } = process.versions as Record<string, string | undefined>;
	return {
		framework: readInstalledVersion(CORE),
		database: framework?.database.describe() ?? describePackage(kind),
		language: bun ? `JavaScript (JavaScriptCore ${webkit ?? "unknown"})` : `JavaScript (V8 ${v8})`,
		engine: bun ? `Bun ${bun}` : `Node.js ${node}`,
		build: framework ? describeBuild(framework) : "as published",
		lockDigest: createHash("sha256").update(readLock()).digest("hex"),
	};
}

/** A user's project may have been locked by bun. */
function readLock(): Buffer {
	const paths = ["../package-lock.json", "../bun.lock"].map((name) =>
		fileURLToPath(new URL(name, import.meta.url)),
	);
	const found = paths.find((path) => existsSync(path));
	return found === undefined ? Buffer.of() : readFileSync(found);
}

/** Names the package of a database that was not reached. */
function describePackage(kind: DatabaseKind): string {
	if (kind === "in-memory") return describeInMemory();
	return `${SQL} ${isInstalled(SQL) ? readInstalledVersion(SQL) : "not installed"}`;
}
