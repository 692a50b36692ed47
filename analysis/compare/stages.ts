/** This file finds the stage of the pipeline in which a difference of two targets, or a change, is. */

import type { ProcessSample, StageChange, StageName } from "../../shared/types.ts";
import { measuringSamples } from "../cell/samples.ts";
import { addVariances, boundsOf, studentInterval } from "../stats/intervals.ts";
import { mean, median, standardDeviation } from "../stats/statistics.ts";

/**
 * At 95 %, chance would move one of a dozen stages beyond its interval, in the direction of the change, in
 * one of four runs.
 */
const STAGE_CONFIDENCE = 0.99;

/**
 * Compares the self times per message of every stage, in ms: head less base, largest difference first.
 * @param paired true if blocks have a process of both sides; else the sides are independent
 */
export function stageChanges(
	base: readonly ProcessSample[],
	head: readonly ProcessSample[],
	paired: boolean,
): StageChange[] {
	const [before, after] = [observedStages(base), observedStages(head)];
	if (before.length === 0 || after.length === 0) return [];
	const names = [
		...new Set([...before, ...after].flatMap(({ stages }) => Object.keys(stages))),
	] as StageName[];
	return names
		.map((stage) => {
			const selfTimes = (side: typeof before) => side.map(({ stages }) => stages[stage] ?? 0);
			const [base_self_ms, head_self_ms] = [mean(selfTimes(before)), mean(selfTimes(after))];
			const found = paired
				? pairedDifference(before, after, stage)
				: welchDifference(selfTimes(after), selfTimes(before));
			const difference_ms = found?.value ?? head_self_ms - base_self_ms;
			return {
				stage,
				base_self_ms,
				head_self_ms,
				difference_ms,
				interval: boundsOf(found),
			};
		})
		.toSorted((a, b) => Math.abs(b.difference_ms) - Math.abs(a.difference_ms));
}

/**
 * Returns the stage that significantly moved furthest in the direction of the change. The near end of the
 * interval counts, so that a stage which is merely the noisiest is not blamed. Null where no stage moved
 * beyond its noise.
 */
export function stageOf(changes: readonly StageChange[], direction: "faster" | "slower"): StageName | null {
	const furthest = changes
		.map(({ stage, interval }) => ({
			stage,
			by: interval === null ? 0 : direction === "slower" ? interval.low : -interval.high,
		}))
		.toSorted((a, b) => b.by - a.by)[0];
	return furthest && furthest.by > 0 ? furthest.stage : null;
}

interface Observed {
	block: number;
	stages: NonNullable<ProcessSample["stages_ms"]>;
	/** Empty in results of earlier versions. */
	series: NonNullable<ProcessSample["stage_series_ms"]>;
}

function observedStages(samples: readonly ProcessSample[]): Observed[] {
	return measuringSamples(samples).flatMap(({ block, stages_ms, stage_series_ms }) =>
		stages_ms ? [{ block, stages: stages_ms, series: stage_series_ms ?? {} }] : [],
	);
}

function pairedDifference(
	before: readonly Observed[],
	after: readonly Observed[],
	stage: StageName,
): ReturnType<typeof studentInterval> | null {
	const differences = after.flatMap((one) => {
		const other = before.find(({ block }) => block === one.block);
		return other ? [blockDifference(other, one, stage)] : [];
	});
	const deviation = differences.length === 0 ? null : standardDeviation(differences);
	if (deviation === null) return null;
	const standardError = deviation / Math.sqrt(differences.length);
	return studentInterval(mean(differences), standardError, differences.length - 1, STAGE_CONFIDENCE);
}

/**
 * Returns the median over pairs of iterations, as a ratio of messages does: one iteration that others held up
 * would move a mean by more than most changes do.
 */
function blockDifference(before: Observed, after: Observed, stage: StageName): number {
	const [lengthBefore, lengthAfter] = [before, after].map(lengthOf);
	if (lengthBefore !== lengthAfter || lengthAfter === 0)
		return (after.stages[stage] ?? 0) - (before.stages[stage] ?? 0);
	const valuesBefore = before.series[stage] ?? [];
	const valuesAfter = after.series[stage] ?? [];
	return median(
		Array.from({ length: lengthAfter ?? 0 }, (_, i) => (valuesAfter[i] ?? 0) - (valuesBefore[i] ?? 0)),
	);
}

function lengthOf({ series }: Observed): number {
	return Object.values(series)[0]?.length ?? 0;
}

function welchDifference(
	after: readonly number[],
	before: readonly number[],
): ReturnType<typeof studentInterval> | null {
	const [one, other] = [standardDeviation(after), standardDeviation(before)];
	if (one === null || other === null) return null;
	const { variance, freedom } = addVariances([
		{ variance: one ** 2 / after.length, freedom: after.length - 1 },
		{ variance: other ** 2 / before.length, freedom: before.length - 1 },
	]);
	return studentInterval(mean(after) - mean(before), Math.sqrt(variance), freedom, STAGE_CONFIDENCE);
}
