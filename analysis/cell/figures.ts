/** This file computes the figures of a cell over all its plain iterations, in the plan's units. */
import type { IterationRecord, Scenario, ScenarioResult, WorkLedger } from "../../shared/types.ts";
import { BYTES_PER_KB, BYTES_PER_MB, NS_PER_MS, NS_PER_S } from "../../shared/units.ts";
import { firstCallMs } from "../kernel-metrics.ts";
import type { Derivation } from "../metric-definition.ts";
import { GROWTH_METRIC, metricOf } from "../metrics.ts";
import { median, quantileOfSorted, sum } from "../stats/statistics.ts";
import { levelOf } from "./estimates.ts";
import { operationTotals, plainIterations, processTotals, type ValidProcess } from "./process.ts";

/**
 * Returns the geometric mean over processes of a metric that has one value a process.
 * @throws {RangeError} for another metric
 */
function levelFigure(metric: string, processes: readonly ValidProcess[]): number | null {
	const { derivation } = metricOf(metric);
	if (derivation.kind !== "level") throw new RangeError(`${metric} has no value a process`);
	return levelOf(processes.map((process) => derivation.ofProcess(process) ?? null));
}

/**
 * Returns a metric that is a ratio of totals, over all plain iterations of the processes; null where there is
 * nothing to divide by.
 * @throws {RangeError} for another metric
 */
function totalsFigure(metric: string, processes: readonly ValidProcess[], scenario: Scenario): number | null {
	const { derivation } = metricOf(metric);
	if (derivation.kind !== "totals") throw new RangeError(`${metric} is no ratio of totals`);
	return ratioOfTotals(derivation, processes, scenario);
}

function ratioOfTotals(
	{ ofIteration }: Pick<Extract<Derivation, { kind: "totals" }>, "ofIteration">,
	processes: readonly ValidProcess[],
	scenario: Scenario,
): number | null {
	const totals = processes.flatMap((process) => processTotals(process, scenario, ofIteration) ?? []);
	const over = sum(totals.map((one) => one.over));
	return over > 0 ? sum(totals.map(({ amount }) => amount)) / over : null;
}

/**
 * Returns the figures of a fresh process, in ms: geometric means over processes, null where none has a value.
 */
export function coldFigures(processes: readonly ValidProcess[]): NonNullable<ScenarioResult["cold"]> {
	return {
		process_to_ready_ms: levelFigure("process_to_ready_ms", processes),
		import_ms: levelFigure("import_ms", processes),
		startup_time_ms: levelFigure("startup_time_ms", processes),
		first_message_latency_ms: levelFigure("first_message_latency_ms", processes),
		start_to_reply_ms: levelFigure("start_to_reply_ms", processes),
	};
}

/** Returns tails of each process's messages, in ms, as the geometric mean over processes. */
export function processLatency(
	processes: readonly ValidProcess[],
): NonNullable<ScenarioResult["process_latency"]> {
	const sorted = processes.map((process) =>
		Float64Array.from(plainIterations(process).flatMap(({ messageNs }) => messageNs)).sort(),
	);
	const tail = (probability: number) =>
		levelOf(
			sorted.map((messages) =>
				messages.length === 0 ? null : quantileOfSorted(messages, probability) / NS_PER_MS,
			),
		);
	return { p95_ms: tail(0.95), p99_ms: tail(0.99) };
}

/**
 * Three kinds of message differ: the first of a fresh process, the first of a fresh runtime in a warm
 * process, and the later ones of the same runtime. Returns the median of each, in ms (of the first kind the
 * geometric mean); null where there is none.
 */
export function phaseFigures(processes: readonly ValidProcess[]): NonNullable<ScenarioResult["phases"]> {
	const plain = processes.flatMap(plainIterations);
	const inMs = (values: readonly number[]) => (values.length === 0 ? null : median(values) / NS_PER_MS);
	return {
		cold_ms: levelFigure("first_message_latency_ms", processes),
		first_ms: inMs(plain.flatMap(({ messageNs }) => messageNs.slice(0, 1))),
		steady_ms: inMs(plain.flatMap(({ messageNs }) => messageNs.slice(1))),
	};
}

/**
 * Returns memory, garbage collection and allocations, in MB, KB, ms and counts as the fields say; null where
 * nothing was measured.
 */
export function resourceFigures(
	processes: readonly ValidProcess[],
	ledger: WorkLedger,
): NonNullable<ScenarioResult["resources"]> {
	const cells = processes.map(({ cell }) => cell);
	const resources = cells.map((cell) => cell.resources);
	const collectors = resources.flatMap(({ gc }) => (gc === null ? [] : [gc]));
	const totalOrNull = (total: number) => (collectors.length === 0 ? null : total);
	const { allocations } = ledger;
	return {
		memory_rss_start_mb: medianMegabytes(resources.map(({ rssStartBytes }) => rssStartBytes)),
		memory_rss_peak_mb: levelFigure("memory_rss_peak_mb", processes),
		memory_rss_end_mb: medianMegabytes(resources.map(({ rssEndBytes }) => rssEndBytes)),
		memory_delta_mb: medianMegabytes(
			resources.map(({ rssStartBytes, rssEndBytes }) =>
				rssStartBytes === null || rssEndBytes === null ? null : rssEndBytes - rssStartBytes,
			),
		),
		memory_growth_kb_per_message: slopeFigure(GROWTH_METRIC, processes),
		memory_heap_mb: medianMegabytes(resources.map(({ heapBytes }) => heapBytes)),
		gc_pauses_count: totalOrNull(sum(collectors.map(({ collections }) => collections))),
		gc_pause_total_ms: totalOrNull(sum(collectors.map(({ totalPauseNs }) => totalPauseNs)) / NS_PER_MS),
		gc_pause_max_ms: totalOrNull(Math.max(0, ...collectors.map(({ maxPauseNs }) => maxPauseNs)) / NS_PER_MS),
		allocations_per_message:
			allocations && allocations.messages > 0 ? allocations.count / allocations.messages : null,
		allocated_kb_per_message:
			allocations && allocations.messages > 0
				? allocations.bytes / allocations.messages / BYTES_PER_KB
				: null,
	};
}

/**
 * Returns the median over processes of a metric that has one signed value a process; null without any.
 * @throws {RangeError} for another metric
 */
function slopeFigure(metric: string, processes: readonly ValidProcess[]): number | null {
	const { derivation } = metricOf(metric);
	if (derivation.kind !== "slope") throw new RangeError(`${metric} is no slope`);
	const slopes = processes.flatMap((process) => derivation.ofProcess(process) ?? []);
	return slopes.length === 0 ? null : median(slopes);
}

/** Returns rates per second over the plain iterations; null where no time was measured. */
export function throughputFigures(
	scenario: Scenario,
	processes: readonly ValidProcess[],
): NonNullable<ScenarioResult["throughput"]> {
	const plain = processes.flatMap(plainIterations);
	const concurrent = totalsFigure("concurrent_throughput", processes, scenario);
	return {
		messages_per_second: concurrent ?? totalsFigure("messages_per_second", processes, scenario),
		concurrent_messages_per_second: concurrent,
		actions_per_second: totalsFigure("actions_per_second", processes, scenario),
		total_messages: sum(plain.map(({ messageNs }) => messageNs.length)),
		total_time_ms: sum(plain.map(({ wallNs }) => wallNs)) / NS_PER_MS,
	};
}

/** Returns times of streamed messages, in ms; undefined where the scenario streams nothing. */
export function streamFigures(
	processes: readonly ValidProcess[],
	scenario: Scenario,
): ScenarioResult["streaming"] {
	if (scenario.config.streamedChunks === undefined) return undefined;
	return {
		first_chunk_ms: totalsFigure("first_chunk_ms", processes, scenario),
		first_chunk_beyond_model_ms: totalsFigure("first_chunk_beyond_model_ms", processes, scenario),
		chunk_ms: totalsFigure("chunk_ms", processes, scenario),
	};
}

/**
 * Returns the figures of each operation, as totals over the plain iterations, and its first call. An
 * operation whose loops measured no time has none.
 */
export function operationFigures(
	scenario: Scenario,
	processes: readonly ValidProcess[],
): ScenarioResult["operations"] {
	const all = processes.flatMap(plainIterations).flatMap(({ operations }) => operations);
	return [...new Set(all.map(({ operation }) => operation))].flatMap((operation) => {
		const rows = all.filter((row) => row.operation === operation);
		const rate = ratioOfTotals({ ofIteration: operationTotals(operation) }, processes, scenario);
		if (rate === null) return [];
		const first = levelOf(processes.map((process) => firstCallMs(process, operation) ?? null));
		return {
			operation,
			requested: sum(rows.map((row) => row.requested)),
			done: sum(rows.map((row) => row.done)),
			seconds: sum(rows.map((row) => row.totalNs)) / NS_PER_S,
			operations_per_second: rate,
			...(first === null ? {} : { first_call_ms: first }),
			box_closed: rows.some((row) => row.boxClosed),
		};
	});
}

/**
 * Returns the time of the Rust bridge, in ms per message; null if an iteration has none.
 * @param sent the number of messages in the plain iterations
 */
export function bridgePerMessage(plain: readonly IterationRecord[], sent: number): number | null {
	const known = plain.flatMap(({ bridgeNs }) => (bridgeNs === null ? [] : [bridgeNs]));
	return known.length === plain.length ? sum(known) / sent / NS_PER_MS : null;
}

/**
 * Returns what the database server did for the processes; undefined where the database is a part of them.
 */
export function serverFigures(
	processes: readonly ValidProcess[],
	scenario: Scenario,
): NonNullable<ScenarioResult["server"]> | undefined {
	const seen = processes.flatMap(plainIterations).flatMap(({ databaseServer }) => databaseServer ?? []);
	const weighed = processes.some(({ record }) => record.databaseServerBytes !== undefined);
	if (seen.length === 0 && !weighed) return undefined;
	return {
		server_cpu_per_message_ms: totalsFigure("server_cpu_per_message_ms", processes, scenario),
		server_memory_mb: levelFigure("server_memory_mb", processes),
		settle_ms: seen.length === 0 ? null : median(seen.map(({ settleNs }) => settleNs)) / NS_PER_MS,
	};
}

function medianMegabytes(values: readonly (number | null)[]): number | null {
	const known = values.filter((value) => value !== null);
	return known.length === 0 ? null : median(known) / BYTES_PER_MB;
}
