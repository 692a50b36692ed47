/**
 * The input files of the contract are scenarios.json, character.json, mock-responses.json, targets.json and
 * versions.json.
 */
import { z } from "zod";
import { kernelOperation } from "./calibration.ts";
import {
	count,
	identifier,
	runtimeName,
	SCHEMA_VERSION,
	templateName,
	userSchemaVersion,
} from "./primitives.ts";

export const exactOrRange = z.union([count, z.strictObject({ min: count, max: count })]);
export type ExactOrRange = z.infer<typeof exactOrRange>;

/** A cell must be seen to do this, per message unless said otherwise. */
export const expectation = z.strictObject({
	/** Non-empty reply texts of one message, in order. `{chunks}` stands for all that the model streams. */
	replies: z.array(z.string()),
	/**
	 * The calls per message, by template, that a framework needs at the least. More are counted, unless one
	 * message asks the same question again: more often than the upper number, or twice where a template is
	 * not named (docs/methodology.md).
	 */
	modelCalls: z.partialRecord(templateName, exactOrRange),
	/**
	 * Records of the user's and the agent's messages in the room after one message, without the framework's
	 * bookkeeping.
	 */
	memoriesStored: z.strictObject({ user: exactOrRange, agent: exactOrRange }),
	/** Runs of the benchmark action's handler. */
	actionRuns: count,
	/** The only providers that may run, by name. Absent: any that the framework ships. */
	onlyProviders: z.array(z.string()).optional(),
	/** The framework's own read must return at least this many seeded history memories in one iteration. */
	historyReturned: count.optional(),
	/** Chunks of a message's text that are received while it is streamed. Absent: nothing is streamed. */
	chunks: exactOrRange.optional(),
	/**
	 * False: there is no answer to be had, so that the framework must not say that it responded. What it logs
	 * as an error is then no difference. Absent: true.
	 */
	responds: z.boolean().optional(),
	/**
	 * The runtime must really decide whether to answer. In a control iteration the model says IGNORE to a
	 * message without the agent's name, and nothing may be answered.
	 */
	decision: z.boolean().optional(),
	/** The SHA-256 of the result of each operation of the calibration, as a text. */
	results: z.partialRecord(kernelOperation, z.string()).optional(),
});

/** The longest text of a message, in characters. */
export const MOST_MESSAGE_CHARACTERS = 100_000;
/** The most templates that a scenario's messages may have. */
export const MOST_MESSAGES = 1000;

export const scenarioMessage = z.strictObject({
	role: z.literal("user"),
	/** `{n}` is replaced by the message's number, from 1, here and in the two ids. */
	content: z.string().min(1).max(MOST_MESSAGE_CHARACTERS),
	/** A symbolic name. The harness turns it into a UUID (docs/harness-contract.md). */
	entityId: z.string().min(1).max(100),
	roomId: z.string().min(1).max(100),
});

export const metricCategory = z.enum(["latency", "throughput", "memory", "startup", "scale"]);
export type MetricCategory = z.infer<typeof metricCategory>;

/** Scenarios of one series differ in one size. Growth is fitted to them. */
export const scaling = z.strictObject({
	series: z.enum([
		"providers",
		"history",
		"concurrency",
		"conversation",
		"rooms",
		"message-length",
		"actions",
		"character-length",
		"chunks",
	]),
	size: z.int().min(0),
});
export type Scaling = z.infer<typeof scaling>;

export const scenario = z.strictObject({
	id: identifier,
	name: z.string().min(1).max(80),
	description: z.string().min(1).max(400),
	/** The one question that the scenario answers, for the report. */
	question: z.string().min(1).max(160),
	/**
	 * The figures of the scenario help to decide these. The first one says which metric decides the scenario.
	 * A scenario without any shows what each target does, and nobody wins it.
	 */
	categories: z.array(metricCategory),
	scaling: scaling.optional(),
	kind: z.enum(["messages", "database-write", "database-read", "startup", "calibration"]),
	iterations: z.int().min(1).max(10_000),
	warmup: z.int().min(0).max(10_000),
	messages: z.array(scenarioMessage).min(1).max(MOST_MESSAGES),
	/** The number of messages to send, going round `messages`. Absent: each is sent once. */
	repeat: z.int().min(1).max(100_000).optional(),
	config: z.strictObject({
		checkShouldRespond: z.boolean(),
		multiStep: z.boolean(),
		/** The most rounds of multi-step mode. Absent: the framework's own limit. */
		multiStepRounds: z.int().min(1).max(100).optional(),
		/**
		 * "sequential": a tight loop. "conversation": a turn of the event loop between reply and next
		 * message. "concurrent": all at once.
		 */
		delivery: z.enum(["sequential", "conversation", "concurrent"]),
		providers: z.enum(["bootstrap", "character-only"]),
		dummyProviders: z.int().min(0).max(1000),
		/** Messages in the first room before the first message is sent. */
		history: z.int().min(0).max(100_000),
		benchmarkAction: z.boolean(),
		/** Further entities that are in the first room and write nothing. Absent: none. */
		members: z.int().min(0).max(10_000).optional(),
		/** Actions that are offered to the model and never chosen. Absent: none. */
		dummyActions: z.int().min(0).max(1000).optional(),
		/** The character's biography is longer by a text of so many characters. Absent: 0. */
		characterChars: z.int().min(0).max(100_000).optional(),
		/**
		 * The model streams the `{chunks}` of its answer in so many pieces, and the text is received as it
		 * comes. Absent: answers are whole.
		 */
		streamedChunks: z.int().min(1).max(10_000).optional(),
		/**
		 * The answer of mock-responses.json that a template gets; of a list, each call gets the next one, and
		 * after the last one the first again. Absent: `default`.
		 */
		answers: z.partialRecord(templateName, z.union([z.string(), z.array(z.string()).min(1).max(100)])),
	}),
	database: z
		.strictObject({
			operations: z.int().min(1).max(1_000_000),
			/** An operation's loop ends after this many milliseconds, done or not. */
			boxMs: z.int().min(1).max(600_000),
			/** Records in the store before a read (0 for writes), spread evenly over the rooms. */
			records: z.int().min(0).max(100_000),
			rooms: z.int().min(1).max(1000),
			/** The number of records that a read by room asks for. */
			readLimit: z.int().min(1).max(1000),
		})
		.optional(),
	/** Each operation of the calibration is done so often in an iteration. */
	calibration: z.strictObject({ operations: z.int().min(1).max(100_000) }).optional(),
	expect: expectation,
});
export type Scenario = z.infer<typeof scenario>;
/** Says whether the scenario is about messages. The others time operations, and send none. */
export function sendsMessages({
	database,
	calibration,
}: Pick<Scenario, "database" | "calibration">): boolean {
	return database === undefined && calibration === undefined;
}
/** Says whether a harness takes its messages one by one. */
export function goesInSteps(scenario: Scenario): boolean {
	return sendsMessages(scenario) && scenario.config.delivery === "sequential";
}

export const scenarioFile = z.strictObject({
	schemaVersion: z.literal(SCHEMA_VERSION),
	scenarios: z.array(scenario).min(1),
});
export type ScenarioFile = z.infer<typeof scenarioFile>;

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
		/** Agent number k of live mode has this and 12 hex digits of k, from 0. */
		liveAgentIdPrefix: z.string(),
		worldId: z.uuid(),
		messageServerId: z.uuid(),
		/** 12 hex digits follow each of these prefixes. */
		roomIdPrefix: z.string(),
		entityIdPrefix: z.string(),
		historyIdPrefix: z.string(),
		recordIdPrefix: z.string(),
		memberIdPrefix: z.string(),
		/** Goes on after its `{n}`, so that no name is a part of another one. */
		memberName: z.string().regex(/\{n\}\D/),
		source: z.string(),
		worldName: z.string(),
		historyText: z.string(),
		historyIntervalMs: count,
		dummyProvider: z.strictObject({ namePrefix: z.string(), description: z.string(), text: z.string() }),
		benchmarkAction: z.strictObject({ name: z.string(), description: z.string(), text: z.string() }),
		dummyAction: z.strictObject({ namePrefix: z.string(), description: z.string() }),
		/** A sentence of which `characterChars` makes its text. */
		characterText: z.string().min(1),
		/** A chunk of a streamed answer; `{n}` is its number from 1. */
		streamedChunk: z.string().regex(/\{n\}/),
		/** Every message of live mode; `{n}` is the message's number from 1. */
		liveMessage: z.string(),
		controlMessage: z.string(),
	}),
});
export type CharacterFile = z.infer<typeof characterFile>;

export const mockResponsesFile = z.strictObject({
	schemaVersion: z.literal(SCHEMA_VERSION),
	embedding: z.strictObject({ dimensions: z.int().positive(), value: z.number() }),
	/**
	 * Templates are tried in order. A call has the first one whose model type matches and any of whose schema
	 * texts is in the prompt.
	 */
	templates: z.array(
		z.strictObject({
			template: templateName,
			modelType: z.enum(["TEXT_SMALL", "TEXT_LARGE"]),
			schemaTexts: z.array(z.string().min(1)).min(1),
			/** Null: the model raises an error instead of answering. */
			answers: z.record(z.string(), z.string().nullable()),
		}),
	),
});
export type MockResponsesFile = z.infer<typeof mockResponsesFile>;

/** The source of a target's framework, if it is not the harness's lock file. */
export const targetSource = z.discriminatedUnion("kind", [
	/** A local copy. `digest` is that of its content. */
	z.strictObject({
		kind: z.literal("path"),
		path: z.string().regex(/^\/[^\0]*$/, "must be absolute"),
		digest: z.string(),
	}),
	/** Another published version, as it was asked for. */
	z.strictObject({
		kind: z.literal("version"),
		version: z.string().regex(/^[0-9A-Za-z][0-9A-Za-z.+-]*$/, "must be a version"),
	}),
]);
export type TargetSource = z.infer<typeof targetSource>;

/** Another engine, build or database of the same framework, or a part of it taken out. */
export const variant = z.enum(["no-evaluators", "node", "uvloop", "mimalloc", "lto", "postgres", "pglite"]);
export type Variant = z.infer<typeof variant>;

/** An agent of the user's own, which runs on the target's framework. */
export const targetAgent = z.strictObject({
	/** A character's file or a project's folder. */
	path: z.string().regex(/^\/[^\0]*$/, "must be absolute"),
	/** Of the content of that, and of all added folders. */
	digest: z.string(),
	/** Plugins that are added: `NAME@VERSION`, or `path:` and an absolute folder. */
	added: z.array(z.string()),
	/** Plugins that are not loaded, by name. They are installed all the same. */
	without: z.array(z.string()),
});
export type TargetAgent = z.infer<typeof targetAgent>;

export const target = z.strictObject({
	id: identifier,
	runtime: runtimeName,
	label: z.string(),
	framework: z.strictObject({ package: z.string(), version: z.string() }),
	database: z.strictObject({ package: z.string(), version: z.string() }),
	engine: z.enum(["bun", "node", "cpython", "native"]),
	source: targetSource.optional(),
	/** Absent: none. */
	variants: z.array(variant).min(1).optional(),
	/**
	 * True if the locked version is installed beside the others instead of in the repository, so that all
	 * targets of its runtime lie alike.
	 */
	aside: z.literal(true).optional(),
	/** Absent: the benchmark's own agent. */
	agent: targetAgent.optional(),
});
export type Target = z.infer<typeof target>;
/** Says whether the database of a target is a server, which is a process of its own. */
export function needsServer({ variants }: Pick<Target, "variants">): boolean {
	return variants?.includes("postgres") === true;
}
/** Names for what `--targets` takes: `"mine": "typescript=path:../eliza/packages/core"`. */
export const namedTargets = z.record(identifier, z.string().min(1).max(4096));
export const targetsFile = z.strictObject({
	schemaVersion: z.literal(SCHEMA_VERSION),
	targets: z.array(target).min(1),
	named: namedTargets,
});
export type TargetsFile = z.infer<typeof targetsFile>;
/** A user's own file. Relative paths in it start from its folder. */
export const namedTargetsFile = z.strictObject({
	schemaVersion: userSchemaVersion,
	named: namedTargets,
});

/** Lists of targets, as `--targets` takes them. The support matrix is made of them. */
export const versionsFile = z.strictObject({
	schemaVersion: z.literal(SCHEMA_VERSION),
	lists: z.record(identifier, z.array(z.string().min(1).max(4096)).min(1)),
});

/** Sizes are bytes on disk; null where the runtime has no such thing. */
export const targetSize = z.strictObject({
	/** The file that the engine loads for the framework. */
	frameworkBundleBytes: z.number().nonnegative().nullable(),
	/** The harness with everything it reaches, bundled and minified. */
	minifiedBundleBytes: z.number().nonnegative().nullable(),
	/** The compiled binary. */
	binaryBytes: z.number().nonnegative().nullable(),
	/** Everything that the package manager put on the disk for this runtime. */
	installedBytes: z.number().nonnegative().nullable(),
	/**
	 * The time to set up from the lock file, download and build included. Null if an earlier set-up was there
	 * to build upon.
	 */
	setupSeconds: z.number().nonnegative().nullable(),
});
export type TargetSize = z.infer<typeof targetSize>;
