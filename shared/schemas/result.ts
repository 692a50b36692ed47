/**
 * There is one `BenchmarkResult` per target, with the plan's fields in the plan's units and ours beside them.
 * A cell that may not show figures has `null` for them; `status` and `reasons` say why.
 */
import { z } from "zod";
import { snakeCaseSchema } from "../snake-case.ts";
import { databaseServer } from "./database.ts";
import { metricCategory, scaling, scenario, target, targetSize } from "./inputs.ts";
import { measurementFile, stageName, workLedger } from "./measurement.ts";
import { count, figure, identifier, logRatio, reading, runtimeName, SCHEMA_VERSION } from "./primitives.ts";
import { reason } from "./reasons.ts";
import { machine, merged, runFile, runSettings } from "./run.ts";
import { estimate, processSample } from "./sample.ts";

const nullable = figure.nullable();

/** Raw files hold these shapes in camelCase. */
export const ledgerInResult = snakeCaseSchema(workLedger);
export type ResultLedger = z.infer<typeof ledgerInResult>;
export const machineInResult = snakeCaseSchema(machine);
export const mergedInResult = snakeCaseSchema(merged);
export const databaseServerInResult = snakeCaseSchema(databaseServer);
export const sizeInResult = snakeCaseSchema(targetSize);
export const versionsInResult = snakeCaseSchema(measurementFile.shape.versions);

/** Statistics over a sample in milliseconds. `raw_ms` is in the order of measurement. */
export const distribution = z.strictObject({
	min_ms: figure,
	max_ms: figure,
	avg_ms: figure,
	median_ms: figure,
	p95_ms: figure,
	p99_ms: figure,
	/** The sample standard deviation; null for fewer than two values. */
	stddev_ms: nullable,
	/** Values further than three standard deviations from the mean. They are counted, never dropped. */
	outliers: count,
	/** Outliers by the median absolute deviation, which they cannot hide from. */
	mad_outliers: count,
	raw_ms: z.array(reading),
});
export type Distribution = z.infer<typeof distribution>;

export const cellStatus = z.enum(["comparable", "divergent", "unsupported", "failed"]);
export type CellStatus = z.infer<typeof cellStatus>;

export const operationResult = z.strictObject({
	operation: z.string(),
	requested: count,
	/** The count over all plain iterations. */
	done: count,
	seconds: figure,
	operations_per_second: figure,
	/** The first call in a fresh process: the geometric mean over processes. Absent: not measured. */
	first_call_ms: figure.optional(),
	box_closed: z.boolean(),
});

/** Everything is per message, averaged over the observed iterations. */
export const observedPipeline = z.strictObject({
	iterations: count,
	messages: count,
	message_avg_ms: figure,
	/**
	 * Time of an observed message over that of a plain one, less 1: the median of pairs side by side.
	 * Negative where noise hides it.
	 */
	observer_cost: z.number().nullable(),
	/** The share of the message's time that belongs to no stage. */
	unattributed_share: figure,
	/** The sum of all self times over the message's time: 1, but for rounding. */
	self_time_share: figure,
	/** The sum of the providers' times over the time in which any ran: 1 when one runs after another. */
	provider_overlap: nullable,
	stages: z.array(
		z.strictObject({
			stage: stageName,
			name: z.string().nullable(),
			calls: figure,
			inclusive_ms: figure,
			self_ms: figure,
		}),
	),
	sources: z.array(z.strictObject({ stage: stageName, observable: z.boolean(), how: z.string() })),
});
export type ObservedPipeline = z.infer<typeof observedPipeline>;

/** Null: not observable in this framework, or not observed in this scenario. */
export const pipeline = z.strictObject({
	compose_state_avg_ms: nullable,
	provider_execution_avg_ms: nullable,
	provider_count: nullable,
	should_respond_avg_ms: nullable,
	model_call_avg_ms: nullable,
	action_dispatch_avg_ms: nullable,
	evaluator_avg_ms: nullable,
	memory_create_avg_ms: nullable,
	memory_get_avg_ms: nullable,
	state_serialization_avg_ms: nullable,
	observed: observedPipeline.nullable(),
});
export type Pipeline = z.infer<typeof pipeline>;

const cellOfOneMachine = z.strictObject({
	name: z.string(),
	question: z.string(),
	categories: z.array(metricCategory),
	kind: scenario.shape.kind,
	/**
	 * A digest of what the scenario asks of a runtime, without its name, its texts for readers, and how often
	 * it is repeated.
	 */
	definition: z.string(),
	/** The place of the scenario in a series of sizes; null if it is in none. */
	scaling: scaling.nullable(),
	status: cellStatus,
	/**
	 * The differences of a divergent cell's work, or the framework's own error, or the faults of its
	 * processes.
	 */
	reasons: z.array(reason),
	iterations: count,
	warmup: count,
	/**
	 * The fewest messages that a process was warmed up with: time may end a warm-up. Absent: no messages were
	 * timed, or an earlier version wrote the result.
	 */
	warmup_messages: count.optional(),
	processes: count,
	/** The time per message, from plain iterations only. Null where the scenario sends none (database). */
	latency: distribution.nullable(),
	throughput: z
		.strictObject({
			messages_per_second: nullable,
			/** The same figure where senders are concurrent, else null. */
			concurrent_messages_per_second: nullable,
			actions_per_second: nullable,
			total_messages: count,
			total_time_ms: figure,
		})
		.nullable(),
	/**
	 * The plan's stages in milliseconds per message, inclusive, and everything else that observed iterations
	 * tell.
	 */
	pipeline,
	resources: z
		.strictObject({
			memory_rss_start_mb: nullable,
			memory_rss_peak_mb: nullable,
			memory_rss_end_mb: nullable,
			memory_delta_mb: z.number().nullable(),
			/** The slope of the resident set over the messages sent (Theil and Sen), in KB (1024 bytes). */
			memory_growth_kb_per_message: z.number().nullable(),
			/** The language's own heap after the plain phase. It is not comparable across runtimes. */
			memory_heap_mb: nullable,
			/**
			 * Collections while plain iterations ran, over all processes; null where the runtime has no
			 * collector.
			 */
			gc_pauses_count: nullable,
			gc_pause_total_ms: nullable,
			gc_pause_max_ms: nullable,
			/** Counts of the counting allocator; null where the runtime has a collector. */
			allocations_per_message: nullable,
			allocated_kb_per_message: nullable,
		})
		.nullable(),
	/** The time of whole iterations, from the first message (or operation) sent to the last returned. */
	iteration: distribution.nullable(),
	/** P95 and P99 of a process's messages: the geometric mean over processes. */
	process_latency: z.strictObject({ p95_ms: nullable, p99_ms: nullable }).nullable(),
	/** Geometric means over the cell's processes. */
	cold: z
		.strictObject({
			process_to_ready_ms: nullable,
			import_ms: nullable,
			/** The plan's startup_time_ms: construct and initialize. */
			startup_time_ms: nullable,
			first_message_latency_ms: nullable,
			/**
			 * The time from the spawn to the first reply: ready, start-up and first message, within each
			 * process.
			 */
			start_to_reply_ms: nullable,
		})
		.nullable(),
	cpu_per_message_ms: nullable,
	/** Time of the Rust bridge per message; null where there is no bridge. */
	bridge_per_message_ms: nullable,
	/**
	 * What the database server did for the process, by metric; null where it cannot be read. Absent: the
	 * database is a part of the process.
	 */
	server: z
		.strictObject({
			/** Over the same span as `cpu_per_message_ms`, which is the process's alone. */
			server_cpu_per_message_ms: nullable,
			/** The geometric mean over processes. */
			server_memory_mb: nullable,
			/** The median over the iterations that tell. */
			settle_ms: nullable,
		})
		.optional(),
	/** Times of streamed messages, by metric. Absent: the scenario streams nothing. */
	streaming: z
		.strictObject({
			/** From the sending of a message to its first chunk: the mean. */
			first_chunk_ms: nullable,
			/** From the model's first chunk of text to the one received. */
			first_chunk_beyond_model_ms: nullable,
			/** From the first chunk received to the last one, over the chunks after the first. */
			chunk_ms: nullable,
		})
		.optional(),
	operations: z.array(operationResult),
	/**
	 * The time of a message in a fresh process (a geometric mean), as the first in a fresh runtime of a warm
	 * process, and later in the same runtime (medians).
	 */
	phases: z.strictObject({ cold_ms: nullable, first_ms: nullable, steady_ms: nullable }).nullable(),
	/**
	 * Figures by metric, with their 95 % intervals over processes. Null with too few processes or messages
	 * for one.
	 */
	estimates: z.record(z.string(), estimate.nullable()),
	samples: z.array(processSample),
	/**
	 * The precision at which blocks beyond the pilot were ended. Ratios claim no narrower interval. Null with
	 * a fixed number of blocks.
	 */
	precision: nullable,
	/**
	 * Log-ratios of this target against itself by metric, one a block, from earlier runs on the same machine.
	 */
	earlier_aa: z.record(z.string(), z.array(logRatio)),
	ledger: ledgerInResult.nullable(),
});

/** The figures that depend on the machine. */
const machineFigures = cellOfOneMachine
	.pick({
		iterations: true,
		processes: true,
		latency: true,
		throughput: true,
		pipeline: true,
		resources: true,
		iteration: true,
		process_latency: true,
		cold: true,
		cpu_per_message_ms: true,
		bridge_per_message_ms: true,
		server: true,
		operations: true,
		phases: true,
		estimates: true,
		precision: true,
		earlier_aa: true,
	})
	.extend({ machine: count });
export type MachineFigures = z.infer<typeof machineFigures>;

export const scenarioResult = cellOfOneMachine.extend({
	/**
	 * The figures on each machine, where several unlike ones measured the scenario. Its own figures are null
	 * then: times of unlike machines have no mean. Absent: one machine.
	 */
	on_machines: z.array(machineFigures).min(1).optional(),
});
export type ScenarioResult = z.infer<typeof scenarioResult>;

export const benchmarkResult = z.strictObject({
	schema_version: z.literal(SCHEMA_VERSION),
	kind: z.literal("result"),
	runtime: runtimeName,
	timestamp: z.string(),
	system: z.strictObject({
		os: z.string(),
		arch: z.string(),
		cpus: count,
		memory_gb: figure,
		runtime_version: z.string(),
	}),
	machine: machineInResult,
	/** All machines of a merged run, where they are unlike; `machine` is the first of them. */
	machines: z.array(machineInResult).min(2).optional(),
	/** The shards that the run was merged from. Absent: it was measured as it is. */
	merged: mergedInResult.optional(),
	/** The server that the target's database was on; absent: its database is part of the process. */
	database_server: databaseServerInResult.optional(),
	target,
	versions: versionsInResult.nullable(),
	size: sizeInResult.nullable(),
	/** A digest of the harness that drove the framework. Absent: the run did not keep it. */
	harness_digest: z.string().optional(),
	/**
	 * The plan's metrics that belong to one scenario each, by their names there; null where that cell has no
	 * figure.
	 */
	metrics: z.record(z.string(), nullable),
	profile: z.string(),
	seed: count,
	model_delay_ms: figure,
	complete: z.boolean(),
	/**
	 * Live processes took turns by iterations or by messages. A message after a pause is slower than one in a
	 * row.
	 */
	alternate: runSettings.shape.alternate,
	/** The number of times that the run was interrupted and resumed. */
	resumed: count,
	/** Targets of the run that could not be set up; absent: none. */
	left_out: runFile.shape.leftOut,
	/** The command that begins the run again, argument by argument, without its choice of scenarios. */
	command: runFile.shape.command,
	scenarios: z.record(identifier, scenarioResult),
});
export type BenchmarkResult = z.infer<typeof benchmarkResult>;
