/**
 * This file compares base and head over all their scenarios at once, in what every process shows: how long
 * it takes to start, and how much memory its messages leave behind. A figure for each scenario would say the
 * same many times, and each with less certainty.
 */
import type { ChangeFile, ScenarioResult } from "../../shared/types.ts";
import { measuringSamples } from "../cell/samples.ts";
import { aaLogRatios } from "../compare/pairs.ts";
import { noiseFloor } from "../compare/verdict.ts";
import { GROWTH_METRIC, type Metric, metricOf } from "../metrics.ts";
import { type Estimate, geometricMean, withDrift } from "../stats/intervals.ts";
import { type MeanEstimate, weightedMean } from "../stats/means.ts";
import { factorOf, mean, sum } from "../stats/statistics.ts";
import { driftOf, type MatchedTarget, type Terms } from "./drift.ts";
import { differenceRow, emptyRow, type JudgedRow, ratioRow, rowOf, wholeGrowthKb } from "./rows.ts";

/** The metric of start-up: from the start of a process to its first reply. */
export const START_METRIC = "start_to_reply_ms";

type Across = ChangeFile["across"];

interface Part extends JudgedRow {
	base: ScenarioResult;
	head: ScenarioResult;
}

/** Compares one pair of targets. Only scenarios that both do as asked count. */
export function acrossOf(match: MatchedTarget, pair: number, terms: Terms): Across {
	return [
		...startAcross(match, pair, terms),
		...growthAcross(partsOf(metricOf(GROWTH_METRIC), match, terms), pair, terms),
	];
}

function startAcross(match: MatchedTarget, pair: number, terms: Terms): Across {
	const { matched, confidence } = terms;
	const metric = metricOf(START_METRIC);
	const parts = partsOf(metric, match, terms);
	const known = parts.filter(({ row }) => row.head !== null);
	const shown = known.length > 0 ? known : parts;
	if (shown.length === 0) return [];
	const level = (side: "base" | "head") =>
		factorOf(mean(shown.map(({ row }) => Math.log(row[side] ?? Number.NaN))));
	const floorLog = Math.max(
		floorOver(shown.map(({ base }) => base)),
		floorOver(shown.map(({ head }) => head)),
	);
	const empty = emptyRow(metric, level("base"), known.length > 0 ? level("head") : null, floorLog);
	const estimates = known.flatMap(({ estimate }) => estimate ?? []);
	const whole: Estimate | null = geometricMean(estimates, confidence);
	// The drift of the machine moves all scenarios together, so it counts once.
	const drift = matched && driftOf(matched, START_METRIC, { scenario: "", target: match.base.target.id });
	const row = ratioRow(empty, whole && drift ? withDrift(whole, drift, confidence) : whole, {
		fallback: null,
		floorLog,
		confidence,
	});
	row.change = known.length > 0 ? row.change : "not comparable";
	row.drift = drift && { value: Math.expm1(drift.log), source: drift.source, cells: drift.cells };
	return [{ pair, scenarios: whole ? estimates.length : shown.length, row }];
}

/**
 * Returns how far a target differs from itself over all these cells. Noise averages out over them, and what
 * is systematic does not, so the cells' own floors would be too high.
 */
function floorOver(cells: readonly ScenarioResult[]): number {
	const means = cells.flatMap((cell) => {
		const logs = [...(cell.earlier_aa[START_METRIC] ?? []), ...aaLogRatios(cell.samples, START_METRIC)];
		return logs.length === 0 ? [] : [mean(logs)];
	});
	return noiseFloor(means) ?? 0;
}

/**
 * Weighs every scenario by the square of the messages of a process: the error of a slope falls with the
 * messages that it is taken over, and its variance with their square.
 */
function growthAcross(parts: readonly Part[], pair: number, { confidence }: Terms): Across {
	const shown = parts.some(({ row }) => row.head !== null)
		? parts.filter(({ row }) => row.head !== null)
		: parts;
	if (shown.length === 0) return [];
	const weights = shown.map(
		({ base }) => mean(measuringSamples(base.samples).map(({ messages }) => messages)) ** 2,
	);
	const weigh = (values: readonly number[]) =>
		sum(values.map((value, index) => value * (weights[index] ?? 0))) / sum(weights);
	const head = shown.every(({ row }) => row.head !== null)
		? weigh(shown.map(({ row }) => row.head ?? 0))
		: null;
	const empty = emptyRow(metricOf(GROWTH_METRIC), weigh(shown.map(({ row }) => row.base ?? 0)), head, 0);
	const known = shown.flatMap(({ difference, base }, index) => {
		const whole = wholeGrowthKb(base);
		return difference && whole !== null ? [{ estimate: difference, whole, weight: weights[index] ?? 0 }] : [];
	});
	const difference: MeanEstimate | null = weightedMean(known, confidence);
	const whole = sum(known.map((one) => one.whole * one.weight)) / sum(known.map(({ weight }) => weight));
	return [
		{
			pair,
			scenarios: difference ? known.length : shown.length,
			row: difference ? differenceRow(empty, difference, whole) : empty,
		},
	];
}

function partsOf(metric: Metric, { base, head }: MatchedTarget, terms: Terms): Part[] {
	return Object.entries(base.scenarios).flatMap(([scenario, cell]): Part[] => {
		const other = head.scenarios[scenario];
		if (cell.status !== "comparable" || other?.status !== "comparable") return [];
		const found = rowOf(metric, cell, other, terms, { scenario, target: base.target.id });
		// Levels over unlike machines have no mean.
		return found && found.row.base !== null ? [{ ...found, base: cell, head: other }] : [];
	});
}
