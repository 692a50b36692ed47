/** The stub harness as a target, in memory or on a database server. */

import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { harnessEnvironment } from "../../orchestrator/environment/environment.ts";
import { ROOT } from "../../orchestrator/files.ts";
import type { Launch } from "../../orchestrator/process/launch.ts";
import { needsServer, type Target } from "../../shared/types.ts";

const TSX = pathToFileURL(join(ROOT, "node_modules/tsx/dist/esm/index.mjs")).href;
const SCRIPT = fileURLToPath(new URL("stub-harness.ts", import.meta.url));

export function stubTarget(id: string, onServer: boolean): Target {
	return {
		id,
		runtime: "rust",
		label: id,
		framework: { package: "stub", version: "1.0.0" },
		database: { package: "stub", version: "1.0.0" },
		engine: "native",
		...(onServer ? { variants: ["postgres"] } : {}),
	};
}

export function stubLaunch(target: Target): Launch {
	const database = needsServer(target) ? ["--database", "postgres"] : [];
	const args = ["--import", TSX, SCRIPT, "--replies", "expect", ...database];
	return { file: process.execPath, args, env: harnessEnvironment() };
}
