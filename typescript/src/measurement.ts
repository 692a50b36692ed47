/** Writes the measurement file. */
import { renameSync, writeFileSync } from "node:fs";
import type { CellMeasurement, MeasurementFile } from "../../shared/types.ts";
import type { Options } from "./cli.ts";
import { SCHEMA_VERSION } from "./contract.ts";
import { readVersions } from "./versions.ts";

/** Writes to a temporary name beside the file and renames it, so that no reader meets half a file. */
export function writeMeasurement(options: Options, importNs: number, cells: CellMeasurement[]): void {
	const file: MeasurementFile = {
		schemaVersion: SCHEMA_VERSION,
		kind: "measurement",
		runtime: "typescript",
		versions: readVersions(),
		modelDelayMs: options.modelDelayMs,
		seed: options.seed,
		importNs,
		cells,
	};
	const partial = `${options.output}.${process.pid}.partial`;
	writeFileSync(partial, `${JSON.stringify(file)}\n`);
	renameSync(partial, options.output);
}
