/** Reads what was measured of a deployment, from the folders below a run's. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Deployment } from "../../analysis/load/deployment.ts";
import { type LoadReport, loadReport } from "../../analysis/load/report.ts";
import { densityFile, everythingFile, loadFile, soakFile } from "../../shared/types.ts";
import { readJson } from "../files.ts";
import { PART_FOLDERS } from "./parts.ts";
import { EVERYTHING_FILE } from "./store.ts";

/**
 * @returns null where there is none of it
 * @throws {UserError} for a file that is torn
 */
export function readDeployment(folder: string): Deployment | null {
	const path = (part: keyof typeof PART_FOLDERS, file: string) => join(folder, PART_FOLDERS[part], file);
	const record = readIfThere(join(folder, EVERYTHING_FILE), (file) =>
		readJson(file, everythingFile, "record of everything"),
	);
	const found = {
		load: readLoad(path("load", "load.json")),
		conversations: readLoad(path("conversations", "load.json")),
		density: readIfThere(path("density", "density.json"), (file) =>
			readJson(file, densityFile, "density file"),
		),
		soak: readIfThere(path("soak", "soak.json"), (file) => readJson(file, soakFile, "soak file")),
	};
	const isEmpty = record === null && Object.values(found).every((part) => part === null);
	return isEmpty ? null : { ...found, parts: record?.parts ?? null };
}

function readLoad(path: string): LoadReport | null {
	return readIfThere(path, (file) => loadReport(readJson(file, loadFile, "load file")));
}

function readIfThere<T>(path: string, read: (path: string) => T): T | null {
	return existsSync(path) ? read(path) : null;
}
