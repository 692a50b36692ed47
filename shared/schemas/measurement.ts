/** The measurement file is what a harness writes: raw integers, nothing rounded, nothing aggregated. */
import { z } from "zod";
import { agentLedger, ownerTime, pluginImports, pluginStart } from "./agent-work.ts";
import { databaseTraffic } from "./database.ts";
import { bytes, count, counts, ns, runtimeName, SCHEMA_VERSION } from "./primitives.ts";

/**
 * The questions that the text models were asked, message by message, in their order. A question is the
 * template of its prompt; `providerSelection/2` is the one with the second schema text of the template's row.
 * Neighbours that asked the same share a row: `messages` of them asked `calls` each. Where messages overlap,
 * one row has all their calls, sorted.
 */
export const callSequence = z.array(z.strictObject({ messages: count, calls: z.array(z.string()) }));
export type CallSequence = z.infer<typeof callSequence>;

/**
 * The ledger holds what a cell did in its verification iteration: totals over the iteration, not per message.
 */
export const workLedger = z.strictObject({
	messages: count,
	/**
	 * SHA-256 of the messages' `id|entityId|roomId|text` lines. It proves the same input in every language.
	 */
	inputDigest: z.string(),
	replyDigest: z.string(),
	/** Sequences of non-empty reply texts, and how many messages got exactly that sequence. */
	replies: z.array(z.strictObject({ texts: z.array(z.string()), messages: count })),
	callbacks: z.strictObject({ total: count, empty: count }),
	didRespond: z.strictObject({ yes: count, no: count, unknown: count }),
	modelCalls: z.array(
		z.strictObject({ modelType: z.string(), template: z.string(), calls: count, promptChars: count }),
	),
	/**
	 * Messages whose whole text was in a prompt of a text model. A framework may ask its model without it.
	 * Absent: the harness does not record it.
	 */
	messagesInPrompt: count.optional(),
	/** Absent: the harness does not record it. */
	callSequence: callSequence.optional(),
	/** What came of the model's streams. Absent where the scenario streams nothing. */
	streamed: z
		.strictObject({
			/** How often the model was asked for a stream. */
			asked: count,
			/** Chunks that were received, without those that came again under another id. */
			chunks: count,
			repeated: count,
			/** Messages whose chunks, joined, are the text of their reply. */
			whole: count,
		})
		.optional(),
	providers: counts,
	actions: counts,
	evaluators: counts,
	/** Calls of the database adapter's methods, with names in snake_case. */
	adapterCalls: counts,
	memoriesRead: count,
	/**
	 * The framework's reads of memories that asked for at most so many (`reads`), and those of them that were
	 * given more (`beyond`). `worst` is the one with the most beyond what it asked for; null: there is none.
	 * Absent: the harness does not record it.
	 */
	readsBeyondLimit: z
		.strictObject({
			reads: count,
			beyond: count,
			worst: z.strictObject({ asked: count, returned: count }).nullable(),
		})
		.optional(),
	/**
	 * True if two reads of one stored message give two objects that share nothing; null where nothing is
	 * stored.
	 */
	readsCopied: z.boolean().nullable(),
	/**
	 * `returned` counts the distinct seeded memories that the framework's reads returned. `newest` says
	 * whether the last one was among them.
	 */
	history: z.strictObject({ seeded: count, returned: count, newest: z.boolean().nullable() }),
	/**
	 * The dummy actions that the providers' texts named for every message, and the characters of the text
	 * added to the character if it was in them for every message, else 0. `members`: the further members of
	 * the room by name, where the scenario has any. Absent where the scenario adds none of these.
	 */
	provided: z
		.strictObject({ dummyActions: count, characterChars: count, members: count.optional() })
		.optional(),
	/** Message records found in the database after the iteration, without seeded ones. */
	stored: z.array(
		z.strictObject({
			roomId: z.string(),
			author: z.enum(["user", "agent", "other"]),
			records: count,
			/**
			 * So many of these records are no messages but notes of the framework, which marks them as the
			 * result of an action. Absent: none.
			 */
			bookkeeping: count.optional(),
		}),
	),
	errorsLogged: z.strictObject({ total: count, first: z.array(z.string()) }),
	/** The IGNORE control, where the scenario expects a decision. */
	control: z.strictObject({ replies: count, shouldRespondCalls: count }).nullable(),
	/**
	 * Heap allocations of one plain iteration's messages, from a counting allocator in a pass of its own.
	 * Null where the runtime has a collector instead.
	 */
	allocations: z.strictObject({ count, bytes, messages: count }).nullable(),
	/**
	 * What the framework still did when the last message had returned: until it had called no model and
	 * changed nothing in the database for half a second. Absent: the harness does not record it, or sends no
	 * message.
	 */
	afterwards: z
		.strictObject({
			/** False: it still called something when the harness stopped to wait. */
			atRest: z.boolean(),
			/** From the last return to the last such call; 0: there was none. */
			lastCallNs: ns,
			/** Processor time of the process over that span. */
			cpuNs: ns,
			calls: count,
			/** Embeddings that were asked for since the first message was sent. */
			embeddings: count,
		})
		.optional(),
	/**
	 * What the orchestrator counted between the process and its database server; a harness never writes it.
	 * Absent: there is no server.
	 */
	databaseTraffic: databaseTraffic.optional(),
	/** The results of each operation, in scenarios that send no message. */
	operations: z.array(
		z.strictObject({
			operation: z.string(),
			done: count,
			correct: count,
			/** True if reads by room gave the newest records; null for other operations. */
			newest: z.boolean().nullable(),
			/**
			 * SHA-256 of the text of the first result. `correct` counts the results with the same text.
			 * Absent: results are checked in another way.
			 */
			resultDigest: z.string().optional(),
		}),
	),
});
export type WorkLedger = z.infer<typeof workLedger>;

export const operationTiming = z.strictObject({
	/**
	 * `write`, `read_by_id` and `read_by_room` work on the ecosystem's adapter itself. With `_via_runtime`
	 * they go through the agent runtime. The calibration's are `kernelOperation`.
	 */
	operation: z.string(),
	requested: count,
	done: count,
	totalNs: ns,
	/** True if the time box closed before every requested operation was done. */
	boxClosed: z.boolean(),
});

/**
 * `control` is a plain iteration beside an observed one; their ratio is the observer's cost. It takes part in
 * no other figure.
 */
export const iterationPhase = z.enum(["warmup", "plain", "observed", "control"]);

/**
 * The stages of the message pipeline (docs/harness-contract.md). `message` is the root: its self time is the
 * unattributed rest.
 */
export const stageName = z.enum([
	"message",
	"compose_state",
	"provider_execution",
	"provider",
	"should_respond",
	"prompt",
	"model_call",
	"action_dispatch",
	"action",
	"evaluator",
	"memory_create",
	"memory_get",
	"state_serialization",
	"event_emit",
	"callback",
]);
export type StageName = z.infer<typeof stageName>;
export const iterationRecord = z.strictObject({
	phase: iterationPhase,
	/** The index counts from 0 within the phase. */
	index: count,
	constructNs: ns,
	initializeNs: ns,
	seedNs: ns,
	/** The time from the first message (or operation) sent to the last one returned. */
	wallNs: ns,
	/** User and system time of the whole process over the same span. */
	cpuNs: ns,
	teardownNs: ns,
	/** One time per message, in the order of the scenario; empty where none is sent. */
	messageNs: z.array(ns),
	/**
	 * What was received of each message's stream, and what the model sent. Times count from the message's
	 * sending; null: there was no such chunk. Absent where the scenario streams nothing.
	 */
	streams: z
		.array(
			z.strictObject({
				/** Without chunks that came again under another id. */
				chunks: count,
				firstNs: ns.nullable(),
				lastNs: ns.nullable(),
				/** When the first and the last chunk of text left the model. */
				modelFirstNs: ns.nullable(),
				modelLastNs: ns.nullable(),
			}),
		)
		.optional(),
	operations: z.array(operationTiming),
	replyDigest: z.string(),
	modelCalls: counts,
	/** Absent: the harness does not record it. */
	callSequence: callSequence.optional(),
	actionRuns: count,
	/**
	 * Time inside the Rust bridge between the framework and the database plugin; null where there is no
	 * bridge.
	 */
	bridgeNs: ns.nullable(),
	rssBytes: bytes.nullable(),
	/** Absent where the database is part of the process. */
	databaseServer: z
		.strictObject({
			/**
			 * The processor time of the server's processes for this database over the span of `wallNs`; null
			 * where it cannot be read.
			 */
			cpuNs: ns.nullable(),
			/** How long the database went on working after the runtime had stopped. */
			settleNs: ns,
		})
		.optional(),
	/**
	 * Pipeline stages of an observed iteration, as totals over its messages; null in every other phase. Self
	 * times add up to the messages' time.
	 */
	stages: z
		.array(
			z.strictObject({
				stage: stageName,
				/** The name of a provider, action or evaluator; null for stages that have no names. */
				name: z.string().nullable(),
				calls: count,
				inclusiveNs: ns,
				selfNs: ns,
			}),
		)
		.nullable(),
	/** Times by plugin and part of an observed iteration. Absent: it is the benchmark's own agent. */
	owners: z.array(ownerTime).optional(),
});
export type IterationRecord = z.infer<typeof iterationRecord>;

export const failure = z.strictObject({
	/** The work in which the harness failed: `import`, `cold`, `verify`, `warmup`, `plain`, … */
	phase: z.string(),
	type: z.string(),
	message: z.string(),
	stack: z.string(),
});
export type Failure = z.infer<typeof failure>;

export const cellMeasurement = z.strictObject({
	scenario: z.string(),
	/** "measured": it ran. "unsupported": the framework raised. The harness judges nothing else. */
	status: z.enum(["measured", "unsupported"]),
	failure: failure.nullable(),
	/** The process's first runtime and first message; null in the second and later cells of a process. */
	cold: z
		.strictObject({
			constructNs: ns,
			initializeNs: ns,
			seedNs: ns,
			firstMessageNs: ns.nullable(),
			/** The first call of each operation in the process. Absent: no calibration. */
			firstCalls: z.array(z.strictObject({ operation: z.string(), ns })).optional(),
			/** How the plugins of a user's agent started. Absent: it is the benchmark's own agent. */
			plugins: z.array(pluginStart).optional(),
		})
		.nullable(),
	ledger: workLedger.nullable(),
	/**
	 * What a user's agent and its plugins did in the verification. Absent: it is the benchmark's own
	 * agent.
	 */
	agent: agentLedger.optional(),
	iterations: z.array(iterationRecord),
	resources: z.strictObject({
		/** The resident set after import, before the first runtime. */
		rssReadyBytes: bytes.nullable(),
		/** The resident set when the plain phase began. */
		rssStartBytes: bytes.nullable(),
		/** The kernel's high-water mark over the plain phase (VmHWM, reset at its start). */
		rssPeakBytes: bytes.nullable(),
		rssEndBytes: bytes.nullable(),
		/** The language's own heap at the end of the plain phase. It is not comparable across runtimes. */
		heapBytes: bytes.nullable(),
		/** Collections while plain iterations ran; null where there is no collector. */
		gc: z.strictObject({ collections: count, totalPauseNs: ns, maxPauseNs: ns }).nullable(),
	}),
	/**
	 * For each stage, whether it can be reached from outside this framework, and how its time is obtained.
	 * Null without observed iterations.
	 */
	stageSources: z
		.array(z.strictObject({ stage: stageName, observable: z.boolean(), how: z.string() }))
		.nullable(),
	bootstrap: z
		.strictObject({
			providers: z.array(z.string()),
			actions: z.array(z.string()),
			evaluators: z.array(z.string()),
		})
		.nullable(),
});
export type CellMeasurement = z.infer<typeof cellMeasurement>;

export const measurementFile = z.strictObject({
	schemaVersion: z.literal(SCHEMA_VERSION),
	kind: z.literal("measurement"),
	runtime: runtimeName,
	versions: z.strictObject({
		framework: z.string(),
		database: z.string(),
		language: z.string(),
		engine: z.string(),
		build: z.string(),
		/** SHA-256 of the lock file from which the framework was installed. */
		lockDigest: z.string(),
	}),
	modelDelayMs: z.number().nonnegative(),
	seed: count,
	/** Without `databaseImport`, which happens after `ready`. */
	importNs: ns,
	/**
	 * What it took to import the database of another version of the framework, where this one has none. It is
	 * already taken off all sizes of memory, and is in no time. Absent where there is no such import.
	 */
	databaseImport: z.strictObject({ importNs: ns, rssBytes: bytes.nullable(), heapBytes: bytes }).optional(),
	/** How the plugins of a user's agent were imported. Absent: it is the benchmark's own agent. */
	agent: pluginImports.optional(),
	cells: z.array(cellMeasurement),
});
export type MeasurementFile = z.infer<typeof measurementFile>;
