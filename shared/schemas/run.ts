/**
 * `run.json` says what the orchestrator did. It has one record per process, so that every figure can be
 * traced to the process it came from.
 */
import { z } from "zod";
import { databaseServer, databaseTraffic } from "./database.ts";
import { scenario, target, targetSize } from "./inputs.ts";
import { failure, measurementFile } from "./measurement.ts";
import { monitorRecord } from "./monitor.ts";
import { bytes, count, identifier, ns, SCHEMA_VERSION } from "./primitives.ts";

export const machine = z.strictObject({
	os: z.string(),
	kernel: z.string(),
	arch: z.string(),
	cpuModel: z.string(),
	cpus: count,
	/** The processors that affinity and cpusets leave to the run. Absent: an earlier version did not look. */
	usableCpus: count.optional(),
	/**
	 * The processors' worth of time that the tightest cgroup quota allows; null: no quota is known. Absent:
	 * an earlier version did not look.
	 */
	cpuQuota: z.number().positive().nullable().optional(),
	memoryBytes: bytes,
});
export type Machine = z.infer<typeof machine>;

/** One respect in which two machines differ so that a figure may. */
export interface MachineDifference {
	kind:
		| "processor"
		| "processor-count"
		| "usable-processors"
		| "processor-quota"
		| "architecture"
		| "operating-system"
		| "kernel"
		| "memory-bytes";
	one: string | number;
	other: string | number;
}

/** A plan of more shards is no plan. */
export const MOST_SHARDS = 10_000;
const shardNumber = z.int().min(1).max(MOST_SHARDS);

/**
 * "scenarios": a shard has whole scenarios. "blocks": it has all scenarios, and every so many-th block of
 * them. "versions": it has all scenarios and a group of the targets; one target is in all groups.
 */
export const shardWay = z.enum(["scenarios", "blocks", "versions"]);
export type ShardWay = z.infer<typeof shardWay>;

/** The share of a run that one machine measures. */
export const shard = z.strictObject({
	/** From 1. */
	index: shardNumber,
	of: shardNumber,
	by: shardWay,
	/** Digests of the whole plan by what they are made of. All shards of a run have the same. */
	plan: z.record(z.string(), z.string()),
	/** The ids of all scenarios of the plan, and of all targets, in their order. */
	scenarios: z.array(identifier).min(1),
	targets: z.array(identifier).min(1),
	/** The seed of the plan. The shard's own may differ, so that draws do not repeat. */
	seed: count,
});
export type Shard = z.infer<typeof shard>;

/** A shard of a merged run, and what it took. */
export const mergedShard = z.strictObject({
	index: shardNumber,
	/**
	 * The id of the shard's own run, so that whoever lists many runs does not count it once more. Absent: an
	 * earlier version did not say.
	 */
	id: z.string().optional(),
	/** Its machine, as a place in the run's `machines`; 0 where there are none. */
	machine: count,
	startedAt: z.string(),
	elapsedSeconds: z.number().nonnegative(),
});

/** What a merged run is made from. */
export const merged = z.strictObject({
	of: shardNumber,
	by: shardWay,
	shards: z.array(mergedShard).min(1),
	/** The shards that it lacks. */
	missing: z.array(shardNumber),
});
export type Merged = z.infer<typeof merged>;

/** A path lies below the run's folder, and nowhere else. */
const measurementPath = z
	.string()
	.regex(/^measurements\/[a-z0-9-]+\/[a-z0-9.-]+\.json$/, "must lie in the run's folder");
const logPath = z.string().regex(/^logs\/[a-z0-9-]+\/[a-z0-9.-]+\.log$/, "must lie in the run's folder");

export const processRecord = z.strictObject({
	scenario: identifier,
	target: identifier,
	/** "aa": a second process of the target in the same block, to measure it against itself. */
	role: z.enum(["verify", "measure", "aa"]),
	/** Blocks count from 0. Every block has one fresh process per target. */
	block: count,
	/** 1, or 2 for the one retry. */
	attempt: count,
	/**
	 * The bytes by which its environment was made longer, drawn from the seed and its place in the run.
	 * Absent: an earlier version did not.
	 */
	paddingBytes: count.optional(),
	/** The time from the spawn to the harness's `ready`, on the orchestrator's clock. */
	spawnToReadyNs: ns.nullable(),
	/**
	 * The time from the spawn to the end of the warm-up, and that of all plain turns together, on the
	 * orchestrator's clock. A block costs their sum.
	 */
	setupNs: ns.nullable(),
	turnsNs: ns.nullable(),
	/** Measurement file and log, relative to the run's folder. */
	file: measurementPath.nullable(),
	log: logPath,
	exitCode: z.int().nullable(),
	signal: z.string().nullable(),
	/** The framework's own error. The cell is unsupported. */
	failure: failure.nullable(),
	/** A fault of the process itself: a crash, a time-out, garbage. Its figures do not count. */
	problem: z.string().nullable(),
	/** The activity of the machine meanwhile; null for processes that are not timed. */
	monitor: monitorRecord.nullable(),
	/**
	 * What the framework sent to its database server and got back while it was verified. Absent: it was not
	 * verified, or its database is no server.
	 */
	databaseTraffic: databaseTraffic.optional(),
	/**
	 * The most memory that the server's processes for its database had in the warm-up, while an agent lived,
	 * each page that several processes share divided among them; null where it was not seen: there was no
	 * warm-up, or it cannot be read. Absent: its database is no server, or nothing was timed.
	 */
	databaseServerBytes: bytes.nullable().optional(),
	/** Its machine, as a place in the run's `machines`. Absent: the first, or the run has one machine. */
	machine: count.optional(),
	/** True if its block was disturbed and has been repeated. Its figures do not count. */
	superseded: z.boolean(),
	/** True if the run was stopped in the middle of its block. A resumed run measures the block again. */
	cut: z.boolean(),
});
export type ProcessRecord = z.infer<typeof processRecord>;

export const runSettings = z.strictObject({
	/** Blocks of every scenario; with a precision, the least of them. */
	blocks: z.int().min(1),
	/**
	 * A scenario is done when the intervals of its deciding ratios have this relative half-width. Null: it is
	 * done after `blocks`.
	 */
	precision: z.number().positive().nullable(),
	/** The budget of the whole run; null without a limit. */
	budgetSeconds: z.number().positive().nullable(),
	/** True if every target is measured against itself too. */
	aa: z.boolean(),
	/** Live workers take turns by iterations or by messages. */
	alternate: z.enum(["iterations", "messages"]),
	/**
	 * The blocks of a shard: their numbers begin with `first` and go up by `step`, below the number of
	 * blocks. Absent: it has all.
	 */
	blockNumbers: z.strictObject({ first: count, step: z.int().min(1) }).optional(),
	/** True if the user named the iterations of a process. Absent: variances and costs choose them. */
	fixedIterations: z.literal(true).optional(),
	/** True if every block has its observed iterations. Absent: they are spread over the pilot. */
	observeEveryBlock: z.literal(true).optional(),
	timeoutMs: count,
	verifyOnly: z.boolean(),
});
export type RunSettings = z.infer<typeof runSettings>;

/** A target that was asked for and could not be set up. */
export const leftOutTarget = z.strictObject({
	id: identifier,
	label: z.string(),
	/** The package manager's own words. */
	reason: z.string(),
});
export type LeftOutTarget = z.infer<typeof leftOutTarget>;

/** The name of a runtime's harness among the digests of `fingerprint`. */
export const harnessEntry = (runtime: string): string => `the ${runtime} harness`;

export const runFile = z.strictObject({
	schemaVersion: z.literal(SCHEMA_VERSION),
	kind: z.literal("run"),
	startedAt: z.string(),
	finishedAt: z.string().nullable(),
	status: z.enum(["running", "complete", "interrupted"]),
	profile: z.string(),
	/** The command that begins the run again, argument by argument, without its choice of scenarios. */
	command: z.array(z.string()),
	seed: count,
	modelDelayMs: z.number().nonnegative(),
	settings: runSettings,
	machine,
	/** All machines of a merged run, where they are unlike; `machine` is the first of them. */
	machines: z.array(machine).min(2).optional(),
	/** The share that this run is of a larger one. Absent: it is whole. */
	shard: shard.optional(),
	/** The shards that this run was merged from. Absent: it was measured as it is. */
	merged: merged.optional(),
	/** The server of the targets that need one. Absent: none does. */
	databaseServer: databaseServer.optional(),
	/**
	 * Digests of what was run: the contract's files, and each runtime's harness and lock files. A resumed run
	 * must find the same.
	 */
	fingerprint: z.record(z.string(), z.string()),
	/** The times at which the run was resumed after an interruption. */
	resumed: z.array(z.string()),
	/** Time spent measuring, over all parts of a resumed run. */
	elapsedSeconds: z.number().nonnegative(),
	/** Ids of the scenarios that need no more blocks. */
	finishedScenarios: z.array(z.string()),
	/** Absent: none. */
	leftOut: z.array(leftOutTarget).min(1).optional(),
	targets: z
		.array(
			target.extend({ versions: measurementFile.shape.versions.nullable(), size: targetSize.nullable() }),
		)
		.min(1),
	/** The definitions as they were run: iterations, warm-up and time boxes after profile and flags. */
	scenarios: z.array(scenario).min(1),
	/** Observed iterations per process, by scenario. Each has a control beside it. */
	observe: z.record(z.string(), count),
	processes: z.array(processRecord),
	/**
	 * The order in which live workers took their turns: target ids, with `~aa` behind that of an A/A process.
	 */
	turns: z.array(
		z.strictObject({ scenario: z.string(), block: count, attempt: count, order: z.array(z.string()) }),
	),
});
export type RunFile = z.infer<typeof runFile>;
