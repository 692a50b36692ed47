/**
 * Runs the real frameworks while a harness fills the disk of the temporary folder. Prints, as JSON, how the run
 * ended and what is on the disk then.
 */
import { readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../../orchestrator/errors.ts";
import { readMeasurement } from "../../orchestrator/run/evidence.ts";
import { readInterruptedRun, takeOver } from "../../orchestrator/run/resume.ts";
import { RunStore } from "../../orchestrator/run/store.ts";
import { launchOf } from "../../orchestrator/targets/launch.ts";
import { faultyLaunch, measure } from "./real.ts";

export interface FullDisk {
	error: { message: string; exitCode: number };
	/** Processes in the record that the run has left, and those that are kept when it is resumed. */
	processes: { recorded: number; kept: number; measured: number };
	partial: string[];
}

/** The disk is filled while the second scenario is measured. The first one is on the disk by then. */
const DISTURBED = "conversation-10";
let scenario = "";

try {
	await measure({
		scenarios: `single-message,${DISTURBED}`,
		targets: "python,rust",
		iterations: 2,
		warmup: 1,
		launch: (target, role) =>
			scenario === DISTURBED && target.runtime === "python" && role === "measure"
				? faultyLaunch("python", "fill-disk")
				: launchOf(target, role),
		listener: {
			beginScenario: ({ id }) => {
				scenario = id;
			},
		},
	});
	console.error("the run came to its end");
	process.exitCode = 1;
} catch (error) {
	if (!(error instanceof UserError)) throw error;
	console.log(JSON.stringify(leftBy(error)));
}

function leftBy({ message, exitCode }: UserError): FullDisk {
	const [name = ""] = readdirSync(tmpdir()).filter((entry) => entry.startsWith("eliza-benchmark-test-"));
	const folder = join(tmpdir(), name);
	const partial = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((entry) =>
		entry.includes("partial"),
	);
	rmSync(join(folder, "logs", DISTURBED, "filler"));
	const store = RunStore.open(folder);
	const record = readInterruptedRun(store);
	const { processes } = takeOver(store, record);
	// One that others disturbed is whole too.
	const measured = processes.filter(
		(row) => row.role === "measure" && readMeasurement(store, row) !== null,
	).length;
	store.close();
	return {
		error: { message, exitCode },
		processes: { recorded: record.processes.length, kept: processes.length, measured },
		partial,
	};
}
