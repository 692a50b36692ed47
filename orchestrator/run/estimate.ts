/** Estimates how long a scenario takes, before it is run. */
import { pilotOf } from "../../analysis/cell/pilot.ts";
import type { RunFile, Scenario } from "../../shared/types.ts";
import { MS_PER_S } from "../../shared/units.ts";
import type { NoiseHistory } from "./noise-history.ts";
import { messagesPerIteration } from "./profiles.ts";

/**
 * Guesses for a cell that was never measured: the start of a process, an iteration, a message, a record of
 * history.
 */
const START_SECONDS = 0.6;
const ITERATION_SECONDS = 0.02;
const MESSAGE_SECONDS = 0.005;
const RECORD_SECONDS = 1e-5;

/**
 * Adds up what earlier runs on this machine took. Cells that they did not measure are guessed. Blocks that
 * a precision adds are left out.
 */
export function estimateSeconds(
	scenario: Scenario,
	record: Pick<RunFile, "targets" | "settings" | "observe" | "modelDelayMs" | "fingerprint">,
	history: NoiseHistory,
): number {
	const { targets, settings, observe } = record;
	const guess =
		ITERATION_SECONDS +
		messagesPerIteration(scenario) * MESSAGE_SECONDS +
		(scenario.config.history + (scenario.database?.records ?? 0)) * RECORD_SECONDS +
		((scenario.database?.boxMs ?? 0) / MS_PER_S) * 2;
	const blocks = settings.verifyOnly ? 0 : pilotOf(scenario, settings);
	const rounds = scenario.kind === "startup" ? 0 : scenario.iterations;
	const observed = observe[scenario.id] ?? 0;
	const processes = settings.aa ? 2 : 1;
	let seconds = 0;
	for (const target of targets) {
		const known = history.costs(target, scenario, record);
		const setup = known?.setupSeconds ?? START_SECONDS + scenario.warmup * guess;
		const iteration = known?.iterationSeconds ?? guess;
		const verification = (setup + guess) / 2;
		const measurement = blocks * (setup + rounds * iteration) + 2 * observed * iteration;
		seconds += verification + processes * measurement;
	}
	return seconds;
}
