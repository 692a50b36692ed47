/** The measurement file, the events, and who wrote them. */
import { createHash } from "node:crypto";
import { readFileSync, renameSync, writeFileSync, writeSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { CellMeasurement, MeasurementFile } from "../../shared/types.ts";
import type { Options } from "./cli.ts";

const SCHEMA_VERSION = 1;

/** One JSON object a line on a descriptor of its own; null: nobody listens. */
export function writeEvent(fd: number | null, event: Record<string, unknown>): void {
	if (fd !== null) writeSync(fd, `${JSON.stringify(event)}\n`);
}

/** Writes to a temporary name beside the file and renames it. */
export function writeMeasurement(options: Options, importNs: number, cells: CellMeasurement[]): void {
	const file: MeasurementFile = {
		schemaVersion: SCHEMA_VERSION,
		kind: "measurement",
		runtime: "typescript",
		versions: versions(),
		modelDelayMs: options.modelDelayMs,
		seed: options.seed,
		importNs,
		cells,
	};
	const partial = `${options.output}.${process.pid}.partial`;
	writeFileSync(partial, `${JSON.stringify(file)}\n`);
	renameSync(partial, options.output);
}

export function versions(): MeasurementFile["versions"] {
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
