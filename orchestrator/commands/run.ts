/** `./run.sh` and `./run.sh verify` run the benchmark that their flags ask for. */
import { join } from "node:path";
import { runFile } from "../../shared/types.ts";
import { readAgentManner } from "../agent/words.ts";
import { loadContract } from "../contract.ts";
import { EXIT } from "../errors.ts";
import { readJsonIfValid } from "../files.ts";
import { parseTargets } from "../targets/select.ts";
import { runMeasurement, writePage } from "./run-measurement.ts";
import { type MeasureFlags, requestResumption, requestRun } from "./run-request.ts";

export type { MeasureFlags } from "./run-request.ts";

/** A run of `./run.sh agent` goes on as that command. */
function isAgentRun(folder: string): boolean {
	const record = readJsonIfValid(join(folder, "run.json"), runFile, "run file");
	return record !== null && readAgentManner(record.command) !== null;
}

export async function runCommand(flags: MeasureFlags, mode: "measure" | "verify"): Promise<void> {
	if (flags.resume !== undefined && isAgentRun(flags.resume)) {
		const { resumeAgent } = await import("./agent.ts");
		return resumeAgent(flags.resume, flags);
	}
	const contract = loadContract(flags);
	const list = () => parseTargets(flags.targets, { names: flags.targetFile });
	const request =
		flags.resume === undefined
			? await requestRun(contract, list(), flags, mode)
			: await requestResumption(flags.resume, flags);
	const prints = flags.json ? "nothing" : "tables";
	const { outcome, leftOut, terminal } = await runMeasurement(contract, request, { prints });
	const page = outcome.comparison && (await writePage(outcome.folder, outcome.comparison));
	terminal.finish(outcome, flags.json === true, page);
	process.exitCode = outcome.interrupted
		? EXIT.interrupted
		: outcome.failed + leftOut.length > 0
			? EXIT.failed
			: EXIT.done;
}
