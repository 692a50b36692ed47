/** Figures of a cell over all its plain iterations, in the plan's units. */
import type {
	CellMeasurement,
	IterationRecord,
	Scenario,
	ScenarioResult,
	WorkLedger,
} from "../../shared/types.ts";
import { median, theilSen } from "../stats/statistics.ts";

const NS_PER_MS = 1e6;
const NS_PER_S = 1e9;
const BYTES_PER_KB = 1024;
const BYTES_PER_MB = 1024 ** 2;

export function resourcesOf(
	cells: readonly CellMeasurement[],
	ledger: WorkLedger,
): NonNullable<ScenarioResult["resources"]> {
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
		allocations_per_message:
			allocations && allocations.messages > 0 ? allocations.count / allocations.messages : null,
		allocated_kb_per_message:
			allocations && allocations.messages > 0
				? allocations.bytes / allocations.messages / BYTES_PER_KB
				: null,
	};
}

/**
 * Median over the processes of the resident set's slope over the messages sent; null where a process has
 * fewer than two readings.
 */
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

export function throughput(
	scenario: Scenario,
	plain: readonly IterationRecord[],
	sent: number,
): NonNullable<ScenarioResult["throughput"]> {
	const totalNs = sum(plain.map(({ wallNs }) => wallNs));
	const perSecond = (amount: number) => (totalNs > 0 ? amount / (totalNs / NS_PER_S) : null);
	return {
		messages_per_second: perSecond(sent),
		concurrent_messages_per_second: scenario.config.delivery === "concurrent" ? perSecond(sent) : null,
		actions_per_second: scenario.config.benchmarkAction
			? perSecond(sum(plain.map(({ actionRuns }) => actionRuns)))
			: null,
		total_messages: sent,
		total_time_ms: totalNs / NS_PER_MS,
	};
}

export function operationResults(plain: readonly IterationRecord[]): ScenarioResult["operations"] {
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

export function perMessage(plain: readonly IterationRecord[], sent: number): number | null {
	const known = plain.flatMap(({ bridgeNs }) => (bridgeNs === null ? [] : [bridgeNs]));
	return known.length === plain.length ? sum(known) / sent / NS_PER_MS : null;
}

export function milliseconds(values: readonly (number | null)[]): number | null {
	const known = values.filter((value) => value !== null);
	return known.length === 0 ? null : median(known) / NS_PER_MS;
}

function megabytes(values: readonly (number | null)[]): number | null {
	const known = values.filter((value) => value !== null);
	return known.length === 0 ? null : median(known) / BYTES_PER_MB;
}

export function sum(values: readonly number[]): number {
	return values.reduce((total, value) => total + value, 0);
}
