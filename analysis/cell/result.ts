/**
 * This file makes one cell's figures from the measurements of its processes: the plan's fields, in the plan's
 * units.
 */
import { createHash } from "node:crypto";
import { toSnakeCase } from "../../shared/snake-case.ts";
import {
	type CharacterFile,
	type Distribution,
	type LostProcess,
	type MeasurementFile,
	type ProcessFault,
	type ProcessRecord,
	type Reason,
	type RunSettings,
	type Scenario,
	type ScenarioResult,
	sendsMessages,
	type WorkLedger,
	workLedger,
} from "../../shared/types.ts";
import { NS_PER_MS } from "../../shared/units.ts";
import { OBSERVER_METRIC } from "../metrics.ts";
import { LEAST_PILOT } from "../stats/allocation.ts";
import { madOutliers } from "../stats/series.ts";
import { mean, outliers, quantileOfSorted, standardDeviation, sum } from "../stats/statistics.ts";
import { estimatesOf } from "./estimates.ts";
import {
	bridgePerMessage,
	coldFigures,
	operationFigures,
	phaseFigures,
	processLatency,
	resourceFigures,
	serverFigures,
	streamFigures,
	throughputFigures,
} from "./figures.ts";
import { NO_PIPELINE, observerCost, pipelineOf } from "./pipeline.ts";
import { plainIterations, type ValidProcess } from "./process.ts";
import { processSample } from "./samples.ts";
import { iterationDifference, type Judgement } from "./verification.ts";

/** Everything that is known of one cell. */
export interface CellEvidence {
	scenario: Scenario;
	ledger: WorkLedger | null;
	judgement: Judgement | { status: "unsupported" | "failed"; reasons: Reason[] };
	/** All attempts of the measuring processes, including those of repeated blocks and A/A processes. */
	processes: { record: ProcessRecord; measurement: MeasurementFile | null }[];
}

/** The figures of a cell depend on these settings beyond its own evidence. */
export interface CellSettings {
	settings: Pick<RunSettings, "alternate" | "blocks" | "precision">;
	/** Log-ratios of the target against itself, by metric, from earlier runs on this machine. */
	earlierAa: Record<string, number[]>;
}

export const DEFAULT_CELL_SETTINGS: CellSettings = {
	settings: { alternate: "iterations", blocks: 1, precision: null },
	earlierAa: {},
};

/** Returns the figures of one cell, or the reasons why it has none. */
export function scenarioResult(
	{ scenario, ledger, judgement, processes }: CellEvidence,
	fixtures: CharacterFile["fixtures"],
	{ settings, earlierAa }: CellSettings = DEFAULT_CELL_SETTINGS,
): ScenarioResult {
	const cellWithoutFigures = (status: ScenarioResult["status"], reasons: Reason[]): ScenarioResult => ({
		name: scenario.name,
		question: scenario.question,
		categories: scenario.categories,
		kind: scenario.kind,
		status,
		reasons,
		definition: definitionOf(scenario),
		scaling: scenario.scaling ?? null,
		iterations: 0,
		warmup: scenario.warmup,
		processes: 0,
		latency: null,
		process_latency: null,
		throughput: null,
		pipeline: NO_PIPELINE,
		resources: null,
		iteration: null,
		cold: null,
		phases: null,
		cpu_per_message_ms: null,
		bridge_per_message_ms: null,
		operations: [],
		estimates: {},
		samples: [],
		precision: null,
		earlier_aa: earlierAa,
		ledger: ledger && toSnakeCase(workLedger, ledger),
	});
	if (judgement.status === "unsupported" || judgement.status === "failed" || ledger === null)
		return cellWithoutFigures(judgement.status, judgement.reasons);
	const { valid, lost } = separateProcesses(processes, fixtures, ledger);
	const main = valid.filter(({ record }) => record.role === "measure" && !record.superseded);
	const plain = main.flatMap(plainIterations);
	const measured = scenario.kind === "startup" ? main.length : plain.length;
	if (measured === 0)
		return cellWithoutFigures("failed", lost.length > 0 ? lost : [{ kind: "nothing-measured" }]);
	const messages = plain.flatMap(({ messageNs }) => messageNs);
	const sent = sendsMessages(scenario) ? messages.length : 0;
	const isCalibration = scenario.kind === "calibration";
	const server = serverFigures(main, scenario);
	const streaming = streamFigures(main, scenario);
	const cell: ScenarioResult = {
		...cellWithoutFigures(judgement.status, [...judgement.reasons, ...lostProcesses(lost, processes.length)]),
		iterations: measured,
		processes: main.length,
		latency: sent > 0 ? distribution(messages, NS_PER_MS) : null,
		process_latency: sent > 0 ? processLatency(main) : null,
		throughput: sent > 0 ? throughputFigures(scenario, main) : null,
		pipeline: pipelineOf(main.map((process) => process.cell)),
		// What a process has an agent for is not measured by a calibration.
		resources: plain.length > 0 && !isCalibration ? resourceFigures(main, ledger) : null,
		iteration:
			plain.length > 0
				? distribution(
						plain.map(({ wallNs }) => wallNs),
						NS_PER_MS,
					)
				: null,
		cold: isCalibration ? null : coldFigures(main),
		phases: sent > 0 ? phaseFigures(main) : null,
		cpu_per_message_ms: sent > 0 ? sum(plain.map(({ cpuNs }) => cpuNs)) / sent / NS_PER_MS : null,
		bridge_per_message_ms: sent > 0 ? bridgePerMessage(plain, sent) : null,
		...(sent > 0 ? { warmup_messages: Math.min(...main.map(countWarmupMessages)) } : {}),
		...(server === undefined ? {} : { server }),
		...(streaming === undefined ? {} : { streaming }),
		operations: operationFigures(scenario, main),
		samples: valid.map((process) => processSample(process, scenario, settings.alternate)),
		precision: new Set(main.map(({ record }) => record.block)).size > LEAST_PILOT ? settings.precision : null,
	};
	return { ...cell, estimates: { ...estimatesOf(cell, main, scenario), ...observerEstimate(main) } };
}

function countWarmupMessages({ cell }: ValidProcess): number {
	return sum(cell.iterations.map(({ phase, messageNs }) => (phase === "warmup" ? messageNs.length : 0)));
}

/** Targets do not compete in what observing them costs, but a reader asks how well it is known. */
function observerEstimate(main: readonly ValidProcess[]): ScenarioResult["estimates"] {
	const cost = observerCost(main.map(({ cell }) => cell));
	return cost === null ? {} : { [OBSERVER_METRIC]: cost.interval && { value: cost.value, ...cost.interval } };
}

/**
 * Separates the processes whose every iteration did the verified work from the others, and says what was
 * wrong with those.
 */
function separateProcesses(
	processes: CellEvidence["processes"],
	fixtures: CharacterFile["fixtures"],
	ledger: WorkLedger,
): { valid: ValidProcess[]; lost: LostProcess[] } {
	const lost: LostProcess[] = [];
	const valid = processes.flatMap(({ record, measurement }): ValidProcess[] => {
		const fault = faultOf(record, measurement, fixtures, ledger);
		if (fault)
			lost.push({ kind: "process-lost", process: record.block + 1, aa: record.role === "aa", fault });
		const cell = measurement?.cells[0];
		return fault === null && measurement && cell ? [{ record, measurement, cell }] : [];
	});
	return { valid, lost };
}

function faultOf(
	{ problem, failure }: ProcessRecord,
	measurement: MeasurementFile | null,
	fixtures: CharacterFile["fixtures"],
	ledger: WorkLedger,
): ProcessFault | null {
	if (problem !== null) return { kind: "process", problem };
	if (failure) return { kind: "framework-error", type: failure.type, message: failure.message };
	const cell = measurement?.cells[0];
	return cell ? iterationDifference(cell, fixtures, ledger) : { kind: "no-measurement" };
}

/**
 * Names the loss of processes in a cell that has figures. Where a retry counted, the reason is the fault of
 * the first attempt; else it says that a process is missing.
 */
function lostProcesses(lost: readonly LostProcess[], processes: number): Reason[] {
	const [first] = lost;
	return first ? [{ kind: "processes-lost", lost: lost.length, processes, first }] : [];
}

/**
 * Returns a digest of what a runtime is asked to do. Two figures belong to the same work if their digests are
 * equal.
 */
function definitionOf({
	messages,
	repeat,
	config,
	database,
	kind,
	warmup,
	calibration,
	expect,
}: Scenario): string {
	const { boxMs: _, ...load } = database ?? { boxMs: 0 };
	// The results say which inputs a calibration has.
	const kernel = calibration ? [calibration, expect.results] : [];
	return createHash("sha256")
		.update(JSON.stringify([kind, messages, repeat, config, load, warmup, ...kernel]))
		.digest("hex");
}

/**
 * Returns the statistics of a sample in ms.
 * @param unit the size of a ms in the unit of the sample
 * @throws {RangeError} for an empty sample
 */
export function distribution(sample: readonly number[], unit: number): Distribution {
	const scaled = sample.map((value) => value / unit);
	const sorted = Float64Array.from(scaled).sort();
	return {
		min_ms: quantileOfSorted(sorted, 0),
		max_ms: quantileOfSorted(sorted, 1),
		avg_ms: mean(scaled),
		median_ms: quantileOfSorted(sorted, 0.5),
		p95_ms: quantileOfSorted(sorted, 0.95),
		p99_ms: quantileOfSorted(sorted, 0.99),
		stddev_ms: standardDeviation(scaled),
		outliers: outliers(scaled),
		mad_outliers: madOutliers(scaled),
		raw_ms: scaled,
	};
}
