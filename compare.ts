/**
 * Reads result files and prints what they say: `node --import tsx compare.ts results/<run> [--json]` shows
 * one run (or result files, one per target) as
 * `./run.sh report` does; the gate of two runs is `./run.sh compare BASE HEAD`.
 */
import { parseArgs } from "node:util";
import { reportCommand } from "./orchestrator/commands/report.ts";
import { messageOf, UserError } from "./orchestrator/errors.ts";

try {
	const { values, positionals } = parseArgs({
		allowPositionals: true,
		options: { json: { type: "boolean" } },
	});
	if (positionals.length === 0)
		throw new UserError("name a run's folder or its result files: compare.ts results/<run> [--json]");
	reportCommand(positionals, values.json ? { json: true } : {});
} catch (error) {
	console.error(`error: ${messageOf(error)}`);
	process.exitCode = error instanceof UserError ? error.exitCode : 2;
}
