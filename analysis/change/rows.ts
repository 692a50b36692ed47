/** A row compares a head with its base in one metric of one scenario. */
import type { Change, MetricChange, ScenarioResult } from "../../shared/types.ts";
import { BYTES_PER_KB, BYTES_PER_MB } from "../../shared/units.ts";
import { measuringSamples } from "../cell/samples.ts";
import { areCountsApart } from "../compare/counted.ts";
import { pairEstimate, pairFloorLog } from "../compare/noise.ts";
import { estimateOver, floorOn } from "../compare/over-machines.ts";
import { blockDifferences, blockLogRatios, machineLogRatios } from "../compare/pairs.ts";
import { estimateTimesWorse, timesWorse } from "../compare/times-worse.ts";
import { decideVerdict } from "../compare/verdict.ts";
import { figureOf, type Metric, metricOf } from "../metrics.ts";
import { type Bounds, boundsOf, differenceEstimate, type Estimate, withDrift } from "../stats/intervals.ts";
import { type MeanEstimate, meanDifference, meanEstimate } from "../stats/means.ts";
import { mean } from "../stats/statistics.ts";
import { driftOf, processLogs, type Terms } from "./drift.ts";
import { testIfAbove, testIfWorse } from "./significance.ts";

/**
 * If the whole interval of a ratio is within this of 1, nothing changed that most readers would care about.
 */
const MATTERS = 0.05;

/** A growth is held against the memory that there is: how much of it so many messages add. */
const GROWN_OVER_MESSAGES = 1000;

export interface JudgedRow {
	row: MetricChange;
	/** Without drift; null where there is none, or where the row has a difference instead. */
	estimate: Estimate | null;
	floorLog: number;
	/** The difference of a metric without ratios. */
	difference: MeanEstimate | null;
}

/** Compares one metric. Returns null if the base has no figure of it. */
export function rowOf(
	metric: Metric,
	base: ScenarioResult,
	head: ScenarioResult,
	terms: Terms,
	cell: { scenario: string; target: string },
): JudgedRow | null {
	const [before, after] = [figureOf(metric, base), figureOf(metric, head)];
	// Cells on several machines have ratios, and no figures.
	const joined = base.on_machines !== undefined && head.on_machines !== undefined && terms.matched === null;
	if (before === null && !joined) return null;
	if (joined && metric.derivation.kind !== "slope") return joinedRow(metric, base, head, terms);
	if (before === null) return null;
	if (metric.derivation.kind === "slope") return slopeRow(metric, base, head, { before, after }, terms);
	const { matched, confidence } = terms;
	const { id, better } = metric;
	if (better === "none") return null;
	if (metric.derivation.kind === "counted") return countedRow(metric, before, after);
	const floorLog = pairFloorLog(base, head, id);
	if (after === null)
		return { row: emptyRow(metric, before, null, floorLog), estimate: null, floorLog, difference: null };
	const drift = matched && driftOf(matched, id, cell);
	const quotient = matched
		? independentEstimate(id, base, head, confidence)
		: pairedEstimate(id, base, head, confidence);
	const estimate = quotient && estimateTimesWorse(quotient, better);
	const shown = estimate && drift ? withDrift(estimate, drift, confidence) : estimate;
	const fallback = before > 0 && after > 0 ? timesWorse(after, before, better) : null;
	const row = ratioRow(emptyRow(metric, before, after, floorLog), shown, {
		fallback,
		floorLog,
		confidence,
	});
	row.drift = drift && { value: Math.expm1(drift.log), source: drift.source, cells: drift.cells };
	return { row, estimate, floorLog, difference: null };
}

/** Compares two targets over unlike machines. Null where they took turns on none of these. */
function joinedRow(
	metric: Metric,
	base: ScenarioResult,
	head: ScenarioResult,
	{ confidence }: Terms,
): JudgedRow | null {
	const { id, better } = metric;
	const groups = machineLogRatios(head.samples, base.samples, id);
	if (better === "none" || groups.length === 0) return null;
	const logs = groups.map((group) => group.logs);
	const quotient = estimateOver(logs, base.precision ?? head.precision, confidence);
	const estimate = quotient && estimateTimesWorse(quotient, better);
	const floorLog = mean(groups.map(({ machine }) => floorOn(base, head, id, machine)));
	const empty = emptyRow(metric, null, null, floorLog);
	const row = ratioRow(empty, estimate, { fallback: null, floorLog, confidence });
	return { row, estimate, floorLog, difference: null };
}

/** Fills a row with a ratio and its verdict. */
export function ratioRow(
	row: MetricChange,
	shown: Estimate | null,
	{ fallback, floorLog, confidence }: { fallback: number | null; floorLog: number; confidence: number },
): MetricChange {
	return {
		...row,
		ratio: shown?.value ?? fallback,
		interval: boundsOf(shown),
		change: changeOf(shown, floorLog),
		test: testIfWorse(shown, floorLog, confidence),
	};
}

/** Fills a row with a difference and its verdict. The floor is a share of `whole`. */
export function differenceRow(
	row: MetricChange,
	{ value, low, high, standardError, degreesOfFreedom }: MeanEstimate,
	whole: number,
): MetricChange {
	return {
		...row,
		difference: { value, interval: { low, high }, whole },
		change: differenceChange({ low: low / whole, high: high / whole }, row.floor),
		test: testIfAbove(value / whole - row.floor, standardError / whole, degreesOfFreedom),
	};
}

/** Makes a row without a comparison: not comparable without a head, else undecided. */
export function emptyRow(
	{ id, label, unit, better }: Metric,
	base: number | null,
	head: number | null,
	floorLog: number,
): MetricChange {
	return {
		metric: id,
		label,
		unit,
		better: better === "higher" ? "higher" : "lower",
		base,
		head,
		ratio: null,
		interval: null,
		difference: null,
		floor: Math.expm1(floorLog),
		drift: null,
		change: head === null ? "not comparable" : "undecided",
		test: null,
	};
}

/** Counts are exact. They differ or they do not, whatever the machine did meanwhile. */
function countedRow(metric: Metric, before: number, after: number | null): JudgedRow {
	const row = emptyRow(metric, before, after, 0);
	const nothing = { estimate: null, floorLog: 0, difference: null };
	if (after === null) return { row, ...nothing };
	const isWorse = metric.better === "lower" ? after > before : after < before;
	const change = !areCountsApart(metric.id, before, after) ? "no change" : isWorse ? "slower" : "faster";
	const ratio =
		before > 0 && after > 0 && metric.better !== "none" ? timesWorse(after, before, metric.better) : null;
	return { row: { ...row, ratio, change }, ...nothing };
}

function slopeRow(
	metric: Metric,
	base: ScenarioResult,
	head: ScenarioResult,
	{ before, after }: { before: number; after: number | null },
	{ matched, confidence }: Terms,
): JudgedRow {
	// No A/A of a slope is kept, so its interval alone decides.
	const floorLog = 0;
	const empty = emptyRow(metric, before, after, floorLog);
	const whole = wholeGrowthKb(base);
	const difference =
		after === null
			? null
			: matched
				? meanDifference(valuesOf(head, metric.id), valuesOf(base, metric.id), confidence)
				: meanEstimate(blockDifferences(head.samples, base.samples, metric.id), confidence);
	const row = difference && whole !== null ? differenceRow(empty, difference, whole) : empty;
	return { row, estimate: null, floorLog, difference };
}

/** Returns the growth per message that adds the cell's peak memory once more, in KB; null without a peak. */
export function wholeGrowthKb(cell: ScenarioResult): number | null {
	const peakMb = figureOf(metricOf("memory_rss_peak_mb"), cell);
	return peakMb === null || peakMb <= 0 ? null : (peakMb * BYTES_PER_MB) / BYTES_PER_KB / GROWN_OVER_MESSAGES;
}

function valuesOf({ samples }: ScenarioResult, metric: string): number[] {
	return measuringSamples(samples).flatMap(({ values }) => values[metric] ?? []);
}

/** Estimates from pairs inside blocks: the machine affects both sides of a pair alike. */
function pairedEstimate(
	metric: string,
	base: ScenarioResult,
	head: ScenarioResult,
	confidence: number,
): Estimate | null {
	const ratios = blockLogRatios(head.samples, base.samples, metric);
	return pairEstimate(ratios, base.precision ?? head.precision, confidence);
}

function independentEstimate(
	metric: string,
	base: ScenarioResult,
	head: ScenarioResult,
	confidence: number,
): Estimate | null {
	return differenceEstimate(processLogs(head, metric), processLogs(base, metric), confidence);
}

/** Says what a ratio means, which may be null. */
export function changeOf(estimate: Estimate | null, floorLog: number): Change {
	const verdict = decideVerdict(estimate, floorLog);
	if (estimate === null || verdict === "undecided") return "undecided";
	if (verdict === "worse") return "slower";
	if (verdict === "better") return "faster";
	const { low, high } = estimate;
	const isNarrow = low <= 1 && high >= 1 && high <= 1 + MATTERS && low >= 1 / (1 + MATTERS);
	return isNarrow ? "no change" : "undecided";
}

/** The same of a difference, whose bounds are shares of the whole. */
function differenceChange({ low, high }: Bounds, floor: number): Change {
	if (low > floor) return "slower";
	if (high < -floor) return "faster";
	return low <= 0 && high >= 0 && low >= -MATTERS && high <= MATTERS ? "no change" : "undecided";
}
