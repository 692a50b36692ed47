/**
 * `load.json` is the record of a load run: what was sent when, and what became of it. Figures are made of it
 * in `analysis/load/`. Times of messages are nanoseconds after the moment at which the message was to be
 * sent, so that a harness and a generator that are late show in them.
 */
import { z } from "zod";
import { target } from "./inputs.ts";
import { failure } from "./measurement.ts";
import { monitorRecord } from "./monitor.ts";
import { bytes, count, identifier, ns, SCHEMA_VERSION } from "./primitives.ts";
import { leftOutTarget, machine } from "./run.ts";

/** One letter a message. */
export const OUTCOMES = {
	right: "r",
	/** The replies were others than the mock's answer makes. */
	wrong: "w",
	/** The framework returned, without an error and without a reply. */
	lost: "l",
	raised: "x",
	/** It had not returned when the time-out was over. */
	late: "t",
	/** The phase was cut, by Ctrl-C or the end of the worker: nothing is known of it. */
	unknown: "u",
} as const;
export type Outcome = keyof typeof OUTCOMES;

const sinceIntendedNs = z.array(z.int().nullable());

/** One value of each a message, in the order in which they were to be sent. */
export const loadMessages = z.strictObject({
	/** When it was to be sent, from the beginning of the phase. */
	intendedNs: z.array(ns),
	/** How late the generator was. */
	sentNs: z.array(z.int()),
	/** Null: it did not return in time. */
	readNs: sinceIntendedNs,
	calledNs: sinceIntendedNs,
	returnedNs: sinceIntendedNs,
	/** How long the model was waited for; empty: no time at all, of every message. */
	modelNs: z.array(ns),
	outcomes: z.string().regex(/^[rwlxtu]*$/),
});
export type LoadMessages = z.infer<typeof loadMessages>;

/** How messages come. */
export const loadPlan = z.discriminatedUnion("kind", [
	/** At a rate, whatever becomes of them. */
	z.strictObject({
		kind: z.literal("open"),
		arrivals: z.enum(["poisson", "constant"]),
		perSecond: z.number().positive(),
		seconds: z.number().positive(),
	}),
	/** Each user waits for the reply, then thinks (exponential, this mean), then sends the next one. */
	z.strictObject({
		kind: z.literal("closed"),
		conversations: z.int().min(1),
		thinkMs: z.number().nonnegative(),
		seconds: z.number().positive(),
	}),
	/** One at a time, as fast as they are answered. */
	z.strictObject({ kind: z.literal("serial"), messages: z.int().min(1), seconds: z.number().positive() }),
]);
export type LoadPlan = z.infer<typeof loadPlan>;

/** What a phase is for. */
export const loadPurpose = z.enum([
	"warm-up",
	/** Does a message cost more, the more is stored? */
	"growth",
	/** A step of the search for the capacity. */
	"search",
	/** At half of the capacity. */
	"half",
	/** At one and a half times the capacity. */
	"beyond",
	/** At a rate, until it is no longer held. */
	"until",
	/** At a number of conversations that was asked for. */
	"closed",
]);
export type LoadPurpose = z.infer<typeof loadPurpose>;

export const loadPhase = z.strictObject({
	purpose: loadPurpose,
	plan: loadPlan,
	/** Against an empty worker: without a framework. */
	empty: z.boolean(),
	users: count,
	/** Older memories that were stored before. */
	history: count,
	/** From its beginning to the end of sending. */
	sendingNs: ns,
	/** From there until every message had returned; null: some did not in time. */
	drainNs: ns.nullable(),
	/** Sending was ended early: by how late messages were, by Ctrl-C, or by the end of the worker. */
	ended: z.enum(["given-up", "interrupted", "lost"]).nullable(),
	messages: loadMessages,
	/**
	 * Processor time of the worker, all threads, from the beginning of the phase until every message had
	 * returned; null: the worker was lost, or some messages did not return.
	 */
	cpuNs: ns.nullable(),
	/** That of the generator. */
	generatorCpuNs: ns,
	/** Resident memory of the worker at the end of the phase. */
	rssBytes: bytes.nullable(),
	/** How often the pipe to the worker was full. */
	pipeFull: count,
	/** Users of whom other messages were found stored than were sent; null: it was not looked for. */
	misplacedUsers: count.nullable(),
	/** The machine from the beginning of the phase to its end. The generator is not counted as others. */
	monitor: monitorRecord.nullable(),
});
export type LoadPhase = z.infer<typeof loadPhase>;

export const loadProcess = z.strictObject({
	target: identifier,
	/** Fresh processes of a target, from 0. */
	process: count,
	empty: z.boolean(),
	modelDelayMs: z.number().nonnegative(),
	spawnToReadyNs: ns.nullable(),
	/** The log, relative to the run's folder. */
	log: z.string(),
	/** The framework's own error, outside a message. */
	failure: failure.nullable(),
	/** A fault of the process itself: a crash, a time-out, garbage, too much memory. */
	problem: z.string().nullable(),
	phases: z.array(loadPhase),
});
export type LoadProcess = z.infer<typeof loadProcess>;

export const loadSettings = z.strictObject({
	scenario: identifier,
	users: z.int().min(1),
	history: count,
	/** The framework's share of a message's time may be so long, at the 99th percentile. */
	limitNs: ns,
	/** A message that has not returned after so long is late. */
	timeoutNs: ns,
	arrivals: z.enum(["poisson", "constant"]),
	processes: z.int().min(1),
	/** No further process is begun that would take longer than this. Null: all are. */
	budgetSeconds: z.number().positive().nullable(),
	phaseSeconds: z.number().positive(),
	/** Where cost grows with what is stored: these rates, for so long. */
	rates: z.array(z.number().positive()),
	untilSeconds: z.number().positive(),
	/** Null: open loop. "search": the most conversations are searched. */
	conversations: z.union([z.int().min(1), z.literal("search")]).nullable(),
	thinkMs: z.number().nonnegative(),
	modelDelayMs: z.number().nonnegative(),
	/** A worker that takes more is ended. */
	memoryBytes: bytes,
	seed: count,
});
export type LoadSettings = z.infer<typeof loadSettings>;

export const loadFile = z.strictObject({
	schemaVersion: z.literal(SCHEMA_VERSION),
	kind: z.literal("load"),
	startedAt: z.string(),
	/** Null: it runs, or was killed. */
	finishedAt: z.string().nullable(),
	/** Stopped by the user. */
	interrupted: z.boolean(),
	command: z.array(z.string()),
	machine,
	settings: loadSettings,
	targets: z.array(target),
	leftOut: z.array(leftOutTarget),
	processes: z.array(loadProcess),
});
export type LoadFile = z.infer<typeof loadFile>;
