/**
 * This file tells what a scenario's blocks have shown so far: how well its ratios are known, what
 * another block would take, and how long its processes should be.
 */
import type { RunSettings, Scenario } from "../../shared/types.ts";
import { processCosts } from "../cell/costs.ts";
import type { CellEvidence } from "../cell/result.ts";
import { aaSamples, measuringSamples, pairableValues, processSample } from "../cell/samples.ts";
import { decidingMetricOf } from "../metrics.ts";
import { halfWidth, isNarrowEnough, iterationsPerProcess, varianceComponents } from "../stats/allocation.ts";
import type { Prospect } from "../stats/plan-blocks.ts";
import { mean, median, standardDeviation } from "../stats/statistics.ts";
import { blockLogRatios, iterationLogRatios } from "./pairs.ts";

/**
 * Processes of one target differ by about so much beyond their iterations, as a standard deviation of
 * logarithms (docs/statistics.md). A few blocks cannot tell it better.
 */
const SPREAD_BETWEEN_PROCESSES = 0.03;
/** A process does at most this many times the scenario's own iterations. */
const MOST_ITERATIONS_FACTOR = 4;

export interface ScenarioProspect extends Prospect {
	/** True if a ratio of targets, or of a target to itself, decides here. Known from the first block on. */
	decides: boolean;
	/** Plain iterations of each process of the next block. */
	iterations: number;
	/** Half the width of the widest interval of a deciding ratio, on the log scale; null: none is known. */
	halfWidth: number | null;
}

/** What another block may be. */
export interface NextBlock {
	/** Plain iterations of a process, where they are known. */
	iterations?: number;
	/**
	 * The most seconds for the plain turns of a block whose processes took so many to start and warm up;
	 * absent: as many as they take.
	 */
	turnSeconds?: (setupSeconds: number) => number;
}

/**
 * Says what a scenario has shown.
 * @param settings with a precision the length of processes is chosen by variances and costs, as far as the
 *   time allows; else, and where the user named it, it is the scenario's own
 */
export function prospectOf(
	scenario: Scenario,
	settings: Pick<RunSettings, "precision" | "alternate" | "fixedIterations">,
	evidence: readonly CellEvidence[],
	{ iterations, turnSeconds }: NextBlock = {},
): ScenarioProspect {
	const done = countBlocks(evidence);
	const ratios = decidingRatios(scenario, evidence, settings.alternate);
	const spreads = ratios.byBlock.flatMap((logs) => standardDeviation(logs) ?? []);
	const costs = costsOf(evidence);
	const isOpen = settings.precision !== null && !settings.fixedIterations && done > 0;
	const chosen =
		iterations ??
		(isOpen
			? nextIterations(scenario, ratios.byIteration, costsOf(firstBlock(evidence)), turnSeconds)
			: scenario.iterations);
	const widths = ratios.byBlock.map(halfWidth).filter(Number.isFinite);
	return {
		done,
		decides: ratios.byBlock.length > 0,
		spread: spreads.length === 0 ? null : Math.max(...spreads),
		blockSeconds: costs.processes * (costs.processSeconds + chosen * costs.iterationSeconds),
		iterations: chosen,
		halfWidth: widths.length === 0 ? null : Math.max(...widths),
	};
}

/** Says whether every deciding ratio is known to the precision, from enough blocks not to deceive. */
export function isPrecise({ done, halfWidth: width }: ScenarioProspect, precision: number): boolean {
	return width !== null && isNarrowEnough({ blocks: done, halfWidth: width, precision });
}

/** The choice stands on the first block alone, so that a resumed run makes the same one. */
function firstBlock(evidence: readonly CellEvidence[]): CellEvidence[] {
	const first = Math.min(
		...evidence.flatMap(({ processes }) =>
			processes.flatMap(({ record }) => (record.superseded ? [] : [record.block])),
		),
	);
	return evidence.map((cell) => ({
		...cell,
		processes: cell.processes.filter(({ record }) => record.block === first),
	}));
}

/** Counts the blocks whose figures count. */
export function countBlocks(evidence: readonly CellEvidence[]): number {
	const counted = evidence.flatMap(({ processes }) =>
		processes.flatMap(({ record }) => (record.superseded ? [] : [record.block])),
	);
	return new Set(counted).size;
}

/** The log-ratios of the deciding metric, one list for each pair of targets. */
interface DecidingRatios {
	/** One log-ratio a block, for each pair that has one. */
	byBlock: number[][];
	/** For each block one log-ratio an iteration. */
	byIteration: number[][][];
}

/** Returns no pairs where no ratio can decide: no target has a pair, or none has the metric. */
function decidingRatios(
	scenario: Scenario,
	evidence: readonly CellEvidence[],
	alternate: RunSettings["alternate"],
): DecidingRatios {
	const cells = evidence.map((cell) => samplesOf(cell, alternate));
	const metric = decidingMetricOf(scenario, (id) =>
		cells.some((samples) => samples.some(({ series, values }) => id in series || id in values)),
	);
	if (metric === null) return { byBlock: [], byIteration: [] };
	const pairs = pairsOf(cells);
	if (pairs.length === 0) return ownLevels(cells, metric.id);
	const byBlock = pairs.map(([a, x]) => blockLogRatios(a, x, metric.id)).filter((found) => found.length > 0);
	return { byBlock, byIteration: pairs.map(([a, x]) => iterationLogRatios(a, x, metric.id)) };
}

/** A target that is alone has no ratio. Its own level is known as well as the time allows. */
function ownLevels(cells: readonly Samples[], metric: string): DecidingRatios {
	const byIteration = cells.flatMap((samples) => {
		const blocks = measuringSamples(samples)
			.filter(({ counted }) => counted)
			.map((sample) => pairableValues(sample, metric).map(Math.log))
			.filter(({ length }) => length > 0);
		return blocks.length > 0 ? [blocks] : [];
	});
	return { byBlock: byIteration.map((blocks) => blocks.map(median)), byIteration };
}

/**
 * Chooses the iterations of the next processes by the variance inside the first block. All later blocks
 * have as many, so that they are equally precise.
 */
function nextIterations(
	{ kind, iterations }: Scenario,
	byIteration: readonly number[][][],
	costs: BlockCosts,
	turnSeconds: NextBlock["turnSeconds"],
): number {
	// Nothing decides a calibration, so that there is no variance to choose by.
	if (kind === "startup" || kind === "calibration") return iterations;
	const { processes, processSeconds, iterationSeconds } = costs;
	const seconds = turnSeconds?.(processes * processSeconds) ?? Number.POSITIVE_INFINITY;
	const fitting = Math.floor(seconds / (processes * iterationSeconds));
	// Where not one fits, one is enough, as in the first block.
	const least = Math.min(fitting < 1 ? 1 : 2, iterations);
	const bounds = { least, most: Math.max(least, Math.min(MOST_ITERATIONS_FACTOR * iterations, fitting)) };
	return Math.max(
		bounds.least,
		...byIteration.map((blocks) => {
			const { withinBlock } = varianceComponents(blocks.slice(0, 1));
			const components = { betweenBlocks: SPREAD_BETWEEN_PROCESSES ** 2, withinBlock };
			return iterationsPerProcess({ components, ...costs, ...bounds });
		}),
	);
}

function samplesOf({ scenario, processes, judgement }: CellEvidence, alternate: RunSettings["alternate"]) {
	// A divergent cell takes part in no ratio, so nothing waits for it.
	if (judgement.status !== "comparable") return [];
	return processes.flatMap(({ record, measurement }) => {
		const cell = measurement?.cells[0];
		const valid = record.problem === null && record.failure === null && measurement && cell;
		return valid ? [processSample({ record, measurement, cell }, scenario, alternate)] : [];
	});
}

type Samples = ReturnType<typeof samplesOf>;

/**
 * Pairs every two targets. A single target that is measured against itself gives the pair of its own
 * processes and its A/A processes.
 */
function pairsOf(cells: readonly Samples[]): [Samples, Samples][] {
	const present = cells.map((samples) => measuringSamples(samples)).filter((samples) => samples.length > 0);
	const pairs = present.flatMap((a, index) =>
		present.slice(index + 1).map((x): [Samples, Samples] => [a, x]),
	);
	const alone = cells.find((samples) => aaSamples(samples).length > 0);
	return pairs.length === 0 && alone ? [[measuringSamples(alone), aaSamples(alone)]] : pairs;
}

interface BlockCosts {
	/** The processes of a block, on average. */
	processes: number;
	processSeconds: number;
	iterationSeconds: number;
}

function costsOf(evidence: readonly CellEvidence[]): BlockCosts {
	const all = evidence.flatMap(({ processes }) => processes);
	const { setups, iterations } = processCosts(all);
	const blocks = Math.max(1, new Set(all.map(({ record }) => record.block)).size);
	return {
		processes: all.length / blocks,
		processSeconds: setups.length > 0 ? mean(setups) : 1,
		iterationSeconds: iterations.length > 0 ? mean(iterations) : 0.01,
	};
}
