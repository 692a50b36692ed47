/**
 * This program writes the JSON Schemas of `json-schema/` from the zod schemas of `types.ts`. With `--check`
 * it writes nothing, and exits with 1 if they are not current.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";
import * as types from "./types.ts";

const FILES = {
	"scenarios.schema.json": types.scenarioFile,
	"character.schema.json": types.characterFile,
	"mock-responses.schema.json": types.mockResponsesFile,
	"calibration.schema.json": types.calibrationFile,
	"targets.schema.json": types.targetsFile,
	"named-targets.schema.json": types.namedTargetsFile,
	"versions.schema.json": types.versionsFile,
	"measurement.schema.json": types.measurementFile,
	"run.schema.json": types.runFile,
	"result.schema.json": types.benchmarkResult,
	"comparison.schema.json": types.comparisonFile,
	"change.schema.json": types.changeFile,
	"history.schema.json": types.historyFile,
	"thresholds.schema.json": types.thresholdFile,
	"micro.schema.json": types.microFile,
	"load.schema.json": types.loadFile,
	"density.schema.json": types.densityFile,
	"soak.schema.json": types.soakFile,
	"everything.schema.json": types.everythingFile,
	"fleet.schema.json": types.fleetFile,
	"fleet-task.schema.json": types.fleetTask,
	"fleet-status.schema.json": types.fleetStatus,
	"agent.schema.json": types.agentFile,
	"agent-costs.schema.json": types.agentCosts,
	"agent-manifest.schema.json": types.agentManifest,
} as const;

let stale = 0;
for (const [name, schema] of Object.entries(FILES)) {
	const path = new URL(`json-schema/${name}`, import.meta.url);
	const text = `${JSON.stringify(z.toJSONSchema(schema), null, 2)}\n`;
	if (!process.argv.includes("--check")) {
		writeFileSync(path, text);
	} else if (!existsSync(path) || readFileSync(path, "utf8") !== text) {
		console.error(`shared/json-schema/${name} is not current: run npm run schema`);
		stale++;
	}
}
process.exitCode = stale > 0 ? 1 : 0;
