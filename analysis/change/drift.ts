/**
 * A drift is how far this machine moves a figure from one run to the next. It is seen in targets that are the
 * same in both runs.
 */
import type { BenchmarkResult, MetricChange, ScenarioResult } from "../../shared/types.ts";
import { measuringSamples, pairableValues } from "../cell/samples.ts";
import type { Drift } from "../stats/intervals.ts";
import { mean, median } from "../stats/statistics.ts";

/** Fewer cells than this tell nothing about the machine. */
const LEAST_CELLS = 3;
/**
 * This drift is assumed where nothing is the same in both runs. The spread between processes one after
 * another was measured to be 0.1 to 0.2 (docs/statistics.md).
 */
const ASSUMED_LOG = 0.05;
const ASSUMED_FREEDOM = 10;
/** No machine is steadier than this from run to run. */
const LEAST_LOG = 0.01;

export interface MatchedTarget {
	base: BenchmarkResult;
	head: BenchmarkResult;
}

/** How two sides are compared. */
export interface Terms {
	/** All targets of two runs, for the drift between them; null within one run. */
	matched: readonly MatchedTarget[] | null;
	/** Of every interval, and of every verdict. */
	confidence: number;
}

/**
 * Says whether the two are the same program. If so, any difference between their figures is the machine's.
 */
export function isUnchanged({ base, head }: MatchedTarget): boolean {
	return base.versions !== null && programOf(base) === programOf(head);
}

/** Where the locked version is installed depends on what else is in its run. It is the same program. */
function programOf({ versions, target: { aside: _, ...target }, harness_digest }: BenchmarkResult): string {
	return JSON.stringify([versions, target, harness_digest]);
}

/** Returns the logarithm of the figure of every process that counts. */
export function processLogs({ samples }: ScenarioResult, metric: string): number[] {
	return measuringSamples(samples).flatMap((sample) => {
		const values = pairableValues(sample, metric);
		return values.length === 0 ? [] : [Math.log(median(values))];
	});
}

/**
 * Estimates the drift of one metric: the root mean square of what unchanged cells moved.
 * @param except the cell that is judged; it must not set its own measure
 * @returns a standard deviation of logs, with its degrees of freedom and its source
 */
export function driftOf(
	matched: readonly MatchedTarget[],
	metric: string,
	except: { scenario: string; target: string },
): Drift & { source: NonNullable<MetricChange["drift"]>["source"]; cells: number } {
	const moves = matched.filter(isUnchanged).flatMap(({ base, head }) =>
		Object.entries(base.scenarios).flatMap(([id, cell]) => {
			const other = head.scenarios[id];
			if (!other || (id === except.scenario && base.target.id === except.target)) return [];
			if (
				cell.status !== "comparable" ||
				other.status !== "comparable" ||
				cell.definition !== other.definition
			)
				return [];
			const [before, after] = [processLogs(cell, metric), processLogs(other, metric)];
			return before.length === 0 || after.length === 0 ? [] : [mean(after) - mean(before)];
		}),
	);
	if (moves.length < LEAST_CELLS)
		return { log: ASSUMED_LOG, degreesOfFreedom: ASSUMED_FREEDOM, source: "assumed", cells: moves.length };
	const log = Math.max(LEAST_LOG, Math.sqrt(mean(moves.map((move) => move ** 2))));
	return { log, degreesOfFreedom: moves.length, source: "unchanged targets", cells: moves.length };
}
