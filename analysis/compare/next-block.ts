/**
 * This file decides whether a scenario needs another block, and how long its processes should be, from the
 * variances and costs that its blocks have shown so far.
 */
import type { RunSettings, Scenario } from "../../shared/types.ts";
import { NS_PER_S } from "../../shared/units.ts";
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

/** Why a scenario continues or ends. The precision is the relative half-width that was asked for. */
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

/** Decides how many blocks a scenario takes and how many iterations the next ones have. */
export function nextBlock({ scenario, settings, evidence, secondsLeft }: BlockInput): NextBlock {
	const pilot = pilotOf(scenario, settings);
	const own = { iterations: scenario.iterations, decision: null };
	const { precision } = settings;
	if (precision === null) return { ...own, blocks: pilot, final: true };
	const cells = evidence.map((cell) => samplesOf(cell, settings.alternate));
	const counted = evidence.flatMap(({ processes }) =>
		processes.flatMap(({ record }) => (record.superseded ? [] : [record.block])),
	);
	const done = new Set(counted).size;
	if (done < pilot) return { ...own, blocks: pilot, final: false };
	const metric =
		decidingMetricOf(scenario, (id) =>
			cells.some((samples) => samples.some(({ series, values }) => id in series || id in values)),
		)?.id ?? null;
	const pairs = metric === null ? [] : pairsOf(cells);
	const ratios = pairs
		.map(([a, x]) => blockLogRatios(a, x, metric ?? ""))
		.filter((found) => found.length >= 2);
	if (metric === null || ratios.length === 0) return { ...own, blocks: done, final: true };
	const costs = costsOf(evidence, scenario);
	const components = pairs.map(([a, x]) =>
		varianceComponents(pilotBlocks(iterationLogRatios(a, x, metric), pilot)),
	);
	const bounds = {
		least: Math.min(2, scenario.iterations),
		most: MOST_ITERATIONS_FACTOR * scenario.iterations,
	};
	const iterations =
		scenario.kind === "startup"
			? scenario.iterations
			: Math.max(
					...components.map((parts) => iterationsPerProcess({ components: parts, ...costs, ...bounds })),
				);
	const blockSeconds = costs.processes * (costs.processSeconds + iterations * costs.iterationSeconds);
	if (ratios.every((found) => isNarrowEnough({ blockLogRatios: found, precision })))
		return {
			iterations,
			blocks: done,
			final: true,
			decision: { kind: "precise", precision, blocks: done },
		};
	if (secondsLeft !== null && secondsLeft < blockSeconds)
		return {
			iterations,
			blocks: done,
			final: true,
			decision: { kind: "budget-spent", precision, blocks: done },
		};
	if (done >= MOST_BLOCKS)
		return {
			iterations,
			blocks: done,
			final: true,
			decision: { kind: "most-blocks", precision, blocks: done },
		};
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

function pilotBlocks(blocks: number[][], pilot: number): number[][] {
	return blocks.slice(0, pilot);
}

function costsOf(evidence: readonly CellEvidence[], { iterations }: Scenario) {
	const records = evidence.flatMap(({ processes }) => processes.map(({ record }) => record));
	const setups = records.flatMap(({ setupNs }) => (setupNs === null ? [] : [setupNs / NS_PER_S]));
	const turns = evidence.flatMap(({ processes }) =>
		processes.flatMap(({ record: { turnsNs }, measurement }) => {
			const done =
				measurement?.cells[0]?.iterations.filter(({ phase }) => phase === "plain").length ?? iterations;
			return turnsNs === null || done === 0 ? [] : [turnsNs / NS_PER_S / done];
		}),
	);
	const blocks = Math.max(1, new Set(records.map(({ block }) => block)).size);
	return {
		processes: records.length / blocks,
		processSeconds: setups.length > 0 ? mean(setups) : 1,
		iterationSeconds: turns.length > 0 ? mean(turns) : 0.01,
	};
}
