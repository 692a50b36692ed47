/** Says with which arguments a harness is started as a worker, and when it counts as hung. */
import type { ProcessRecord, Scenario, Target } from "../../shared/types.ts";
import { MS_PER_S } from "../../shared/units.ts";
import type { Databases } from "../database/databases.ts";
import type { Launch } from "../process/launch.ts";
import type { Watchdog } from "../process/watchdog.ts";
import type { WorkerOptions } from "../process/worker.ts";
import { modelSeconds } from "./estimate.ts";
import type { RunStore } from "./store.ts";

/** Says how the harness of a target is started in a role. */
export type LaunchTarget = (target: Target, role: ProcessRecord["role"]) => Launch;

/** Every process of a run shares this. */
export interface RunContext {
	store: RunStore;
	watchdog: Watchdog;
	shared: string;
	/** The file of the scenarios as they are run. The harnesses read it. */
	scenarioPath: string;
	seed: number;
	modelDelayMs: number;
	timeoutMs: number;
	launch: LaunchTarget;
	/** The databases of the targets on a server; null: there is no such target. */
	databases: Databases | null;
	/** Set once the user has asked to stop: the iteration under way is finished, and then the run ends. */
	stop: { requested: boolean };
}

/** @param file the measurement file that it writes */
export function workerOptions(
	context: RunContext,
	scenario: Scenario,
	{ launch, file, log }: { launch: Launch; file: string; log: string },
): WorkerOptions {
	const { shared, scenarioPath, seed, modelDelayMs, watchdog, timeoutMs } = context;
	return {
		launch,
		args: [
			"--worker",
			"--scenario",
			scenario.id,
			"--shared",
			shared,
			"--scenario-file",
			scenarioPath,
			"--output",
			file,
			"--seed",
			String(seed),
			"--model-delay-ms",
			String(modelDelayMs),
		],
		logPath: log,
		watchdog,
		// An iteration may do twice what the scenario expects before it counts as hung.
		timeoutMs: timeoutMs + 2 * MS_PER_S * modelSeconds(scenario, modelDelayMs),
	};
}
