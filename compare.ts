/** Reads the result files of a run and prints the comparison: `node --import tsx compare.ts results/<run> [--json]`; `./run.sh compare` is the same. */
import { parseArgs } from "node:util";
import { compareCommand } from "./orchestrator/commands/compare.ts";
import { messageOf, UserError } from "./orchestrator/errors.ts";

try {
	const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: "boolean" } } });
	if (positionals.length === 0) throw new UserError("name a run's folder or its result files: compare.ts results/<run> [--json]");
	compareCommand(positionals, values.json ? { json: true } : {});
} catch (error) {
	console.error(`error: ${messageOf(error)}`);
	process.exitCode = error instanceof UserError ? error.exitCode : 2;
}
