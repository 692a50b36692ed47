/**
 * Every file format of the benchmark, once. JSON Schemas in `schema/` are generated from here, types are inferred from
 * here, and nothing else in the project defines a shape that crosses a process.
 *
 * Times are integer nanoseconds (`…Ns`), sizes integer bytes (`…Bytes`). `null` means "not measurable here", `0` a measured zero.
 * The plan's `BenchmarkResult` alone carries milliseconds and megabytes, because its readers expect them.
 */
import { z } from "zod";

export const SCHEMA_VERSION = 1;

const ns = z.int().nonnegative();
const bytes = z.int().nonnegative();
const count = z.int().nonnegative();
/** Counts by name, for example model calls by template. */
const counts = z.record(z.string(), count);
const identifier = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "must be lower-case words joined by hyphens");

export const runtimeName = z.enum(["typescript", "python", "rust"]);
export type RuntimeName = z.infer<typeof runtimeName>;

/** The five kinds of prompt a framework sends to its model; the mock tells them apart by their schema text. */
export const templateName = z.enum(["shouldRespond", "messageHandler", "reply", "multiStepDecision", "multiStepSummary"]);
export type TemplateName = z.infer<typeof templateName>;

// ---------------------------------------------------------------- scenarios.json

const exactOrRange = z.union([count, z.strictObject({ min: count, max: count })]);
export type ExactOrRange = z.infer<typeof exactOrRange>;

/** What a cell must be seen to do, per message unless said otherwise. */
export const expectation = z.strictObject({
	/** Non-empty reply texts of one message, in order. */
	replies: z.array(z.string()),
	/** Calls per message by template; a template that is not named must not be called. */
	modelCalls: z.partialRecord(templateName, exactOrRange),
	/** Records of messages in the room after one message: the user's and the agent's. */
	memoriesStored: z.strictObject({ user: count, agent: count }),
	/** Runs of the benchmark action's handler. */
	actionRuns: count,
	/** The only providers that may run, by name; absent: whatever the framework ships. */
	onlyProviders: z.array(z.string()).optional(),
	/** Seeded history memories that the framework's own read must return, at the least, in one iteration. */
	historyReturned: count.optional(),
	/**
	 * A decision to answer is really taken: in a control iteration the model says IGNORE to a message without the agent's
	 * name, and nothing may be answered.
	 */
	decision: z.boolean().optional(),
});
export type Expectation = z.infer<typeof expectation>;

export const scenarioMessage = z.strictObject({
	role: z.literal("user"),
	/** `{n}` is replaced by the message's number, from 1; likewise in the two ids. */
	content: z.string().min(1).max(10_000),
	/** A symbolic name; the harness turns it into a UUID (docs/harness-contract.md). */
	entityId: z.string().min(1).max(100),
	roomId: z.string().min(1).max(100),
});

export const metricCategory = z.enum(["latency", "throughput", "memory", "startup", "scale"]);
export type MetricCategory = z.infer<typeof metricCategory>;

export const scenario = z.strictObject({
	id: identifier,
	name: z.string().min(1).max(80),
	description: z.string().min(1).max(400),
	/** The one question it answers, for the report. */
	question: z.string().min(1).max(160),
	/** Categories and metrics that its figures feed. */
	categories: z.array(metricCategory).min(1),
	metrics: z.array(z.string()).min(1),
	kind: z.enum(["messages", "database-write", "database-read", "startup"]),
	iterations: z.int().min(1).max(10_000),
	warmup: z.int().min(0).max(10_000),
	messages: z.array(scenarioMessage).min(1).max(1000),
	/** Messages to send, going round `messages`; absent: each once. */
	repeat: z.int().min(1).max(100_000).optional(),
	config: z.strictObject({
		checkShouldRespond: z.boolean(),
		multiStep: z.boolean(),
		/** sequential: a tight loop; conversation: a turn of the event loop between reply and next message; concurrent: all at once. */
		delivery: z.enum(["sequential", "conversation", "concurrent"]),
		providers: z.enum(["bootstrap", "character-only"]),
		dummyProviders: z.int().min(0).max(1000),
		/** Messages in the first room before the first message is sent. */
		history: z.int().min(0).max(100_000),
		benchmarkAction: z.boolean(),
		/** Which answer of mock-responses.json a template gets; absent: `default`. */
		answers: z.partialRecord(templateName, z.string()),
	}),
	database: z
		.strictObject({
			operations: z.int().min(1).max(1_000_000),
			/** An operation's loop ends after this many milliseconds, done or not. */
			boxMs: z.int().min(1).max(600_000),
			/** Records in the store before a read (0 for writes), spread evenly over the rooms. */
			records: z.int().min(0).max(100_000),
			rooms: z.int().min(1).max(1000),
			/** Records a read by room asks for. */
			readLimit: z.int().min(1).max(1000),
		})
		.optional(),
	expect: expectation,
});
export type Scenario = z.infer<typeof scenario>;

export const scenarioFile = z.strictObject({
	schemaVersion: z.literal(SCHEMA_VERSION),
	scenarios: z.array(scenario).min(1),
});
export type ScenarioFile = z.infer<typeof scenarioFile>;

// ---------------------------------------------------------------- character.json, mock-responses.json, targets.json

export const characterFile = z.strictObject({
	schemaVersion: z.literal(SCHEMA_VERSION),
	character: z.strictObject({
		name: z.string(),
		username: z.string(),
		bio: z.array(z.string()),
		system: z.string(),
		topics: z.array(z.string()),
		adjectives: z.array(z.string()),
		settings: z.record(z.string(), z.string()),
	}),
	fixtures: z.strictObject({
		agentId: z.uuid(),
		worldId: z.uuid(),
		messageServerId: z.uuid(),
		/** Followed by 12 hex digits. */
		roomIdPrefix: z.string(),
		entityIdPrefix: z.string(),
		historyIdPrefix: z.string(),
		recordIdPrefix: z.string(),
		source: z.string(),
		worldName: z.string(),
		historyText: z.string(),
		historyIntervalMs: count,
		dummyProvider: z.strictObject({ namePrefix: z.string(), description: z.string(), text: z.string() }),
		benchmarkAction: z.strictObject({ name: z.string(), description: z.string(), text: z.string() }),
		controlMessage: z.string(),
	}),
});
export type CharacterFile = z.infer<typeof characterFile>;

export const mockResponsesFile = z.strictObject({
	schemaVersion: z.literal(SCHEMA_VERSION),
	embedding: z.strictObject({ dimensions: z.int().positive(), value: z.number() }),
	/** Tried in order; the first whose model type matches and any of whose schema texts is in the prompt is the call's template. */
	templates: z.array(
		z.strictObject({
			template: templateName,
			modelType: z.enum(["TEXT_SMALL", "TEXT_LARGE"]),
			schemaTexts: z.array(z.string().min(1)).min(1),
			answers: z.record(z.string(), z.string()),
		}),
	),
});
export type MockResponsesFile = z.infer<typeof mockResponsesFile>;

export const target = z.strictObject({
	id: identifier,
	runtime: runtimeName,
	label: z.string(),
	framework: z.strictObject({ package: z.string(), version: z.string() }),
	database: z.strictObject({ package: z.string(), version: z.string() }),
	engine: z.enum(["bun", "cpython", "native"]),
});
export type Target = z.infer<typeof target>;
export const targetsFile = z.strictObject({ schemaVersion: z.literal(SCHEMA_VERSION), targets: z.array(target).min(1) });

// ---------------------------------------------------------------- measurement file (a harness writes it)

/** What a cell did in its verification iteration. Totals over the iteration, not per message. */
export const workLedger = z.strictObject({
	messages: count,
	/** SHA-256 of the messages' `id|entityId|roomId|text` lines: proof of the same input in every language. */
	inputDigest: z.string(),
	replyDigest: z.string(),
	/** Runs of non-empty reply texts, and how many messages got exactly that sequence. */
	replies: z.array(z.strictObject({ texts: z.array(z.string()), messages: count })),
	callbacks: z.strictObject({ total: count, empty: count }),
	didRespond: z.strictObject({ yes: count, no: count, unknown: count }),
	modelCalls: z.array(z.strictObject({ modelType: z.string(), template: z.string(), calls: count, promptChars: count })),
	providers: counts,
	actions: counts,
	evaluators: counts,
	/** Calls of the database adapter's methods, names in snake_case. */
	adapterCalls: counts,
	memoriesRead: count,
	/** Distinct seeded history memories that the framework's reads returned; newest: whether the last one was among them. */
	history: z.strictObject({ seeded: count, returned: count, newest: z.boolean().nullable() }),
	/** Message records found in the database after the iteration, without seeded ones. */
	stored: z.array(z.strictObject({ roomId: z.string(), author: z.enum(["user", "agent", "other"]), records: count })),
	errorsLogged: z.strictObject({ total: count, first: z.array(z.string()) }),
	/** The IGNORE control, where the scenario expects a decision. */
	control: z.strictObject({ replies: count, shouldRespondCalls: count }).nullable(),
	/** Database scenarios: what each operation gave back. */
	operations: z.array(
		z.strictObject({
			operation: z.string(),
			done: count,
			correct: count,
			/** Whether reads by room gave the newest records; null for other operations. */
			newest: z.boolean().nullable(),
		}),
	),
});
export type WorkLedger = z.infer<typeof workLedger>;

export const operationTiming = z.strictObject({
	/** `write`, `read_by_id` or `read_by_room`, on the ecosystem's adapter itself. */
	operation: z.string(),
	requested: count,
	done: count,
	totalNs: ns,
	/** The time box closed before every requested operation was done. */
	boxClosed: z.boolean(),
});

export const iterationPhase = z.enum(["warmup", "plain", "observed"]);
export const iterationRecord = z.strictObject({
	phase: iterationPhase,
	/** From 0 within its phase. */
	index: count,
	constructNs: ns,
	initializeNs: ns,
	seedNs: ns,
	/** From the first message (or operation) sent to the last one returned. */
	wallNs: ns,
	/** User and system time of the whole process over the same span. */
	cpuNs: ns,
	teardownNs: ns,
	/** One per message, in the order of the scenario; empty for database and startup scenarios. */
	messageNs: z.array(ns),
	operations: z.array(operationTiming),
	replyDigest: z.string(),
	modelCalls: counts,
	actionRuns: count,
	/** Time inside the Rust bridge between the framework and the database plugin; null where there is no bridge. */
	bridgeNs: ns.nullable(),
	rssBytes: bytes.nullable(),
	/** Pipeline stages, in observed iterations. */
	stages: z.array(z.strictObject({ stage: z.string(), name: z.string().nullable(), calls: count, inclusiveNs: ns, selfNs: ns })).nullable(),
});
export type IterationRecord = z.infer<typeof iterationRecord>;

export const failure = z.strictObject({
	/** What the harness was doing: `import`, `cold`, `verify`, `warmup`, `plain`, … */
	phase: z.string(),
	type: z.string(),
	message: z.string(),
	stack: z.string(),
});
export type Failure = z.infer<typeof failure>;

export const cellMeasurement = z.strictObject({
	scenario: z.string(),
	/** measured: it ran; unsupported: the framework raised; the harness judges nothing else. */
	status: z.enum(["measured", "unsupported"]),
	failure: failure.nullable(),
	/** The process's first runtime and first message; null in the second and later cells of a process. */
	cold: z.strictObject({ constructNs: ns, initializeNs: ns, seedNs: ns, firstMessageNs: ns.nullable() }).nullable(),
	ledger: workLedger.nullable(),
	iterations: z.array(iterationRecord),
	resources: z.strictObject({
		/** Resident set after import, before the first runtime. */
		rssReadyBytes: bytes.nullable(),
		/** Resident set when the plain phase began. */
		rssStartBytes: bytes.nullable(),
		/** The kernel's high-water mark over the plain phase (VmHWM, reset at its start). */
		rssPeakBytes: bytes.nullable(),
		rssEndBytes: bytes.nullable(),
		heapBytes: bytes.nullable(),
		gc: z.strictObject({ collections: count, totalPauseNs: ns, maxPauseNs: ns }).nullable(),
	}),
	bootstrap: z.strictObject({ providers: z.array(z.string()), actions: z.array(z.string()), evaluators: z.array(z.string()) }).nullable(),
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
		/** SHA-256 of the lock file the framework was installed from. */
		lockDigest: z.string(),
	}),
	modelDelayMs: z.number().nonnegative(),
	seed: count,
	importNs: ns,
	cells: z.array(cellMeasurement),
});
export type MeasurementFile = z.infer<typeof measurementFile>;
