/** What a run will take, before it starts. */
import { pilotOf } from "../../analysis/cell/pilot.ts";
import type { Scenario } from "../../shared/types.ts";

import { messagesPerIteration } from "./profiles.ts";
import type { RunOptions } from "./run.ts";

/** Where nothing is known of a cell: start of a process, one message, one record of history. */
const [START_SECONDS, MESSAGE_SECONDS, RECORD_SECONDS, TURN_SECONDS] = [0.6, 0.005, 1e-5, 0.02];

/** From what earlier runs on this machine took, else a rough guess; without blocks that a precision adds. */
export function expectedSeconds(
	scenario: Scenario,
	{ targets, settings, observe, notes }: RunOptions,
): number {
	const turn =
		TURN_SECONDS +
		messagesPerIteration(scenario) * MESSAGE_SECONDS +
		(scenario.config.history + (scenario.database?.records ?? 0)) * RECORD_SECONDS +
		((scenario.database?.boxMs ?? 0) / 1000) * 2;
	const blocks = settings.verifyOnly ? 0 : pilotOf(scenario, settings);
	const rounds = scenario.kind === "startup" ? 0 : scenario.iterations;
	const processes = settings.aa ? 2 : 1;
	let seconds = 0;
	for (const target of targets) {
		const known = notes.costs(target, scenario, settings);
		const setup = known?.setupSeconds ?? START_SECONDS + scenario.warmup * turn;
		const iteration = known?.iterationSeconds ?? turn;
		seconds +=
			(setup + turn) / 2 +
			processes * (blocks * (setup + rounds * iteration) + 2 * observe(scenario) * iteration);
	}
	return seconds;
}
