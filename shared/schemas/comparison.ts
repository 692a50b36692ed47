/** The comparison of several results, scenario by scenario. Every report is made from this one object. */
import { z } from "zod";
import { calibration } from "./calibration.ts";
import { cellDetail, finding } from "./detail.ts";
import { metricCategory, scaling } from "./inputs.ts";
import { stageName } from "./measurement.ts";
import { count, SCHEMA_VERSION } from "./primitives.ts";
import { reason } from "./reasons.ts";
import {
	benchmarkResult,
	cellStatus,
	databaseServerInResult,
	machineInResult,
	mergedInResult,
} from "./result.ts";
import { leftOutTarget } from "./run.ts";
import { estimate, steadiness } from "./sample.ts";

const perTarget = <T extends z.ZodType>(value: T) => z.record(z.string(), value);

/** 1 is the best rank. As far as the intervals tell, a target may hold any rank from `best` to `worst`. */
export const rank = z.strictObject({ best: z.int().min(1), worst: z.int().min(1) });

export const verdict = z.enum(["better", "worse", "tie", "undecided"]);
export type Verdict = z.infer<typeof verdict>;

const pairInterval = z.strictObject({ low: z.number().positive(), high: z.number().positive() }).nullable();

/** How a ratio differs between unlike machines. */
export const ratioOverMachines = z.strictObject({
	machines: z
		.array(
			z.strictObject({
				/** A place in the comparison's `machines`. */
				machine: count,
				ratio: z.number().positive(),
				/** Over the blocks of this machine; null with fewer than two. */
				interval: pairInterval,
				blocks: count,
				floor: z.number().nonnegative(),
				verdict,
			}),
		)
		.min(2),
	/**
	 * The standard deviation of the ratio between machines (0.03 is 3 %); 0: no more than noise explains.
	 * Null where nothing tells the noise.
	 */
	between: z.number().nonnegative().nullable(),
	/** Whether machines differ beyond their noise; null with fewer than two machines of two blocks each. */
	heterogeneity: z
		.strictObject({
			/** Cochran's. */
			q: z.number().nonnegative(),
			degrees_of_freedom: count,
			/** The share of the variance that noise does not explain. */
			i2: z.number().min(0).max(1),
			/** By Welch's test. */
			p: z.number().min(0).max(1),
		})
		.nullable(),
});
export type RatioOverMachines = z.infer<typeof ratioOverMachines>;

/** Two targets in one metric: `a` is `ratio` times worse than `b`, by pairs inside blocks. */
export const ratioPair = z.strictObject({
	a: z.string(),
	b: z.string(),
	ratio: z.number().positive(),
	/** The 95 % interval; null with fewer than two blocks. */
	interval: pairInterval,
	blocks: count,
	/** Its parts on unlike machines. The interval is then over machines. Absent: one machine. */
	over_machines: ratioOverMachines.optional(),
	/** A target differs from itself by this much (0.01 is 1 %). A win must exceed it. */
	floor: z.number().nonnegative(),
	/**
	 * These blocks would find a difference of this size with a probability of 90 %. Null where it is unknown,
	 * with fewer than two blocks.
	 */
	minimum_detectable_effect: z.number().nonnegative().nullable(),
	/** The verdict on `a` against `b`. */
	verdict,
});
export type RatioPair = z.infer<typeof ratioPair>;

/** A standing says who leads. `winner` is null for a tie, and where nothing can be said. */
export const standing = z.strictObject({
	winner: z.string().nullable(),
	/** Any of these targets may be the best. If there is one without a winner, the others do not compete. */
	leaders: z.array(z.string()),
	ranks: perTarget(rank),
	pairs: z.array(ratioPair),
});
export type Standing = z.infer<typeof standing>;

/** The noise of a cell says how far a target differs from itself. */
export const cellNoise = z.strictObject({
	/**
	 * A relative difference: 0.01 is 1 %. 0: no difference was seen beyond the noise. Null: the target was
	 * not measured against itself.
	 */
	floor: z.number().nonnegative().nullable(),
	floor_source: z.enum(["this run", "this and earlier runs", "earlier runs", "not measured"]),
	floor_blocks: count,
	/** The target against itself in this run; null without A/A. */
	aa: ratioPair.nullable(),
});
export type CellNoise = z.infer<typeof cellNoise>;

export const comparisonRow = z.strictObject({
	metric: z.string(),
	label: z.string(),
	/** The metric stands below its parent in tables, as a part or a variant of it. Null without a parent. */
	parent: z.string().nullable(),
	section: z.enum(["main", "memory", "pipeline"]),
	unit: z.enum(["ms", "per_second", "mb", "kb", "count", "share", "factor"]),
	/** "none" means that the figure explains: it does not compete and has no ratios. */
	better: z.enum(["lower", "higher", "none"]),
	values: perTarget(z.number().nullable()),
	/** The 95 % intervals of the values; null with too few processes for one. */
	intervals: perTarget(z.strictObject({ low: z.number(), high: z.number() }).nullable()),
	/** The reason of a null value, where it is known, or of the zero of a stage that never ran. */
	absent: perTarget(z.enum(["not observable", "not called"])),
	/** The target is this many times worse than the best comparable one, which has 1. Null takes no part. */
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
			/** Processes whose disturbed block was repeated. */
			repeated: count,
			/**
			 * The number of processes that were flat, warming, slowing or unsteady. Processes too short to
			 * judge are in none.
			 */
			steadiness: z.partialRecord(steadiness, count),
			outliers: count,
			mad_outliers: count,
			detail: cellDetail,
		}),
	),
	/** The metric that decides the scenario; null if nothing was measured. */
	deciding_metric: z.string().nullable(),
	/** The noise of the deciding metric, by target. */
	noise: perTarget(cellNoise),
	rows: z.array(comparisonRow),
});
export type ScenarioComparison = z.infer<typeof scenarioComparison>;

/** This says who leads over a category, from the geometric mean of the ratios of its scenarios. */
export const categoryStanding = z.strictObject({
	category: metricCategory,
	/** The mean goes over these scenarios, in which every target of this standing is comparable. */
	cells: z.array(z.strictObject({ scenario: z.string(), metric: z.string() })),
	/** Scenarios of the category that are left out, because a target does other work there or none. */
	left_out: z.array(z.string()),
	/**
	 * level: the ratios of figures. growth: how many times more one grows than the other, over each
	 * dimension.
	 */
	measure: z.enum(["level", "growth"]),
	/** For a growth, the targets that may be the fastest at the largest size of each dimension. */
	at_largest: z.array(
		z.strictObject({
			dimension: scaling.shape.series,
			size: z.number(),
			scenario: z.string(),
			leaders: z.array(z.string()),
		}),
	),
	standing,
});
export type CategoryStanding = z.infer<typeof categoryStanding>;

/**
 * constant: no growth was found. linear: a base and one cost per unit. bend: two costs, below and above a
 * measured size. superlinear: the cost per unit itself grows. undecided: too few sizes to claim a shape.
 */
export const growthShape = z.enum(["constant", "linear", "bend", "superlinear", "undecided"]);
export type GrowthShape = z.infer<typeof growthShape>;
export const growthFit = z.strictObject({
	dimension: scaling.shape.series,
	target: z.string(),
	points: z.array(
		z.strictObject({
			size: z.number(),
			value_ms: z.number(),
			/** Over processes; null with too few of them. */
			interval: z.strictObject({ low: z.number(), high: z.number() }).nullable(),
			processes: count,
			/**
			 * The messages of a process before it is timed. Points that are not equally warm are not alike.
			 * Null where a result does not tell.
			 */
			warmup_messages: count.nullable(),
		}),
	),
	shape: growthShape,
	/** At size 0, of a constant at every size; null where no line describes the points. */
	base_ms: estimate.nullable(),
	/**
	 * What one more unit costs: one row of a line (of a constant with an interval that holds 0), two of a
	 * bend, else one between each two neighbouring sizes. Empty with too few processes for an interval.
	 */
	costs: z.array(z.strictObject({ from: z.number(), to: z.number(), per_unit_ms: estimate })),
	/** How many times more the largest size takes than the smallest; null with too few processes. */
	factor: estimate.nullable(),
});
export type GrowthFit = z.infer<typeof growthFit>;
export const crossover = z.strictObject({
	dimension: scaling.shape.series,
	/** The first of the two is better below the size, the second above it. */
	below: z.string(),
	above: z.string(),
	size: z.number(),
	low: z.number(),
	high: z.number(),
	/** The nearest measured sizes at which the two differ significantly. */
	between: z.strictObject({ from: z.number(), to: z.number() }),
});
export type Crossover = z.infer<typeof crossover>;

export const databaseName = z.enum(["in-memory", "postgres", "pglite"]);
export type DatabaseName = z.infer<typeof databaseName>;

/** A target and its twin on another database in one scenario. Figures of a message are per message. */
export const databaseScenario = z.strictObject({
	scenario: z.string(),
	/** The median time of a message; where none is sent, the scenario's deciding metric. */
	metric: z.string(),
	value: z.number(),
	twin_value: z.number(),
	status: cellStatus,
	twin_status: cellStatus,
	/**
	 * The target is so many times worse than its twin, from pairs inside blocks. Null where one of them is
	 * not comparable, or where no block has both.
	 */
	ratio: ratioPair.pick({ ratio: true, interval: true, verdict: true }).nullable(),
	/**
	 * The stage whose self time significantly differs most in the direction of the ratio, and its part of
	 * the sum of all differences. Null without a difference, and where no stage stands out of its noise.
	 */
	stage: z.strictObject({ stage: stageName, difference_ms: z.number(), share: z.number() }).nullable(),
	/** Null where they were not counted or cannot be read. */
	statements: z.number().nonnegative().nullable(),
	rows: z.number().nonnegative().nullable(),
	server_cpu_ms: z.number().nonnegative().nullable(),
	/** Of the process itself. */
	cpu_ms: z.number().nonnegative().nullable(),
	twin_cpu_ms: z.number().nonnegative().nullable(),
});
export type DatabaseScenario = z.infer<typeof databaseScenario>;

/** A target on a real database, beside the same framework on another one: in memory, if the run has that. */
export const databasePair = z.strictObject({
	target: z.string(),
	database: databaseName,
	twin: z.string(),
	twin_database: databaseName,
	/** All scenarios in which both have a figure. */
	scenarios: z.array(databaseScenario).min(1),
});
export type DatabasePair = z.infer<typeof databasePair>;

/** This says how often this run's own method calls a target different from itself. */
export const falseAlarms = z.strictObject({
	/** Targets measured against themselves, one a cell. */
	comparisons: count,
	/** Comparisons whose interval excludes 1. */
	outside_interval: count,
	/**
	 * Comparisons that the verdict called different, by interval and floor. The floor comes from other data
	 * than the pair judged.
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
	/**
	 * Unlike machines of a merged run, each with the scenarios that were measured there: with rows of its own
	 * where another machine measured the scenario too. Times of unlike machines have no mean. Absent: one
	 * machine.
	 */
	machines: z
		.array(
			z.strictObject({
				machine: machineInResult,
				/** The shards that were measured there. */
				shards: z.array(count),
				/** Blocks of all scenarios. */
				blocks: count,
				scenarios: z.array(z.strictObject({ id: z.string(), rows: z.array(comparisonRow) })),
			}),
		)
		.min(2)
		.optional(),
	/** The shards that the run was merged from. Absent: it was measured as it is. */
	merged: mergedInResult.optional(),
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
	/** Absent: no target needs one. */
	database_server: databaseServerInResult.optional(),
	/** These targets were asked for and not measured, because they could not be set up. */
	left_out: z.array(leftOutTarget),
	categories: z.array(categoryStanding),
	/**
	 * The share of a message's time that each stage takes: the mean over the target's comparable observed
	 * scenarios. `message` is the unattributed part. A stage that is in neither `shares` nor `not_observable`
	 * was never called.
	 */
	pipelines: z.array(
		z.strictObject({
			target: z.string(),
			scenarios: count,
			shares: z.partialRecord(stageName, z.number().nonnegative()),
			/** None of these scenarios could time these stages. Their time is in the stages around them. */
			not_observable: z.array(stageName),
			/**
			 * What observing adds to a message, as a share: the geometric mean over the scenarios, with the
			 * 95 % interval over them. Null without pairs.
			 */
			observer_cost: z
				.strictObject({
					value: z.number(),
					interval: z.strictObject({ low: z.number(), high: z.number() }).nullable(),
				})
				.nullable(),
		}),
	),
	growth: z.array(growthFit),
	crossovers: z.array(crossover),
	/** Absent: no target is on a real database beside its twin on another one. */
	databases: z.array(databasePair).min(1).optional(),
	/** Absent: the run has no calibration with figures. */
	calibration: calibration.optional(),
	findings: z.array(finding),
	/** Null without A/A. */
	false_alarms: falseAlarms.nullable(),
	/**
	 * The smallest differences that the deciding ratios would have found 9 times in 10: their median,
	 * and the largest with its scenario. Null where no ratio has two blocks.
	 */
	sharpness: z
		.strictObject({
			ratios: count,
			median: z.number().nonnegative(),
			largest: z.number().nonnegative(),
			scenario: z.string(),
		})
		.nullable(),
	scenarios: z.array(scenarioComparison),
});
export type ComparisonFile = z.infer<typeof comparisonFile>;
