/** A change file says what changed between a base and a head: two runs, or two targets of one run. */
import { z } from "zod";
import { comparisonFile, comparisonRow } from "./comparison.ts";
import { stageName } from "./measurement.ts";
import { count, SCHEMA_VERSION, userSchemaVersion } from "./primitives.ts";
import { reason } from "./reasons.ts";
import { cellStatus } from "./result.ts";

const interval = z.strictObject({ low: z.number(), high: z.number() });

/**
 * "faster" and "slower": the interval clears 1 and the floor. "no change": it holds 1 and rules out a
 * difference that matters. "undecided": anything else, such as an interval that excludes 1 and does not clear
 * the floor. "not comparable": one side did other work, or none.
 */
export const change = z.enum(["faster", "slower", "no change", "undecided", "not comparable"]);
export type Change = z.infer<typeof change>;

export const metricChange = z.strictObject({
	metric: z.string(),
	label: z.string(),
	unit: comparisonRow.shape.unit,
	better: z.enum(["lower", "higher"]),
	base: z.number().nullable(),
	head: z.number().nullable(),
	/**
	 * The head is this many times worse: 1.1 is 10 % slower (or more memory). Null where a side has no
	 * figure.
	 */
	ratio: z.number().positive().nullable(),
	interval: interval.nullable(),
	/**
	 * Head less base, of a metric whose values may be 0 or negative: it has no ratio. The interval is
	 * over blocks. A floor or a limit of 1 % is 1 % of `whole`. Null for metrics with a ratio, and where a
	 * side has too few processes with a value.
	 */
	difference: z
		.strictObject({
			value: z.number(),
			interval,
			/** The growth per message that adds the base's peak memory once more in 1,000 messages, in KB. */
			whole: z.number().positive(),
		})
		.nullable(),
	/** The target differs from itself by this much (0.01 is 1 %). A change must exceed it. */
	floor: z.number().nonnegative(),
	/**
	 * Between two runs, the machine moves a figure by this standard deviation from run to run. It is part of
	 * the interval. Null within one run.
	 */
	drift: z
		.strictObject({
			value: z.number().nonnegative(),
			/**
			 * "unchanged targets": those that are the same in both runs moved by so much. "assumed": too few
			 * of them are the same.
			 */
			source: z.enum(["unchanged targets", "assumed"]),
			cells: count,
		})
		.nullable(),
	change,
	/** The one-sided test of a head that is worse by no more than the floor; null without an interval. */
	test: z
		.strictObject({
			p_worse: z.number(),
			/** That of the logarithm of the ratio, or of the difference over `whole`. */
			standard_error: z.number().nonnegative(),
			degrees_of_freedom: z.number().positive(),
		})
		.nullable(),
});
export type MetricChange = z.infer<typeof metricChange>;

export const stageChange = z.strictObject({
	stage: stageName,
	base_self_ms: z.number(),
	head_self_ms: z.number(),
	/**
	 * Head less base, per message. The interval (99 %) is over processes; it is null with too few of them.
	 */
	difference_ms: z.number(),
	interval: interval.nullable(),
});
export type StageChange = z.infer<typeof stageChange>;

const sideName = z.enum(["base", "head"]);

/** The reason why a cell cannot be compared. */
export const changeReason = z.discriminatedUnion("kind", [
	/** That side is not comparable itself. */
	z.strictObject({
		kind: z.literal("status"),
		side: sideName,
		status: cellStatus,
		reason: reason.nullable(),
	}),
	/** That side gives no figure of the deciding metric, which the other side has. */
	z.strictObject({ kind: z.literal("no-figure"), side: sideName, metric: z.string() }),
	/** The two sides have no metric in common that decides the scenario. */
	z.strictObject({ kind: z.literal("no-common-figure") }),
]);
export type ChangeReason = z.infer<typeof changeReason>;

/** One respect in which two sides were measured unlike each other. */
export const unlikeness = z.discriminatedUnion("kind", [
	z.strictObject({
		kind: z.enum([
			"processor",
			"processor-count",
			"usable-processors",
			"processor-quota",
			"architecture",
			"operating-system",
			"memory-bytes",
			"model-delay-ms",
			"alternate",
		]),
		base: z.union([z.string(), z.number()]),
		head: z.union([z.string(), z.number()]),
	}),
	/** These scenarios have one id and two definitions. */
	z.strictObject({ kind: z.literal("definitions"), scenarios: z.array(z.string()) }),
	z.strictObject({
		kind: z.literal("schema-version"),
		file: z.string(),
		found: z.number(),
		wanted: z.number(),
	}),
]);
export type Unlikeness = z.infer<typeof unlikeness>;

/** Something beside the framework's version that is another in the head. It may explain a change too. */
export const sideDifference = z.strictObject({
	/**
	 * "lock-file" and "harness" are digests. "kernel" is that of the machine's operating system, "agent" a
	 * user's own.
	 */
	kind: z.enum([
		"engine",
		"language",
		"build",
		"database",
		"database-server",
		"lock-file",
		"harness",
		"kernel",
		"agent",
	]),
	base: z.string(),
	head: z.string(),
	/** Indexes into `pairs`. */
	pairs: z.array(count).min(1),
});
export type SideDifference = z.infer<typeof sideDifference>;

export const cellChange = z.strictObject({
	scenario: z.string(),
	/** Index into `pairs`. */
	pair: count,
	/** The change in the deciding metric. */
	change,
	/** The reasons why the cell is not comparable; else empty. */
	reasons: z.array(changeReason),
	deciding_metric: z.string().nullable(),
	rows: z.array(metricChange),
	/** Largest difference first; empty without observed iterations on both sides. */
	stages: z.array(stageChange),
	/**
	 * The stage that significantly moved furthest in the same direction; null where nothing changed, or where
	 * no stage stands out of its noise.
	 */
	stage: stageName.nullable(),
});
export type CellChange = z.infer<typeof cellChange>;

export const gateRule = z.strictObject({
	/**
	 * A scenario id and a metric id. `*` stands for each scenario, or for the deciding metric. `all` stands
	 * for the figure over all scenarios.
	 */
	scenario: z.string(),
	metric: z.string(),
	/** 0.05 fails a figure that is slower by 5 % or more, beyond the noise. */
	slower: z.number().nonnegative(),
});
export type GateRule = z.infer<typeof gateRule>;

/** The file of `--thresholds`. The last rule that fits a cell counts. */
export const thresholdFile = z.strictObject({
	schemaVersion: userSchemaVersion,
	rules: z.array(gateRule).min(1),
});

export const regression = z.strictObject({
	/** A scenario id; `all` for a figure over all scenarios. */
	scenario: z.string(),
	pair: count,
	metric: z.string(),
	limit: z.number(),
	/** Null where the head does not do the work any more, or gives no figure. */
	ratio: z.number().positive().nullable(),
	interval: interval.nullable(),
	difference: metricChange.shape.difference,
	stage: stageName.nullable(),
	/**
	 * "worse": by at least the limit. "lost-cell": the head does not do the work any more. "lost-figure": it
	 * gives no figure of the metric.
	 */
	kind: z.enum(["worse", "lost-cell", "lost-figure", "lost-scenario", "lost-target"]),
	/** Only a lost cell has a status and a reason. */
	status: cellStatus.nullable(),
	reason: reason.nullable(),
	/** The label of a lost target; its scenario is `*`. */
	target: z.string().nullable(),
});
export type Regression = z.infer<typeof regression>;

const side = comparisonFile
	.pick({ timestamp: true, profile: true, seed: true, machine: true, complete: true })
	.extend({ name: z.string() });

export const changeFile = z.strictObject({
	schema_version: z.literal(SCHEMA_VERSION),
	kind: z.literal("change"),
	base: side,
	head: side,
	/**
	 * True for two targets of one run whose processes took turns; false for two runs, one after the other.
	 */
	paired: z.boolean(),
	/** Of the intervals of ratios and differences, and of the verdicts on them: 0.95, or 0.99 in `ab`. */
	confidence: z.number(),
	/** Differences that the reader accepted with --allow-unlike. Every report shows them. */
	unlike: z.array(unlikeness),
	pairs: z.array(
		z.strictObject({
			base: comparisonFile.shape.targets.element,
			head: comparisonFile.shape.targets.element,
			unchanged: z.boolean(),
		}),
	),
	/** What else differs between the two sides, whether the framework changed or not. */
	differences: z.array(sideDifference),
	cells: z.array(cellChange),
	/** Targets of the base that the head has not, in a comparison of all targets. */
	lost_targets: z.array(z.strictObject({ id: z.string(), label: z.string() })),
	/** Cells that only one side has. */
	missing: z.array(
		z.strictObject({ scenario: z.string(), target: z.string(), side: z.enum(["base", "head"]) }),
	),
	/** The geometric mean of the deciding ratios over the scenarios of each pair. */
	overall: z.array(
		z.strictObject({
			pair: count,
			scenarios: count,
			ratio: z.number().positive(),
			interval: interval.nullable(),
			change,
		}),
	),
	/**
	 * Figures over all scenarios that both sides of a pair do: start-up, which every process shows, and
	 * memory growth, for which one scenario has too few messages.
	 */
	across: z.array(z.strictObject({ pair: count, scenarios: count, row: metricChange })),
	/** Null where no gate was asked for. */
	gate: z
		.strictObject({
			rules: z.array(gateRule),
			judged: count,
			/** A gate of two identical builds fails at most this often, however many figures it judges. */
			false_alarm_rate: z.number(),
			/**
			 * Differences that the gate finds in four of five cases, over the judged figures that are ratios;
			 * null without any.
			 */
			detectable: z.strictObject({ median: z.number(), largest: z.number() }).nullable(),
			/** The same for judged growth per message, in KB: the median; null without any. */
			detectable_growth_kb: z.number().nullable(),
			regressions: z.array(regression),
		})
		.nullable(),
});
export type ChangeFile = z.infer<typeof changeFile>;
