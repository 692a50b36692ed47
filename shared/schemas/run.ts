/** `run.json`: what the orchestrator did. One record per process, so that every figure can be traced to the process it came from. */
import { z } from "zod";
import { scenario, target, targetSize } from "./inputs.ts";
import { failure, measurementFile } from "./measurement.ts";
import { bytes, count, ns, SCHEMA_VERSION } from "./primitives.ts";

export const machine = z.strictObject({
	os: z.string(),
	kernel: z.string(),
	arch: z.string(),
	cpuModel: z.string(),
	cpus: count,
	memoryBytes: bytes,
});
export type Machine = z.infer<typeof machine>;

export const processRecord = z.strictObject({
	scenario: z.string(),
	target: z.string(),
	role: z.enum(["verify", "measure"]),
	/** From 0; every block has one fresh process per target. */
	block: count,
	/** 1, or 2 for the one retry. */
	attempt: count,
	/** From the spawn to the harness's `ready`, on the orchestrator's clock. */
	spawnToReadyNs: ns.nullable(),
	/** Measurement file and log, relative to the run's folder. */
	file: z.string().nullable(),
	log: z.string(),
	exitCode: z.int().nullable(),
	signal: z.string().nullable(),
	/** The framework's own error: the cell is unsupported. */
	failure: failure.nullable(),
	/** What went wrong with the process itself: a crash, a time-out, garbage. Its figures do not count. */
	problem: z.string().nullable(),
});
export type ProcessRecord = z.infer<typeof processRecord>;

export const runFile = z.strictObject({
	schemaVersion: z.literal(SCHEMA_VERSION),
	kind: z.literal("run"),
	startedAt: z.string(),
	finishedAt: z.string().nullable(),
	status: z.enum(["running", "complete", "interrupted"]),
	profile: z.string(),
	seed: count,
	modelDelayMs: z.number().nonnegative(),
	machine,
	targets: z.array(target.extend({ versions: measurementFile.shape.versions.nullable(), size: targetSize.nullable() })).min(1),
	/** The definitions as they were run: iterations, warm-up and time boxes after profile and flags. */
	scenarios: z.array(scenario).min(1),
	/** Observed iterations per process, by scenario; each has a control beside it. */
	observe: z.record(z.string(), count),
	processes: z.array(processRecord),
	/** The order in which live workers took their turns. */
	turns: z.array(z.strictObject({ scenario: z.string(), block: count, order: z.array(z.string()) })),
});
export type RunFile = z.infer<typeof runFile>;
