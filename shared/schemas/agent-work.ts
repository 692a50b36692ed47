/**
 * Agents of the user's own: what the harness is given of one, and what it records of the parts that an agent
 * is put together from. A part is a provider, an action, an evaluator, a service or a handler of events; its
 * owner is the plugin that brought it.
 */
import { z } from "zod";
import { count, counts, ns, SCHEMA_VERSION } from "./primitives.ts";

/** Where a plugin of an agent comes from. */
export const pluginOrigin = z.enum([
	/** The framework's own bootstrap, and its database where that is a plugin. */
	"framework",
	/** Named in the character's list of plugins. */
	"character",
	/** An object in what the project exports: the project's entry brings it. */
	"project",
	/** Named beside the character in a `package.json`. */
	"folder",
	/** Added on the command line. */
	"added",
]);
export type PluginOrigin = z.infer<typeof pluginOrigin>;

/** Why a plugin could not be measured, in its own words. */
export const pluginFailure = z.strictObject({
	/**
	 * What was done with it, or what it was doing. `exit`: it ended the process. `rejection`: it left a
	 * rejection that nobody handled. `child`: a process of its own stayed when the agent had ended.
	 */
	phase: z.enum(["install", "import", "init", "service", "message", "exit", "rejection", "child"]),
	type: z.string(),
	message: z.string(),
	stack: z.string(),
});
export type PluginFailure = z.infer<typeof pluginFailure>;

/** A plugin of an agent, as its set-up left it. */
export const agentPlugin = z.strictObject({
	/** The name of its package, by which reports and options call it. */
	name: z.string().min(1),
	/** Null: it could not be installed. */
	version: z.string().nullable(),
	origin: pluginOrigin,
	/** Why it could not be installed. Absent: it is. */
	failure: pluginFailure.optional(),
});
export type AgentPlugin = z.infer<typeof agentPlugin>;

/** What an installed agent consists of. The set-up writes it, the harness reads it (`--agent`). */
export const agentManifest = z.strictObject({
	schemaVersion: z.literal(SCHEMA_VERSION),
	kind: z.literal("agent-manifest"),
	/** The character's name. */
	name: z.string(),
	/** Without its secrets. Null: the entry brings it. */
	character: z.record(z.string(), z.unknown()).nullable(),
	/** The file whose default export has the agents, absolute. Null: there is none. */
	entry: z.string().nullable(),
	/** Those that are imported one by one, in the order in which they are registered. */
	plugins: z.array(agentPlugin),
});
export type AgentManifest = z.infer<typeof agentManifest>;

export const partKind = z.enum(["provider", "action", "evaluator", "service", "event"]);
export type PartKind = z.infer<typeof partKind>;

/**
 * Whose work something is. `part` is null for a plugin's work in none of its parts, such as its `init`, and
 * both are null for what no plugin does.
 */
export const owner = z.strictObject({
	plugin: z.string().nullable(),
	part: z.strictObject({ kind: partKind, name: z.string() }).nullable(),
});
export type Owner = z.infer<typeof owner>;

/** What a trial of an agent tells, one JSON object a line, before it is measured. */
export const trialEvent = z.discriminatedUnion("event", [
	z.object({ event: z.literal("doing"), plugin: z.string(), phase: z.string() }),
	z.object({ event: z.literal("done"), plugin: z.string(), phase: z.string() }),
	/** Null: it is the framework's own. */
	z.object({ event: z.literal("failed"), plugin: z.string().nullable(), failure: pluginFailure }),
	z.object({ event: z.literal("tried") }),
]);
export type TrialEvent = z.infer<typeof trialEvent>;

/** How the import of each plugin went, once a process. */
export const pluginImports = z.strictObject({
	/** Of the project's entry with everything that it imports; null: there is none. */
	entryNs: ns.nullable(),
	plugins: z.array(
		z.strictObject({
			name: z.string(),
			/**
			 * What several plugins import counts for the first of them. Null: it was not imported by
			 * itself.
			 */
			importNs: ns.nullable(),
			failure: pluginFailure.nullable(),
		}),
	),
});
export type PluginImports = z.infer<typeof pluginImports>;

/** How each plugin started in one runtime. Plugins start side by side, so that these times may overlap. */
export const pluginStart = z.strictObject({
	plugin: z.string(),
	/** From the call of its `init` until that had ended; null: it has none. */
	initNs: ns.nullable(),
	services: z.array(
		z.strictObject({
			name: z.string(),
			/** From the call of its `start` until it had started; null: it has not, or it raised. */
			startNs: ns.nullable(),
		}),
	),
	failure: pluginFailure.nullable(),
});
export type PluginStart = z.infer<typeof pluginStart>;

/** Calls of a model, as the mock saw them. */
export const ownerModelCalls = z.strictObject({
	modelType: z.string(),
	/** `unmatched`: a prompt that is none of the framework's own. */
	template: z.string(),
	calls: count,
	promptChars: count,
	answerChars: count,
});

/** What one part, one plugin outside its parts, or the framework itself did in an iteration's messages. */
export const ownerWork = z.strictObject({
	...owner.shape,
	/** Runs of a provider, of a handler, or calls of a service's methods. */
	runs: count,
	/** How often an action or an evaluator was asked whether it applies. */
	validations: count,
	/** All characters of a provider's texts. */
	textChars: count,
	/**
	 * What of these texts was found, word for word, in the prompts of each template: in how many prompts, and
	 * their characters there. A text of a part that is put into the text of another one counts for both.
	 */
	prompts: z.array(z.strictObject({ template: z.string(), prompts: count, chars: count })),
	/** Calls that were made for it, directly or by what it called, up to the next part. */
	modelCalls: z.array(ownerModelCalls),
	/** Calls of the database adapter's methods, with names in snake_case. */
	databaseCalls: counts,
	/** What it raised, at most ten. */
	errors: z.array(z.string()),
});
export type OwnerWork = z.infer<typeof ownerWork>;

/** What goes on when no message comes, by whoever started it. */
export const idleWork = z.strictObject({
	...owner.shape,
	/** Timers that it has set and that fired, and the time in their callbacks up to their return. */
	timerRuns: count,
	timerNs: ns,
	modelCalls: count,
	databaseCalls: count,
});
export type IdleWork = z.infer<typeof idleWork>;

/** What the verification of an agent records beside the work ledger. */
export const agentLedger = z.strictObject({
	messages: count,
	starts: z.array(pluginStart),
	/** All prompts, by whoever asked. */
	prompts: z.array(ownerModelCalls),
	work: z.array(ownerWork),
	/** After the messages, once the framework was at rest or 20 seconds were over. */
	idle: z.strictObject({
		watchedNs: ns,
		/** Processor time of the process over that time. */
		cpuNs: ns,
		work: z.array(idleWork),
	}),
});
export type AgentLedger = z.infer<typeof agentLedger>;

/** Times of an observed iteration by owner, as totals over its messages. Self times add up to these. */
export const ownerTime = z.strictObject({
	...owner.shape,
	calls: count,
	inclusiveNs: ns,
	/**
	 * Time of this owner and of none that it called. What it waits for counts: its model calls, its
	 * database.
	 */
	selfNs: ns,
});
export type OwnerTime = z.infer<typeof ownerTime>;
