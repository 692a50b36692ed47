/** Runs density and soak on the stub that keeps what it is told to. */
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { loadContract, select } from "../../orchestrator/contract.ts";
import { harnessEnvironment } from "../../orchestrator/environment/environment.ts";
import { ROOT } from "../../orchestrator/files.ts";
import type { GrowthContext } from "../../orchestrator/growth/process.ts";
import type { Watchdog } from "../../orchestrator/process/watchdog.ts";
import { BYTES_PER_GB } from "../../shared/units.ts";
import { stubTarget } from "./stub-target.ts";

const TSX = pathToFileURL(join(ROOT, "node_modules/tsx/dist/esm/index.mjs")).href;
const SCRIPT = fileURLToPath(new URL("stub-keeper.ts", import.meta.url));

export const KEEPER = stubTarget("keeper", false);

/** @param words options of the stub */
export function keeperContext(words: readonly string[], watchdog: Watchdog, logs: string): GrowthContext {
	const contract = loadContract({});
	const [scenario] = select(contract.scenarios, "single-message", "scenario");
	if (!scenario) throw new RangeError("there is no such scenario");
	return {
		logs,
		watchdog,
		shared: contract.shared,
		scenarioPath: contract.scenarioPath,
		scenario,
		seed: 1,
		modelDelayMs: 0,
		timeoutMs: 10_000,
		memoryLimitBytes: BYTES_PER_GB,
		launch: () => ({
			file: process.execPath,
			args: ["--expose-gc", "--import", TSX, SCRIPT, ...words],
			env: harnessEnvironment(),
		}),
		stop: { requested: false },
	};
}
