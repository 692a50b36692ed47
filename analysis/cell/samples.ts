/**
 * A sample is what a result keeps of one process: series that pair with those of the block's other processes,
 * and one value per metric. The registry of metrics says how they are derived.
 */
import type { ProcessSample, RunSettings, Scenario } from "../../shared/types.ts";
import { NS_PER_MS } from "../../shared/units.ts";
import { isAbout } from "../kernel-metrics.ts";
import { METRICS, type Metric } from "../metrics.ts";
import { steadyState } from "../stats/series.ts";
import { median, quantileOfSorted, sum } from "../stats/statistics.ts";
import { contamination } from "./contamination.ts";
import { plainIterations, processTotals, type ValidProcess } from "./process.ts";

/**
 * Makes the sample of one process.
 * @param alternate says whether the processes of a block took turns by iterations or by messages; the values
 *   of one turn are compared
 */
export function processSample(
	process: ValidProcess,
	scenario: Scenario,
	alternate: RunSettings["alternate"],
): ProcessSample {
	const { record } = process;
	const plain = plainIterations(process);
	const series: ProcessSample["series"] = {};
	const values: ProcessSample["values"] = {};
	const messages = Float64Array.from(plain.flatMap(({ messageNs }) => messageNs)).sort();
	const medians = plain.flatMap(({ messageNs }) =>
		messageNs.length > 0 ? [median(messageNs) / NS_PER_MS] : [],
	);
	const quantile = (probability: number) => quantileOfSorted(messages, probability) / NS_PER_MS;
	for (const { id, derivation } of METRICS.filter((metric) => isAbout(metric, scenario.kind))) {
		if (derivation.kind === "totals" && derivation.paired) {
			const known = plain.flatMap((iteration) => derivation.ofIteration(iteration, scenario) ?? []);
			const ratios = known.filter(({ over }) => over > 0);
			// Where one iteration is not known, those behind it would pair with others than their own.
			if (ratios.length > 0 && known.length === plain.length)
				series[id] = ratios.map(({ amount, over }) => amount / over);
		} else if (derivation.kind === "totals") {
			const totals = processTotals(process, scenario, derivation.ofIteration);
			if (totals && totals.over > 0) values[id] = totals.amount / totals.over;
		} else if (derivation.kind === "median" && messages.length > 0) {
			series[id] =
				alternate === "messages"
					? plain.flatMap(({ messageNs }) => messageNs.map((ns) => ns / NS_PER_MS))
					: medians;
			values[id] = quantile(0.5);
		} else if (derivation.kind === "process-tail" && messages.length > 0) {
			values[id] = quantile(derivation.probability);
		} else if (derivation.kind === "level" || derivation.kind === "slope") {
			const value = derivation.ofProcess(process);
			if (value !== undefined) values[id] = value;
		}
	}
	return {
		messages: messages.length,
		stages_ms: stageTimes(process),
		stage_series_ms: stageSeries(process),
		block: record.block,
		attempt: record.attempt,
		role: record.role === "aa" ? "aa" : "measure",
		disturbed: record.monitor === null ? [] : contamination(record.monitor),
		counted: !record.superseded,
		steadiness: steadyState(medians),
		series,
		values,
	};
}

/** Returns the samples of the target's own processes in blocks that count. */
export function measuringSamples(samples: readonly ProcessSample[]): ProcessSample[] {
	return samples.filter(({ role, counted }) => role === "measure" && counted);
}

/** Returns the samples of the target's A/A processes in blocks that count. */
export function aaSamples(samples: readonly ProcessSample[]): ProcessSample[] {
	return samples.filter(({ role, counted }) => role === "aa" && counted);
}

/**
 * Returns the values of one metric that pair by index with those of the block's other processes; none where
 * the metric was not measured or a value is not positive.
 */
export function pairableValues(sample: ProcessSample, metric: Metric["id"]): readonly number[] {
	const series = sample.series[metric];
	if (series) return series.every((value) => value > 0) ? series : [];
	const value = sample.values[metric] ?? null;
	return value !== null && value > 0 ? [value] : [];
}

/** Returns the self time of every stage over the observed iterations of the process, in ms per message. */
function stageTimes({ cell: { iterations } }: ValidProcess): ProcessSample["stages_ms"] {
	const observed = iterations.filter(({ stages }) => stages !== null);
	const messages = sum(observed.map(({ messageNs }) => messageNs.length));
	if (messages === 0) return null;
	const total: NonNullable<ProcessSample["stages_ms"]> = {};
	for (const { stage, selfNs } of observed.flatMap(({ stages }) => stages ?? []))
		total[stage] = (total[stage] ?? 0) + selfNs / NS_PER_MS / messages;
	return total;
}

/**
 * Returns the same for each of these iterations, in their order. A stage that one of them did not call
 * is 0.
 */
function stageSeries({ cell: { iterations } }: ValidProcess): ProcessSample["stage_series_ms"] {
	const observed = iterations.filter(({ stages, messageNs }) => stages !== null && messageNs.length > 0);
	if (observed.length === 0) return null;
	const series: NonNullable<ProcessSample["stage_series_ms"]> = {};
	for (const [index, { stages, messageNs }] of observed.entries())
		for (const { stage, selfNs } of stages ?? []) {
			const values = series[stage] ?? new Array<number>(observed.length).fill(0);
			values[index] = (values[index] ?? 0) + selfNs / NS_PER_MS / messageNs.length;
			series[stage] = values;
		}
	return series;
}
