/** A change compares a head with a base: what got faster, what got slower, and where. */
import type {
	BenchmarkResult,
	CellChange,
	Change,
	ChangeFile,
	ChangeReason,
	ComparisonFile,
	ScenarioResult,
	Unlikeness,
} from "../../shared/types.ts";
import { isMeasured } from "../cell/machines.ts";
import { comparisonHeader } from "../compare/comparison.ts";
import { stageChanges, stageOf } from "../compare/stages.ts";
import { COMPARED_METRICS, decidingMetricOf, type Metric, metricOf } from "../metrics.ts";
import { boundsOf, CONFIDENCE, type Estimate, geometricMean, withDrift } from "../stats/intervals.ts";
import { acrossOf } from "./across.ts";
import { sideDifferences } from "./differences.ts";
import { driftOf, isUnchanged, type MatchedTarget, type Terms } from "./drift.ts";
import { changeOf, rowOf } from "./rows.ts";
import { judgeTogether } from "./significance.ts";

export interface Side {
	/** The name that the reader uses: a folder, a file, a target. */
	name: string;
	/** One result per target. */
	results: readonly BenchmarkResult[];
}

export interface ChangeOptions {
	/** Ids of the targets that belong together. */
	pairs: readonly (readonly [base: string, head: string])[];
	/** True if both sides are of one run, and their processes took turns. */
	paired: boolean;
	/** Of every interval and verdict; 95 % by default. */
	confidence?: number;
	/** Targets of the base that have no pair in the head. */
	lostTargets?: ChangeFile["lost_targets"];
	/** Differences in machine or settings that the reader accepts. */
	unlike?: readonly Unlikeness[];
}

/**
 * Compares every cell and metric of the pairs.
 * @throws {RangeError} if a side lacks the result of a pair
 */
export function compareChange(
	base: Side,
	head: Side,
	{ pairs, paired, confidence = CONFIDENCE, unlike = [], lostTargets = [] }: ChangeOptions,
): ChangeFile {
	const matched = pairs.map(([one, other]) => ({ base: resultOf(base, one), head: resultOf(head, other) }));
	const terms = { matched: paired ? null : matched, confidence };
	const judged = matched.flatMap((match, pair) => cellsOf(match, pair, terms));
	return {
		schema_version: resultOf(base, pairs[0]?.[0] ?? "").schema_version,
		kind: "change",
		base: sideOf(base),
		head: sideOf(head),
		paired,
		confidence,
		unlike: [...unlike],
		pairs: matched.map((match) => ({
			base: targetOf(match.base),
			head: targetOf(match.head),
			unchanged: isUnchanged(match),
		})),
		differences: sideDifferences(matched),
		cells: judged.map(({ cell }) => cell),
		lost_targets: [...lostTargets],
		missing: matched.flatMap(missingOf),
		overall: matched.flatMap((_, pair) => overallOf(pair, judged, terms)),
		across: matched.flatMap((match, pair) => acrossOf(match, pair, terms)),
		gate: null,
	};
}

function resultOf({ name, results }: Side, id: string): BenchmarkResult {
	const found = results.find(({ target }) => target.id === id);
	if (!found) throw new RangeError(`${name} has no result of ${id}`);
	return found;
}

function targetOf(result: BenchmarkResult): ComparisonFile["targets"][number] {
	const [target] = comparisonHeader([result]).targets;
	if (!target) throw new RangeError("a result without a target");
	return target;
}

function sideOf({ name, results }: Side): ChangeFile["base"] {
	const { timestamp, profile, seed, machine, complete } = comparisonHeader(results);
	return { name, timestamp, profile, seed, machine, complete };
}

interface JudgedCell {
	cell: CellChange;
	/** The estimate of the deciding metric, without drift; null where there is none. */
	estimate: Estimate | null;
	floorLog: number;
}

/**
 * Compares all scenarios that both targets have.
 */
function cellsOf(match: MatchedTarget, pair: number, terms: Terms): JudgedCell[] {
	return Object.entries(match.base.scenarios).flatMap(([scenario, base]): JudgedCell[] => {
		const head = match.head.scenarios[scenario];
		if (!head) return [];
		const statusReasons = [...statusReason("base", base), ...statusReason("head", head)];
		const deciding = decidingMetricBetween(base, head);
		const reasons = statusReasons.length > 0 ? statusReasons : figureReasons(deciding, base, head);
		const found =
			statusReasons.length > 0
				? []
				: COMPARED_METRICS.flatMap(
						(metric) => rowOf(metric, base, head, terms, { scenario, target: match.base.target.id }) ?? [],
					);
		const judged = found.find(({ row }) => row.metric === deciding?.id);
		// One metric decides, and is judged alone. The others are many.
		const others = judgeTogether(
			found.flatMap(({ row }) => (row === judged?.row ? [] : [row])),
			terms.confidence,
		);
		const rows = found.map(({ row }) => others.find(({ metric }) => metric === row.metric) ?? row);
		const change: Change = reasons.length > 0 ? "not comparable" : (judged?.row.change ?? "not comparable");
		// The same stage covers different work in different runtimes.
		const joined = base.on_machines !== undefined || head.on_machines !== undefined;
		// Times of a stage on unlike machines have no common difference.
		const staged = reasons.length === 0 && match.base.runtime === match.head.runtime && !joined;
		const stages = staged ? stageChanges(base.samples, head.samples, terms.matched === null) : [];
		const cell: CellChange = {
			scenario,
			pair,
			change,
			deciding_metric: deciding?.id ?? null,
			rows,
			stages,
			reasons,
			stage: change === "faster" || change === "slower" ? stageOf(stages, change) : null,
		};
		return [{ cell, estimate: judged?.estimate ?? null, floorLog: Math.log1p(judged?.row.floor ?? 0) }];
	});
}

/** Returns the metric that decides the base; for a base without any figure, the one that decides the head. */
function decidingMetricBetween(base: ScenarioResult, head: ScenarioResult): Metric | null {
	const measuredIn = (cell: ScenarioResult) => (id: string) => isMeasured(metricOf(id), cell);
	return decidingMetricOf(base, measuredIn(base)) ?? decidingMetricOf(head, measuredIn(head));
}

function statusReason(side: "base" | "head", { status, reasons }: ScenarioResult): ChangeReason[] {
	return status === "comparable" ? [] : [{ kind: "status", side, status, reason: reasons[0] ?? null }];
}

function figureReasons(deciding: Metric | null, base: ScenarioResult, head: ScenarioResult): ChangeReason[] {
	if (deciding === null) return [{ kind: "no-common-figure" }];
	const sides = [
		["base", base],
		["head", head],
	] as const;
	return sides.flatMap(([side, cell]): ChangeReason[] =>
		!isMeasured(deciding, cell) ? [{ kind: "no-figure", side, metric: deciding.id }] : [],
	);
}

function missingOf({ base, head }: MatchedTarget): ChangeFile["missing"] {
	const scenariosOnlyIn = (one: BenchmarkResult, other: BenchmarkResult, side: "base" | "head") =>
		Object.keys(one.scenarios).flatMap((scenario) =>
			other.scenarios[scenario] ? [] : [{ scenario, target: one.target.id, side }],
		);
	return [...scenariosOnlyIn(base, head, "base"), ...scenariosOnlyIn(head, base, "head")];
}

/**
 * Averages over all scenarios of a pair that have a ratio. The drift moves them together, so it counts once.
 */
function overallOf(
	pair: number,
	judged: readonly JudgedCell[],
	{ matched, confidence }: Terms,
): ChangeFile["overall"] {
	const own = judged.filter(({ cell, estimate }) => cell.pair === pair && estimate !== null);
	const mean = geometricMean(
		own.flatMap(({ estimate }) => estimate ?? []),
		confidence,
	);
	if (!mean) return [];
	const drift = matched && driftOf(matched, "message_latency_p50_ms", { scenario: "", target: "" });
	const estimate = drift ? withDrift(mean, drift, confidence) : mean;
	const floorLog = Math.max(...own.map((one) => one.floorLog));
	return [
		{
			pair,
			scenarios: own.length,
			ratio: estimate.value,
			interval: boundsOf(estimate),
			change: changeOf(estimate, floorLog),
		},
	];
}
