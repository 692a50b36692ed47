/**
 * `agent.json`: what `./run.sh agent` has measured of an agent and its plugins. All of it is as measured, in
 * nanoseconds, bytes and counts; whoever reads it makes the statistics.
 */
import { z } from "zod";
import {
	agentLedger,
	ownerTime,
	pluginFailure,
	pluginImports,
	pluginOrigin,
	pluginStart,
} from "./agent-work.ts";
import { changeFile } from "./change.ts";
import { target } from "./inputs.ts";
import { isolationRecord } from "./isolation.ts";
import { measurementFile } from "./measurement.ts";
import { bytes, count, identifier, ns, SCHEMA_VERSION } from "./primitives.ts";
import { machine } from "./run.ts";
import { soakProcess } from "./soak.ts";

/** A plugin, and whether it takes part. */
export const measuredPlugin = z.strictObject({
	name: z.string(),
	/** Null: it has none that is known, such as one that a project's entry brings. */
	version: z.string().nullable(),
	origin: pluginOrigin,
	/**
	 * `failed`: it could not be measured, and the others were measured without it. `left-out`: by the user.
	 * One that is measured may have a failure all the same: one of its services has not started.
	 */
	state: z.enum(["measured", "failed", "left-out"]),
	failure: pluginFailure.nullable(),
	/** What it has registered. */
	parts: z.array(z.strictObject({ kind: z.string(), name: z.string() })),
});
export type MeasuredPlugin = z.infer<typeof measuredPlugin>;

/**
 * The start of a fresh process, without instruments but for the two readings of the clock around each
 * start.
 */
export const agentStart = z.strictObject({
	block: count,
	/** From the start of the process until it was ready. */
	readyNs: ns.nullable(),
	/** Of the framework itself. */
	importNs: ns,
	imports: pluginImports,
	constructNs: ns,
	initializeNs: ns,
	firstMessageNs: ns.nullable(),
	plugins: z.array(pluginStart),
	/** The resident set after all imports. */
	rssReadyBytes: bytes.nullable(),
});
export type AgentStart = z.infer<typeof agentStart>;

/** What one scenario showed. */
export const agentScenario = z.strictObject({
	id: identifier,
	/** Messages of an iteration. */
	messages: count,
	/** Null: the verification failed. */
	ledger: agentLedger.nullable(),
	/** Plain iterations of each process: no instruments. */
	plain: z.array(
		z.strictObject({
			block: count,
			/** One list for each iteration, one time for each message. */
			messageNs: z.array(z.array(ns)),
			cpuNs: z.array(ns),
			rssStartBytes: bytes.nullable(),
			rssEndBytes: bytes.nullable(),
		}),
	),
	/** Instrumented iterations of each process, and plain ones beside them. */
	observed: z.array(
		z.strictObject({
			block: count,
			iterations: z.array(z.strictObject({ messageNs: z.array(ns), owners: z.array(ownerTime) })),
			controls: z.array(z.array(ns)),
		}),
	),
});
export type AgentScenario = z.infer<typeof agentScenario>;

export const agentFile = z.strictObject({
	schemaVersion: z.literal(SCHEMA_VERSION),
	kind: z.literal("agent"),
	createdAt: z.string(),
	command: z.array(z.string()),
	/** True: it was interrupted before all was measured that the command asks for. Absent: it was not. */
	interrupted: z.boolean().optional(),
	machine,
	target,
	versions: measurementFile.shape.versions.nullable(),
	agent: z.strictObject({ name: z.string(), path: z.string() }),
	isolation: isolationRecord,
	/** Files of the user's that had changed when the run was over, where the system does not prevent that. */
	changedFiles: z.array(z.string()),
	plugins: z.array(measuredPlugin),
	starts: z.array(agentStart),
	scenarios: z.array(agentScenario),
	/** One process that was left alone, sent messages, and left alone again. Absent: it was not measured. */
	growth: soakProcess.optional(),
	/**
	 * What each plugin changes: the agent without it is the base. All shared blocks. Absent: not
	 * measured.
	 */
	leaveOneOut: z.array(z.strictObject({ plugin: z.string(), change: changeFile })).optional(),
	/**
	 * Processes that only answer and have their memory read: twice the agent as it is, and once without each
	 * plugin. Absent: not measured.
	 */
	kept: z
		.strictObject({
			whole: z.array(soakProcess),
			without: z.array(z.strictObject({ plugin: z.string(), process: soakProcess })),
		})
		.optional(),
});
export type AgentFile = z.infer<typeof agentFile>;
