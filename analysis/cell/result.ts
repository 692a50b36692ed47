/**
 * From the measurements of a target's processes to its `BenchmarkResult`: the plan's fields, in the plan's
 * units.
 */
import { createHash } from "node:crypto";
import type {
	BenchmarkResult,
	CharacterFile,
	Distribution,
	MeasurementFile,
	ProcessRecord,
	RunFile,
	RunSettings,
	Scenario,
	ScenarioResult,
	WorkLedger,
} from "../../shared/types.ts";
import { planMetrics } from "../flat-metrics.ts";
import { madOutliers, phasesOf } from "../stats/series.ts";
import { mean, outliers, quantileOfSorted, standardDeviation } from "../stats/statistics.ts";
import { estimatesOf } from "./estimates.ts";
import { milliseconds, operationResults, perMessage, resourcesOf, sum, throughput } from "./figures.ts";
import { pilotOf } from "./next-block.ts";
import { NO_PIPELINE, pipelineOf } from "./pipeline.ts";
import { processSample, type ValidProcess } from "./samples.ts";
import { iterationDifference, type Judgement } from "./verification.ts";

const NS_PER_MS = 1e6;

/** Everything known of one cell. */
export interface CellEvidence {
	scenario: Scenario;
	ledger: WorkLedger | null;
	judgement: Judgement | { status: "unsupported" | "failed"; reasons: string[] };
	/**
	 * Measuring processes, all attempts, those of repeated blocks and second processes of a target among
	 * them.
	 */
	processes: { record: ProcessRecord; measurement: MeasurementFile | null }[];
}

/** What a cell's figures depend on beyond its own evidence. */
export interface CellSettings {
	settings: Pick<RunSettings, "alternate" | "blocks" | "precision">;
	/** Log-ratios of the target against itself, by metric, from earlier runs on this machine. */
	earlierAa: Record<string, number[]>;
}

export const DEFAULT_CELL_SETTINGS: CellSettings = {
	settings: { alternate: "iterations", blocks: 1, precision: null },
	earlierAa: {},
};

/** One cell's figures, or the reason why it has none. */
export function scenarioResult(
	{ scenario, ledger, judgement, processes }: CellEvidence,
	fixtures: CharacterFile["fixtures"],
	{ settings, earlierAa }: CellSettings = DEFAULT_CELL_SETTINGS,
): ScenarioResult {
	const without = (status: ScenarioResult["status"], reasons: string[]): ScenarioResult => ({
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
		ledger,
	});
	if (judgement.status === "unsupported" || judgement.status === "failed" || ledger === null)
		return without(judgement.status, judgement.reasons);
	const { valid, problems } = validProcesses(processes, fixtures, ledger);
	const samples = valid.map((process) => processSample(process, scenario, settings.alternate));
	const main = valid.filter(({ record }) => record.role === "measure" && !record.superseded);
	const cells = main.map(({ cell }) => cell);
	const plain = cells.flatMap(({ iterations }) => iterations.filter(({ phase }) => phase === "plain"));
	const measured = scenario.kind === "startup" ? main.length : plain.length;
	if (measured === 0) return without("failed", problems.length > 0 ? problems : ["nothing was measured"]);
	const messages = plain.flatMap(({ messageNs }) => messageNs);
	const sent = scenario.database ? 0 : messages.length;
	const walls = plain.map(({ wallNs }) => wallNs);
	return {
		...without(judgement.status, [...judgement.reasons, ...voided(problems, processes)]),
		iterations: measured,
		processes: main.length,
		latency: sent > 0 ? distribution(messages, NS_PER_MS) : null,
		throughput: sent > 0 ? throughput(scenario, plain, sent) : null,
		pipeline: pipelineOf(cells),
		resources: plain.length > 0 ? resourcesOf(cells, ledger) : null,
		iteration: plain.length > 0 ? distribution(walls, NS_PER_MS) : null,
		cold: {
			process_to_ready_ms: milliseconds(main.map(({ record }) => record.spawnToReadyNs)),
			import_ms: milliseconds(main.map(({ measurement }) => measurement.importNs)),
			startup_time_ms: milliseconds(cells.map(({ cold }) => cold && cold.constructNs + cold.initializeNs)),
			first_message_latency_ms: milliseconds(cells.map(({ cold }) => cold?.firstMessageNs ?? null)),
		},
		phases: sent > 0 ? phasesOf(cells) : null,
		cpu_per_message_ms: sent > 0 ? sum(plain.map(({ cpuNs }) => cpuNs)) / sent / NS_PER_MS : null,
		bridge_per_message_ms: sent > 0 ? perMessage(plain, sent) : null,
		operations: operationResults(plain),
		estimates: estimatesOf(samples, main),
		samples,
		precision:
			new Set(main.map(({ record }) => record.block)).size > pilotOf(scenario, settings)
				? settings.precision
				: null,
	};
}

/** The processes whose every iteration did the verified work, and what befell the others. */
function validProcesses(
	processes: CellEvidence["processes"],
	fixtures: CharacterFile["fixtures"],
	ledger: WorkLedger,
): { valid: ValidProcess[]; problems: string[] } {
	const problems: string[] = [];
	const valid = processes.flatMap(({ record, measurement }): ValidProcess[] => {
		const cell = measurement?.cells[0];
		const problem =
			record.problem ??
			(record.failure ? `${record.failure.type}: ${record.failure.message}` : null) ??
			(cell ? iterationDifference(cell, fixtures, ledger) : "wrote no measurement");
		if (problem !== null)
			problems.push(`process ${record.block + 1}${record.role === "aa" ? " (A/A)" : ""}: ${problem}`);
		return problem === null && measurement && cell ? [{ record, measurement, cell }] : [];
	});
	return { valid, problems };
}

/** The result file of one target. */
export function benchmarkResult(
	run: RunFile,
	of: RunFile["targets"][number],
	scenarios: Record<string, ScenarioResult>,
): BenchmarkResult {
	const { versions, size, ...target } = of;
	return {
		schemaVersion: run.schemaVersion,
		kind: "result",
		runtime: target.runtime,
		timestamp: run.startedAt,
		system: {
			os: `${run.machine.os} ${run.machine.kernel}`,
			arch: run.machine.arch,
			cpus: run.machine.cpus,
			memory_gb: run.machine.memoryBytes / 1024 ** 3,
			runtime_version: versions?.engine ?? "unknown",
		},
		machine: run.machine,
		target,
		versions,
		size,
		metrics: planMetrics(scenarios),
		profile: run.profile,
		seed: run.seed,
		model_delay_ms: run.modelDelayMs,
		complete: run.status === "complete",
		alternate: run.settings.alternate,
		resumed: run.resumed.length,
		...(run.leftOut === undefined ? {} : { leftOut: run.leftOut }),
		command: run.command,
		scenarios,
	};
}

/** Of what a runtime is asked to do: two figures belong to the same work when these are the same. */
function definitionOf({ messages, repeat, config, database, kind, warmup }: Scenario): string {
	const { boxMs: _, ...load } = database ?? { boxMs: 0 };
	return createHash("sha256")
		.update(JSON.stringify([kind, messages, repeat, config, load, warmup]))
		.digest("hex");
}

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

/**
 * Of processes whose retry counted, what befell the first attempt; of those without one, that they are
 * missing.
 */
function voided(problems: string[], processes: CellEvidence["processes"]): string[] {
	return problems.length === 0
		? []
		: [`${problems.length} of ${processes.length} processes did not count: ${problems[0]}`];
}
