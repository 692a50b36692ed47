/** From the measurements of a target's processes to its `BenchmarkResult`: the plan's fields, in the plan's units. */
import type {
	BenchmarkResult,
	CellMeasurement,
	CharacterFile,
	Distribution,
	IterationRecord,
	MeasurementFile,
	ProcessRecord,
	RunFile,
	Scenario,
	ScenarioResult,
	WorkLedger,
} from "../shared/types.ts";
import { planMetrics } from "./metrics.ts";
import { NO_PIPELINE, pipelineOf } from "./pipeline.ts";
import { mean, median, outliers, quantileOfSorted, standardDeviation, theilSen } from "./statistics.ts";
import { iterationDifference, type Judgement } from "./verification.ts";

const NS_PER_MS = 1e6;
const NS_PER_S = 1e9;
const BYTES_PER_KB = 1024;
const BYTES_PER_MB = 1024 ** 2;

/** Everything known of one cell. */
export interface CellEvidence {
	scenario: Scenario;
	ledger: WorkLedger | null;
	judgement: Judgement | { status: "unsupported" | "failed"; reasons: string[] };
	/** Measuring processes, all attempts. */
	processes: { record: ProcessRecord; measurement: MeasurementFile | null }[];
}

/** One cell's figures, or the reason why it has none. */
export function scenarioResult(
	{ scenario, ledger, judgement, processes }: CellEvidence,
	fixtures: CharacterFile["fixtures"],
): ScenarioResult {
	const without = (status: ScenarioResult["status"], reasons: string[]): ScenarioResult => ({
		...{ name: scenario.name, question: scenario.question, categories: scenario.categories, status, reasons },
		...{ iterations: 0, warmup: scenario.warmup, processes: 0, latency: null, throughput: null, pipeline: NO_PIPELINE, resources: null },
		...{ iteration: null, cold: null, cpu_per_message_ms: null, bridge_per_message_ms: null, operations: [], ledger },
	});
	if (judgement.status === "unsupported" || judgement.status === "failed" || ledger === null)
		return without(judgement.status, judgement.reasons);
	const problems: string[] = [];
	const valid = processes.flatMap(({ record, measurement }) => {
		const cell = measurement?.cells[0];
		const problem =
			record.problem ??
			(record.failure ? `${record.failure.type}: ${record.failure.message}` : null) ??
			(cell ? iterationDifference(cell, fixtures, ledger) : "wrote no measurement");
		if (problem !== null) problems.push(`process ${record.block + 1}: ${problem}`);
		return problem === null && measurement && cell ? [{ record, measurement, cell }] : [];
	});
	const plain = valid.flatMap(({ cell }) => cell.iterations.filter(({ phase }) => phase === "plain"));
	const measured = scenario.kind === "startup" ? valid.length : plain.length;
	if (measured === 0) return without("failed", problems.length > 0 ? problems : ["nothing was measured"]);
	const messages = plain.flatMap(({ messageNs }) => messageNs);
	const sent = scenario.database ? 0 : messages.length;
	return {
		...without(judgement.status, [...judgement.reasons, ...voided(problems, processes)]),
		iterations: measured,
		processes: valid.length,
		latency: sent > 0 ? distribution(messages, NS_PER_MS) : null,
		throughput: sent > 0 ? throughput(scenario, plain, sent) : null,
		pipeline: pipelineOf(valid.map(({ cell }) => cell)),
		resources:
			plain.length > 0
				? resourcesOf(
						valid.map(({ cell }) => cell),
						ledger,
					)
				: null,
		iteration:
			plain.length > 0
				? distribution(
						plain.map(({ wallNs }) => wallNs),
						NS_PER_MS,
					)
				: null,
		cold: {
			process_to_ready_ms: milliseconds(valid.map(({ record }) => record.spawnToReadyNs)),
			import_ms: milliseconds(valid.map(({ measurement }) => measurement.importNs)),
			startup_time_ms: milliseconds(valid.map(({ cell }) => cell.cold && cell.cold.constructNs + cell.cold.initializeNs)),
			first_message_latency_ms: milliseconds(valid.map(({ cell }) => cell.cold?.firstMessageNs ?? null)),
		},
		cpu_per_message_ms: sent > 0 ? sum(plain.map(({ cpuNs }) => cpuNs)) / sent / NS_PER_MS : null,
		bridge_per_message_ms: sent > 0 ? perMessage(plain, sent) : null,
		operations: operationResults(plain),
	};
}

/** The result file of one target. */
export function benchmarkResult(run: RunFile, of: RunFile["targets"][number], scenarios: Record<string, ScenarioResult>): BenchmarkResult {
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
		scenarios,
	};
}

export function distribution(sample: readonly number[], unit: number): Distribution {
	const scaled = sample.map((value) => value / unit);
	const sorted = [...scaled].sort((a, b) => a - b);
	return {
		min_ms: quantileOfSorted(sorted, 0),
		max_ms: quantileOfSorted(sorted, 1),
		avg_ms: mean(scaled),
		median_ms: quantileOfSorted(sorted, 0.5),
		p95_ms: quantileOfSorted(sorted, 0.95),
		p99_ms: quantileOfSorted(sorted, 0.99),
		stddev_ms: standardDeviation(scaled),
		outliers: outliers(scaled),
		raw_ms: scaled,
	};
}

function resourcesOf(cells: readonly CellMeasurement[], ledger: WorkLedger): NonNullable<ScenarioResult["resources"]> {
	const resources = cells.map((cell) => cell.resources);
	const collectors = resources.flatMap(({ gc }) => (gc === null ? [] : [gc]));
	const collected = (total: number) => (collectors.length === 0 ? null : total);
	const { allocations } = ledger;
	return {
		memory_rss_start_mb: megabytes(resources.map(({ rssStartBytes }) => rssStartBytes)),
		memory_rss_peak_mb: megabytes(resources.map(({ rssPeakBytes }) => rssPeakBytes)),
		memory_rss_end_mb: megabytes(resources.map(({ rssEndBytes }) => rssEndBytes)),
		memory_delta_mb: megabytes(
			resources.map(({ rssStartBytes, rssEndBytes }) =>
				rssStartBytes === null || rssEndBytes === null ? null : rssEndBytes - rssStartBytes,
			),
		),
		memory_growth_kb_per_message: growth(cells),
		memory_heap_mb: megabytes(resources.map(({ heapBytes }) => heapBytes)),
		gc_pauses_count: collected(sum(collectors.map(({ collections }) => collections))),
		gc_pause_total_ms: collected(sum(collectors.map(({ totalPauseNs }) => totalPauseNs)) / NS_PER_MS),
		gc_pause_max_ms: collected(Math.max(0, ...collectors.map(({ maxPauseNs }) => maxPauseNs)) / NS_PER_MS),
		allocations_per_message: allocations && allocations.messages > 0 ? allocations.count / allocations.messages : null,
		allocated_kb_per_message: allocations && allocations.messages > 0 ? allocations.bytes / allocations.messages / BYTES_PER_KB : null,
	};
}

/** Median over the processes of the resident set's slope over the messages sent; null where a process has fewer than two readings. */
function growth(cells: readonly CellMeasurement[]): number | null {
	const slopes = cells.flatMap(({ iterations }) => {
		let sent = 0;
		const points = iterations.flatMap(({ phase, messageNs, rssBytes }): [number, number][] => {
			if (phase !== "plain" || rssBytes === null) return [];
			sent += messageNs.length;
			return [[sent, rssBytes]];
		});
		const slope = theilSen(points);
		return slope === null ? [] : [slope / BYTES_PER_KB];
	});
	return slopes.length === 0 ? null : median(slopes);
}

function throughput(scenario: Scenario, plain: readonly IterationRecord[], sent: number): NonNullable<ScenarioResult["throughput"]> {
	const totalNs = sum(plain.map(({ wallNs }) => wallNs));
	const perSecond = (amount: number) => (totalNs > 0 ? amount / (totalNs / NS_PER_S) : null);
	return {
		messages_per_second: perSecond(sent),
		concurrent_messages_per_second: scenario.config.delivery === "concurrent" ? perSecond(sent) : null,
		actions_per_second: scenario.config.benchmarkAction ? perSecond(sum(plain.map(({ actionRuns }) => actionRuns))) : null,
		total_messages: sent,
		total_time_ms: totalNs / NS_PER_MS,
	};
}

function operationResults(plain: readonly IterationRecord[]): ScenarioResult["operations"] {
	const all = plain.flatMap(({ operations }) => operations);
	return [...new Set(all.map(({ operation }) => operation))].map((operation) => {
		const rows = all.filter((row) => row.operation === operation);
		const done = sum(rows.map((row) => row.done));
		const seconds = sum(rows.map((row) => row.totalNs)) / NS_PER_S;
		return {
			operation,
			requested: sum(rows.map((row) => row.requested)),
			done,
			seconds,
			operations_per_second: done / seconds,
			box_closed: rows.some((row) => row.boxClosed),
		};
	});
}

/** Of processes whose retry counted, what befell the first attempt; of those without one, that they are missing. */
function voided(problems: string[], processes: CellEvidence["processes"]): string[] {
	return problems.length === 0 ? [] : [`${problems.length} of ${processes.length} processes did not count: ${problems[0]}`];
}

function perMessage(plain: readonly IterationRecord[], sent: number): number | null {
	const known = plain.flatMap(({ bridgeNs }) => (bridgeNs === null ? [] : [bridgeNs]));
	return known.length === plain.length ? sum(known) / sent / NS_PER_MS : null;
}

function milliseconds(values: readonly (number | null)[]): number | null {
	const known = values.filter((value) => value !== null);
	return known.length === 0 ? null : median(known) / NS_PER_MS;
}

function megabytes(values: readonly (number | null)[]): number | null {
	const known = values.filter((value) => value !== null);
	return known.length === 0 ? null : median(known) / BYTES_PER_MB;
}

function sum(values: readonly number[]): number {
	return values.reduce((total, value) => total + value, 0);
}
