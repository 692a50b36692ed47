/** Estimates how long a scenario takes, before it is run. */
import { sum } from "../../analysis/stats/statistics.ts";
import type { RunFile, Scenario } from "../../shared/types.ts";
import { MS_PER_S } from "../../shared/units.ts";
import { fitIntoTime } from "./block-time.ts";
import type { NoiseHistory } from "./noise-history.ts";
import { messagesPerIteration } from "./profiles.ts";
import { leastBlocks, nextBlockLimits } from "./schedule.ts";

/**
 * Guesses for a cell that was never measured: the start of a process, an iteration, a message, a record of
 * history.
 */
const START_SECONDS = 0.6;
const ITERATION_SECONDS = 0.02;
const MESSAGE_SECONDS = 0.005;
const RECORD_SECONDS = 1e-5;
/** An iteration of a database scenario fills about so many time boxes. */
const BOXES = 4;
/**
 * A verification takes this and so many times an iteration: everything is recorded, cells share the
 * processors, and it waits until the framework is at rest. Cells are verified side by side.
 */
const VERIFICATION = { seconds: 1.5, iterations: 2.5, lanes: 2 };

/** In seconds. */
export interface ScenarioEstimate {
	verification: number;
	/** One block, with the scenario's own iterations or as many as fit. */
	block: number;
	/** The other blocks that the scenario has at least. */
	rest: number;
}

/**
 * Adds up what earlier runs on this machine took. Cells that they did not measure are guessed. Blocks that
 * a precision adds are left out.
 */
export function estimateSeconds(
	scenario: Scenario,
	record: EstimatedRun,
	history: NoiseHistory,
): ScenarioEstimate {
	const { targets, settings } = record;
	const delay = modelSeconds(scenario, record.modelDelayMs);
	const guess =
		ITERATION_SECONDS +
		messagesPerIteration(scenario) * MESSAGE_SECONDS +
		(scenario.config.history + (scenario.database?.records ?? 0)) * RECORD_SECONDS +
		((scenario.database?.boxMs ?? 0) / MS_PER_S) * BOXES;
	const blocks = leastBlocks(scenario, settings);
	const rounds = scenario.kind === "startup" ? 0 : scenario.iterations;
	const observed = record.observe[scenario.id] ?? 0;
	const processes = settings.aa ? 2 : 1;
	let [verification, setups, round] = [0, 0, 0];
	for (const target of targets) {
		const known = history.costs(target, scenario, record);
		const iteration = known?.iterationSeconds ?? guess + delay;
		verification += (VERIFICATION.seconds + VERIFICATION.iterations * iteration) / VERIFICATION.lanes;
		round += processes * iteration;
		setups += processes * (known?.setupSeconds ?? START_SECONDS + (scenario.warmup + 1) * iteration);
	}
	if (settings.verifyOnly) return { verification, block: 0, rest: 0 };
	const asked = { iterations: rounds, observe: observed / blocks };
	const { iterations, observe, controls } = fitIntoTime(asked, nextBlockLimits(record, 0), setups, round);
	const block = setups + round * (iterations + observe * (controls ? 2 : 1));
	return { verification, block, rest: (blocks - 1) * block };
}

export interface ScenariosEstimate {
	scenarios: number;
	/** The first round: verification and a block of each, in seconds. */
	first: number;
	/** The other blocks that they have at least, in seconds. */
	rest: number;
}

export function estimateScenarios(
	scenarios: readonly Scenario[],
	record: EstimatedRun,
	history: NoiseHistory,
): ScenariosEstimate {
	const estimates = scenarios.map((scenario) => estimateSeconds(scenario, record, history));
	return {
		scenarios: estimates.length,
		first: sum(estimates.map(({ verification, block }) => verification + block)),
		rest: sum(estimates.map(({ rest }) => rest)),
	};
}

type EstimatedRun = Pick<
	RunFile,
	"targets" | "settings" | "scenarios" | "observe" | "modelDelayMs" | "fingerprint"
>;

/**
 * Returns the time that an iteration waits for the model, in seconds. Messages sent at once wait
 * together.
 */
export function modelSeconds(scenario: Scenario, modelDelayMs: number): number {
	const calls = sum(
		Object.values(scenario.expect.modelCalls).map((one) => (typeof one === "number" ? one : one.max)),
	);
	const turns = scenario.config.delivery === "concurrent" ? 1 : messagesPerIteration(scenario);
	return (turns * calls * modelDelayMs) / MS_PER_S;
}
