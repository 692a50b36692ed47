/** Reads what was measured of a deployment, from the folders below a run's. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Deployment } from "../../analysis/load/deployment.ts";
import { type LoadReport, loadReport } from "../../analysis/load/report.ts";
import { densityFile, loadFile, soakFile } from "../../shared/types.ts";
import { readJson } from "../files.ts";

/** The folder of each part. */
export const DEPLOYMENT_FOLDERS = {
	load: "load",
	conversations: "conversations",
	density: "density",
	soak: "soak",
} as const satisfies Record<keyof Deployment, string>;

/**
 * @returns null where there is none of it
 * @throws {UserError} for a file that is torn
 */
export function readDeployment(folder: string): Deployment | null {
	const path = (part: keyof Deployment, file: string) => join(folder, DEPLOYMENT_FOLDERS[part], file);
	const found: Deployment = {
		load: readLoad(path("load", "load.json")),
		conversations: readLoad(path("conversations", "load.json")),
		density: readIfThere(path("density", "density.json"), (file) =>
			readJson(file, densityFile, "density file"),
		),
		soak: readIfThere(path("soak", "soak.json"), (file) => readJson(file, soakFile, "soak file")),
	};
	return Object.values(found).every((part) => part === null) ? null : found;
}

function readLoad(path: string): LoadReport | null {
	return readIfThere(path, (file) => loadReport(readJson(file, loadFile, "load file")));
}

function readIfThere<T>(path: string, read: (path: string) => T): T | null {
	return existsSync(path) ? read(path) : null;
}
