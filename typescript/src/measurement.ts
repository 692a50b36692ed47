/** Makes the measurement of a cell and writes the measurement file. */
import { renameSync, writeFileSync } from "node:fs";
import type { CellMeasurement, MeasurementFile } from "../../shared/types.ts";
import type { Options } from "./cli.ts";
import { SCHEMA_VERSION } from "./contract.ts";
import type { Framework } from "./frameworks/framework.ts";
import { readVersions } from "./versions.ts";

/** @returns the measurement of a cell of which nothing is measured yet */
export function makeEmptyCell(scenario: string, rssReadyBytes: number | null): CellMeasurement {
	return {
		scenario,
		status: "measured",
		failure: null,
		cold: null,
		ledger: null,
		iterations: [],
		stageSources: null,
		bootstrap: null,
		resources: {
			rssReadyBytes,
			rssStartBytes: null,
			rssPeakBytes: null,
			rssEndBytes: null,
			heapBytes: null,
			gc: null,
		},
	};
}

/** Writes to a temporary name beside the file and renames it, so that no reader meets half a file. */
export function writeMeasurement(
	options: Options,
	{ importNs, framework }: { importNs: number; framework: Framework | null },
	cells: CellMeasurement[],
): void {
	const databaseImport = framework?.databaseImport ?? null;
	const file: MeasurementFile = {
		schemaVersion: SCHEMA_VERSION,
		kind: "measurement",
		runtime: "typescript",
		versions: readVersions(framework, options.database),
		modelDelayMs: options.modelDelayMs,
		seed: options.seed,
		importNs,
		...(databaseImport ? { databaseImport } : {}),
		...(framework?.agent ? { agent: framework.agent.imports } : {}),
		cells,
	};
	const partial = `${options.output}.${process.pid}.partial`;
	writeFileSync(partial, `${JSON.stringify(file)}\n`);
	renameSync(partial, options.output);
}
