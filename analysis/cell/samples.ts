/**
 * What a result keeps of one process: series that pair with those of the block's other processes, and one
 * value per metric.
 */
import type {
	CellMeasurement,
	IterationRecord,
	MeasurementFile,
	ProcessRecord,
	ProcessSample,
	RunSettings,
	Scenario,
} from "../../shared/types.ts";
import { steadyState } from "../stats/series.ts";
import { mean, median, quantileOfSorted } from "../stats/statistics.ts";
import { contamination } from "./contamination.ts";
import { sum } from "./figures.ts";

const NS_PER_MS = 1e6;
const NS_PER_S = 1e9;
const BYTES_PER_MB = 1024 ** 2;

export interface ValidProcess {
	record: ProcessRecord;
	measurement: MeasurementFile;
	cell: CellMeasurement;
}

/** @param alternate what took turns with the other processes of the block, and so pairs with theirs */
export function processSample(
	{ record, measurement, cell }: ValidProcess,
	scenario: Scenario,
	alternate: RunSettings["alternate"],
): ProcessSample {
	const plain = cell.iterations.filter(({ phase }) => phase === "plain");
	const medians = plain.flatMap(({ messageNs }) =>
		messageNs.length > 0 ? [median(messageNs) / NS_PER_MS] : [],
	);
	return {
		messages: sum(plain.map(({ messageNs }) => messageNs.length)),
		stages_ms: stageTimes(cell),
		block: record.block,
		attempt: record.attempt,
		role: record.role === "aa" ? "aa" : "measure",
		disturbed: record.sentinels === null ? [] : contamination(record.sentinels),
		counted: !record.superseded,
		steadiness: steadyState(medians),
		series: dropEmpty({
			message_latency_p50_ms:
				alternate === "messages"
					? plain.flatMap(({ messageNs }) => messageNs.map((ns) => ns / NS_PER_MS))
					: medians,
			...rates(plain, scenario),
			cpu_per_message_ms: plain.flatMap(({ cpuNs, messageNs }) =>
				messageNs.length > 0 ? [cpuNs / messageNs.length / NS_PER_MS] : [],
			),
			...operationRates(plain),
		}),
		values: {
			...latencies(plain),
			...coldValues(record, measurement, cell),
			memory_rss_peak_mb: peakMegabytes(cell),
		},
	};
}

/** Messages (and actions) per second of each iteration. */
function rates(plain: readonly IterationRecord[], { config }: Scenario): ProcessSample["series"] {
	const timed = plain.filter(({ messageNs, wallNs }) => messageNs.length > 0 && wallNs > 0);
	const messages = timed.map(({ messageNs, wallNs }) => (messageNs.length / wallNs) * NS_PER_S);
	return {
		[config.delivery === "concurrent" ? "concurrent_throughput" : "messages_per_second"]: messages,
		actions_per_second: config.benchmarkAction
			? timed.map(({ actionRuns, wallNs }) => (actionRuns / wallNs) * NS_PER_S)
			: [],
	};
}

function operationRates(plain: readonly IterationRecord[]): ProcessSample["series"] {
	const names = new Set(plain.flatMap(({ operations }) => operations.map(({ operation }) => operation)));
	return Object.fromEntries(
		[...names].map((name) => [
			`${name}_ops_per_sec`,
			plain.flatMap(({ operations }) =>
				operations
					.filter(({ operation, totalNs }) => operation === name && totalNs > 0)
					.map(({ done, totalNs }) => (done / totalNs) * NS_PER_S),
			),
		]),
	);
}

function latencies(plain: readonly IterationRecord[]): ProcessSample["values"] {
	const messages = Float64Array.from(plain.flatMap(({ messageNs }) => messageNs)).sort();
	if (messages.length === 0) return {};
	const quantile = (probability: number) => quantileOfSorted(messages, probability) / NS_PER_MS;
	return {
		message_latency_avg_ms: mean(messages) / NS_PER_MS,
		message_latency_p50_ms: quantile(0.5),
		message_latency_p95_ms: quantile(0.95),
		message_latency_p99_ms: quantile(0.99),
	};
}

function coldValues(
	record: ProcessRecord,
	measurement: MeasurementFile,
	{ cold }: CellMeasurement,
): ProcessSample["values"] {
	const startup = cold && cold.constructNs + cold.initializeNs;
	const parts = [record.spawnToReadyNs, startup, cold?.firstMessageNs ?? null];
	const whole = parts.reduce(
		(total: number | null, part) => (total === null || part === null ? null : total + part),
		0,
	);
	return Object.fromEntries(
		Object.entries({
			process_to_ready_ms: record.spawnToReadyNs,
			import_ms: measurement.importNs,
			startup_time_ms: startup,
			first_message_latency_ms: cold?.firstMessageNs ?? null,
			start_to_reply_ms: whole,
		}).map(([metric, ns]) => [metric, ns === null ? null : ns / NS_PER_MS]),
	);
}

function peakMegabytes({ resources, iterations }: CellMeasurement): number | null {
	const measured = iterations.some(({ phase }) => phase === "plain");
	return measured && resources.rssPeakBytes !== null ? resources.rssPeakBytes / BYTES_PER_MB : null;
}

/** Self time per message of every stage, over the observed iterations of the process. */
function stageTimes({ iterations }: CellMeasurement): ProcessSample["stages_ms"] {
	const observed = iterations.filter(({ stages }) => stages !== null);
	const messages = sum(observed.map(({ messageNs }) => messageNs.length));
	if (messages === 0) return null;
	const total: NonNullable<ProcessSample["stages_ms"]> = {};
	for (const { stage, selfNs } of observed.flatMap(({ stages }) => stages ?? []))
		total[stage] = (total[stage] ?? 0) + selfNs / NS_PER_MS / messages;
	return total;
}

function dropEmpty(series: ProcessSample["series"]): ProcessSample["series"] {
	return Object.fromEntries(Object.entries(series).filter(([, values]) => values.length > 0));
}
