/**
 * This file decides whether a scenario needs another block, and how long its processes should be, from the
 * variances and costs that its blocks have shown so far.
 */
import type { RunSettings, Scenario } from "../../shared/types.ts";
import { processCosts } from "../cell/costs.ts";
import { pilotOf } from "../cell/pilot.ts";
import type { CellEvidence } from "../cell/result.ts";
import { aaSamples, measuringSamples, processSample } from "../cell/samples.ts";
import { decidingMetricOf } from "../metrics.ts";
import {
	blocksNeeded,
	isNarrowEnough,
	iterationsPerProcess,
	varianceComponents,
} from "../stats/allocation.ts";
import { mean } from "../stats/statistics.ts";
import { blockLogRatios, iterationLogRatios } from "./pairs.ts";

export interface NextBlock {
	/** Blocks altogether, as far as can be foreseen. The scenario stops if it has as many already. */
	blocks: number;
	/** Plain iterations of each process of the next block. */
	iterations: number;
	/** True if `blocks` will not change any more. */
	final: boolean;
	/** The decision, if one was taken. */
	decision: BlockDecision | null;
}

/**
 * A decision says why a scenario continues or ends. The precision is the relative half-width that was asked
 * for.
 */
export type BlockDecision =
	| { kind: "precise"; precision: number; blocks: number }
	| { kind: "budget-spent"; precision: number; blocks: number }
	| { kind: "most-blocks"; precision: number; blocks: number }
	| {
			kind: "more";
			precision: number;
			/** `needed` counts all blocks. `more` blocks are affordable, in this many seconds. */
			needed: number;
			iterations: number;
			more: number;
			seconds: number;
	  };

/** No scenario takes more blocks than this, however noisy it is. */
const MOST_BLOCKS = 200;
/** A process does at most this many times the scenario's own iterations. */
const MOST_ITERATIONS_FACTOR = 4;

export interface BlockInput {
	scenario: Scenario;
	settings: Pick<RunSettings, "blocks" | "precision" | "budgetSeconds" | "alternate">;
	evidence: readonly CellEvidence[];
	/** The rest of the scenario's share of the budget; null without a budget. */
	secondsLeft: number | null;
}

/**
 * Decides how many blocks a scenario takes and how many iterations the next ones have. Without a precision it
 * takes its blocks, and with one at least its pilot.
 */
export function nextBlock({ scenario, settings, evidence, secondsLeft }: BlockInput): NextBlock {
	const pilot = pilotOf(scenario, settings);
	const own = { iterations: scenario.iterations, decision: null };
	const { precision } = settings;
	if (precision === null) return { ...own, blocks: pilot, final: true };
	const counted = evidence.flatMap(({ processes }) =>
		processes.flatMap(({ record }) => (record.superseded ? [] : [record.block])),
	);
	const done = new Set(counted).size;
	if (done < pilot) return { ...own, blocks: pilot, final: false };
	const ratios = decidingRatios(scenario, evidence, settings.alternate);
	if (ratios === null) return { ...own, blocks: done, final: true };
	const costs = costsOf(evidence);
	const iterations = nextIterations(scenario, ratios.byIteration, pilot, costs);
	const blockSeconds = costs.processes * (costs.processSeconds + iterations * costs.iterationSeconds);
	const progress: Progress = { ratios: ratios.byBlock, precision, done, blockSeconds, secondsLeft };
	const kind = reasonToStop(progress);
	return kind === null
		? moreBlocks(progress, iterations)
		: { iterations, blocks: done, final: true, decision: { kind, precision, blocks: done } };
}

/** The log-ratios of the deciding metric, one list for each pair of targets. */
interface DecidingRatios {
	/** One log-ratio a block; only pairs with two blocks or more. */
	byBlock: number[][];
	/** For each block one log-ratio an iteration. */
	byIteration: number[][][];
}

/** Returns null where no ratio can decide: no target has a pair, or none has the metric. */
function decidingRatios(
	scenario: Scenario,
	evidence: readonly CellEvidence[],
	alternate: RunSettings["alternate"],
): DecidingRatios | null {
	const cells = evidence.map((cell) => samplesOf(cell, alternate));
	const metric = decidingMetricOf(scenario, (id) =>
		cells.some((samples) => samples.some(({ series, values }) => id in series || id in values)),
	);
	if (metric === null) return null;
	const pairs = pairsOf(cells);
	const byBlock = pairs.map(([a, x]) => blockLogRatios(a, x, metric.id)).filter((found) => found.length >= 2);
	if (byBlock.length === 0) return null;
	return { byBlock, byIteration: pairs.map(([a, x]) => iterationLogRatios(a, x, metric.id)) };
}

/** Chooses the iterations of the next processes by the variances of the pilot. */
function nextIterations(
	{ kind, iterations }: Scenario,
	byIteration: readonly number[][][],
	pilot: number,
	costs: BlockCosts,
): number {
	if (kind === "startup") return iterations;
	const bounds = { least: Math.min(2, iterations), most: MOST_ITERATIONS_FACTOR * iterations };
	return Math.max(
		...byIteration.map((blocks) => {
			const components = varianceComponents(blocks.slice(0, pilot));
			return iterationsPerProcess({ components, ...costs, ...bounds });
		}),
	);
}

/** This is what a scenario has reached after `done` blocks. */
interface Progress extends Pick<BlockInput, "secondsLeft"> {
	ratios: readonly number[][];
	precision: number;
	done: number;
	/** The seconds that another block would take. */
	blockSeconds: number;
}

/** Says why the blocks are enough; null where another one follows. */
function reasonToStop({ ratios, precision, done, blockSeconds, secondsLeft }: Progress) {
	if (ratios.every((found) => isNarrowEnough({ blockLogRatios: found, precision }))) return "precise";
	if (secondsLeft !== null && secondsLeft < blockSeconds) return "budget-spent";
	return done >= MOST_BLOCKS ? "most-blocks" : null;
}

/** Foresees how many blocks the precision needs, and plans as many of them as the budget pays for. */
function moreBlocks(
	{ ratios, precision, done, blockSeconds, secondsLeft }: Progress,
	iterations: number,
): NextBlock {
	const needed = Math.min(
		MOST_BLOCKS,
		Math.max(done + 1, ...ratios.map((found) => blocksNeeded({ blockLogRatios: found, precision }))),
	);
	const affordable =
		secondsLeft === null
			? needed
			: Math.min(needed, done + Math.max(1, Math.floor(secondsLeft / blockSeconds)));
	const more = affordable - done;
	const seconds = Math.ceil(more * blockSeconds);
	return {
		iterations,
		blocks: affordable,
		final: false,
		decision: { kind: "more", precision, needed, iterations, more, seconds },
	};
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
