/** Starts the live stub. */
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { harnessEnvironment } from "../../orchestrator/environment/environment.ts";
import { ROOT } from "../../orchestrator/files.ts";
import { LiveWorker, type LiveWorkerOptions } from "../../orchestrator/live/live-worker.ts";
import type { Launch } from "../../orchestrator/process/launch.ts";

const TSX = pathToFileURL(join(ROOT, "node_modules/tsx/dist/esm/index.mjs")).href;
const SCRIPT = fileURLToPath(new URL("stub-live.ts", import.meta.url));

/** @param words options of the stub */
export function stubLiveLaunch(words: readonly string[]): Launch {
	return { file: process.execPath, args: ["--import", TSX, SCRIPT, ...words], env: harnessEnvironment() };
}

export function startStub({
	words,
	...options
}: Omit<LiveWorkerOptions, "launch" | "args"> & { words: readonly string[] }): LiveWorker {
	return new LiveWorker({ ...options, launch: stubLiveLaunch(words), args: ["--live"] });
}
