/** The comparison of several results, scenario by scenario: the one object that every report is made from. */
import { z } from "zod";
import { SCHEMA_VERSION } from "./primitives.ts";
import { benchmarkResult, cellStatus } from "./result.ts";

const perTarget = <T extends z.ZodType>(value: T) => z.record(z.string(), value);

export const comparisonRow = z.strictObject({
	metric: z.string(),
	label: z.string(),
	section: z.enum(["main", "memory", "pipeline"]),
	unit: z.enum(["ms", "per_second", "mb", "kb", "count", "share", "factor"]),
	/** none: the figure explains, it does not compete, and has no ratios. */
	better: z.enum(["lower", "higher", "none"]),
	values: perTarget(z.number().nullable()),
	/** Of values that are null: why, where that is known. */
	absent: perTarget(z.enum(["not observable"])),
	/** How many times worse than the best comparable target; 1 is the best; null takes no part. */
	ratios: perTarget(z.number().nullable()),
});
export type ComparisonRow = z.infer<typeof comparisonRow>;

export const scenarioComparison = z.strictObject({
	id: z.string(),
	name: z.string(),
	question: z.string(),
	iterations: z.int(),
	warmup: z.int(),
	cells: perTarget(z.strictObject({ status: cellStatus, reasons: z.array(z.string()) })),
	rows: z.array(comparisonRow),
});
export type ScenarioComparison = z.infer<typeof scenarioComparison>;

export const comparisonFile = z.strictObject({
	schemaVersion: z.literal(SCHEMA_VERSION),
	kind: z.literal("comparison"),
	timestamp: z.string(),
	profile: z.string(),
	seed: z.int(),
	model_delay_ms: z.number(),
	complete: z.boolean(),
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
	scenarios: z.array(scenarioComparison),
});
export type ComparisonFile = z.infer<typeof comparisonFile>;
