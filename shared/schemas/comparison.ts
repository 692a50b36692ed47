/** The comparison of several results, scenario by scenario: the one object that every report is made from. */
import { z } from "zod";
import { cellDetail, finding } from "./detail.ts";
import { metricCategory, scaling } from "./inputs.ts";
import { stageName } from "./measurement.ts";
import { count, SCHEMA_VERSION } from "./primitives.ts";
import { reason } from "./reasons.ts";
import { benchmarkResult, cellStatus } from "./result.ts";
import { leftOutTarget } from "./run.ts";
import { estimate, steadiness } from "./sample.ts";

const perTarget = <T extends z.ZodType>(value: T) => z.record(z.string(), value);

/** 1 is the best; a target may hold any rank from `best` to `worst` as far as the intervals tell. */
export const rank = z.strictObject({ best: z.int().min(1), worst: z.int().min(1) });
export type Rank = z.infer<typeof rank>;

export const verdict = z.enum(["better", "worse", "tie", "undecided"]);
export type Verdict = z.infer<typeof verdict>;

/** Two targets in one metric: how many times worse `a` is than `b`, from pairs inside blocks. */
export const ratioPair = z.strictObject({
	a: z.string(),
	b: z.string(),
	ratio: z.number().positive(),
	/** 95 % interval; null with fewer than two blocks. */
	interval: z.strictObject({ low: z.number().positive(), high: z.number().positive() }).nullable(),
	blocks: count,
	/** The difference that a target shows from itself: a win has to clear it. 0.01 is 1 %. */
	floor: z.number().nonnegative(),
	/**
	 * The difference that these blocks would find with a probability of 90 %; null: unknown with fewer than
	 * two.
	 */
	minimum_detectable_effect: z.number().nonnegative().nullable(),
	/** Of `a` against `b`. */
	verdict,
});
export type RatioPair = z.infer<typeof ratioPair>;

/** Who leads. `winner` is null for a tie, and where nothing can be said. */
export const standing = z.strictObject({
	winner: z.string().nullable(),
	/** Targets that may be the best. One, without a winner: the others do not compete. */
	leaders: z.array(z.string()),
	ranks: perTarget(rank),
	pairs: z.array(ratioPair),
});
export type Standing = z.infer<typeof standing>;

/** How far a target differs from itself. */
export const cellNoise = z.strictObject({
	/** As a relative difference: 0.01 is 1 %. */
	floor: z.number().nonnegative(),
	floor_source: z.enum(["this run", "this and earlier runs", "earlier runs", "assumed"]),
	floor_blocks: count,
	/** The target against itself in this run; null without A/A. */
	aa: ratioPair.nullable(),
});
export type CellNoise = z.infer<typeof cellNoise>;

export const comparisonRow = z.strictObject({
	metric: z.string(),
	label: z.string(),
	/** The metric that this one is a part or a variant of, and stands below; null: of none. */
	parent: z.string().nullable(),
	section: z.enum(["main", "memory", "pipeline"]),
	unit: z.enum(["ms", "per_second", "mb", "kb", "count", "share", "factor"]),
	/** none: the figure explains, it does not compete, and has no ratios. */
	better: z.enum(["lower", "higher", "none"]),
	values: perTarget(z.number().nullable()),
	/** 95 % intervals of the values; null: too few processes for one. */
	intervals: perTarget(z.strictObject({ low: z.number(), high: z.number() }).nullable()),
	/** Of values that are null: why, where that is known. */
	absent: perTarget(z.enum(["not observable"])),
	/** How many times worse than the best comparable target; 1 is the best; null takes no part. */
	ratios: perTarget(z.number().nullable()),
	/** Null where targets do not compete. */
	standing: standing.nullable(),
});
export type ComparisonRow = z.infer<typeof comparisonRow>;

export const scenarioComparison = z.strictObject({
	id: z.string(),
	name: z.string(),
	question: z.string(),
	iterations: z.int(),
	warmup: z.int(),
	cells: perTarget(
		z.strictObject({
			status: cellStatus,
			reasons: z.array(reason),
			processes: count,
			/**
			 * Processes whose block was disturbed and counted all the same, because the repetitions were used
			 * up.
			 */
			disturbed: count,
			/** Disturbed blocks that were repeated. */
			repeated: count,
			/** How many processes were flat, warming, slowing, unsteady; too short ones are in none. */
			steadiness: z.partialRecord(steadiness, count),
			outliers: count,
			mad_outliers: count,
			detail: cellDetail,
		}),
	),
	/** The metric that decides the scenario; null when nothing was measured. */
	deciding_metric: z.string().nullable(),
	/** By target; of the deciding metric. */
	noise: perTarget(cellNoise),
	rows: z.array(comparisonRow),
});
export type ScenarioComparison = z.infer<typeof scenarioComparison>;

/** Who leads over a category: from the geometric mean of the ratios of its scenarios. */
export const categoryStanding = z.strictObject({
	category: metricCategory,
	/** What the mean goes over: scenarios in which every target of this standing is comparable. */
	cells: z.array(z.strictObject({ scenario: z.string(), metric: z.string() })),
	/** Scenarios of the category that are left out, because a target does other work there or none. */
	left_out: z.array(z.string()),
	standing,
});
export type CategoryStanding = z.infer<typeof categoryStanding>;

const growthShape = z.enum(["constant", "less than linear", "linear", "worse than linear", "undecided"]);
export const growthFit = z.strictObject({
	dimension: scaling.shape.series,
	target: z.string(),
	points: z.array(z.strictObject({ size: z.number(), value_ms: z.number(), processes: count })),
	/** Null with processes too few for an interval. */
	exponent: estimate.nullable(),
	shape: growthShape,
	/** What the metric is multiplied by when the size doubles. */
	per_doubling: estimate.nullable(),
	/** Exponents between neighbouring sizes, where the whole is no power law. */
	local: z.array(z.strictObject({ from: z.number(), to: z.number(), exponent: estimate })),
});
export type GrowthFit = z.infer<typeof growthFit>;
export const crossover = z.strictObject({
	dimension: scaling.shape.series,
	/** Better below, and better above the size. */
	below: z.string(),
	above: z.string(),
	size: z.number(),
	low: z.number(),
	high: z.number(),
	/** Whether the size lies among the measured ones. */
	within: z.boolean(),
});
export type Crossover = z.infer<typeof crossover>;

/** How often this run's own method calls a target different from itself. */
export const falseAlarms = z.strictObject({
	/** Targets measured against themselves, one a cell. */
	comparisons: count,
	/** Whose interval excludes 1. */
	outside_interval: count,
	/**
	 * Which the verdict called different: interval and floor, the floor from other data than the pair judged.
	 */
	verdicts: count,
});
export type FalseAlarms = z.infer<typeof falseAlarms>;

export const comparisonFile = z.strictObject({
	schema_version: z.literal(SCHEMA_VERSION),
	kind: z.literal("comparison"),
	timestamp: z.string(),
	profile: z.string(),
	seed: z.int(),
	model_delay_ms: z.number(),
	complete: z.boolean(),
	resumed: count,
	alternate: benchmarkResult.shape.alternate,
	machine: benchmarkResult.shape.machine,
	system: benchmarkResult.shape.system.omit({ runtime_version: true }),
	targets: z.array(
		z.strictObject({
			id: z.string(),
			label: z.string(),
			runtime: z.string(),
			versions: benchmarkResult.shape.versions,
			size: benchmarkResult.shape.size,
		}),
	),
	/** Asked for, and not measured: they could not be set up. */
	left_out: z.array(leftOutTarget),
	categories: z.array(categoryStanding),
	/**
	 * Where a message's time goes: the mean over the target's comparable observed scenarios of each stage's
	 * share; `message` is what no stage accounts for.
	 */
	pipelines: z.array(
		z.strictObject({
			target: z.string(),
			scenarios: count,
			shares: z.partialRecord(stageName, z.number().nonnegative()),
		}),
	),
	growth: z.array(growthFit),
	crossovers: z.array(crossover),
	findings: z.array(finding),
	/** Null without A/A. */
	false_alarms: falseAlarms.nullable(),
	scenarios: z.array(scenarioComparison),
});
export type ComparisonFile = z.infer<typeof comparisonFile>;
