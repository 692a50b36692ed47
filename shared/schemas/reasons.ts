/**
 * Reasons say why a cell has the status it has. They are facts, which `report/text/reasons.ts` puts into
 * words.
 */
import { z } from "zod";
import { exactOrRange } from "./inputs.ts";
import { failure } from "./measurement.ts";
import { count } from "./primitives.ts";

const figure = z.number().nonnegative();
const author = z.enum(["user", "agent"]);

/** A difference between the work of a verification iteration and what its scenario asks for. */
export const difference = z.discriminatedUnion("kind", [
	/** Other messages than the scenario's were sent. */
	z.strictObject({ kind: z.literal("input") }),
	z.strictObject({
		kind: z.literal("replies"),
		/** Messages with a wrong answer, of all messages. */
		wrong: count,
		messages: count,
		/** The first wrong answer, and how many different ones there are beside it. */
		first: z.array(z.string()),
		other_answers: count,
		wanted: z.array(z.string()),
	}),
	z.strictObject({ kind: z.literal("unaccounted"), answered: count, messages: count }),
	/**
	 * Fewer than the scenario needs, or a call that nothing needs and that may be a repetition. Both numbers
	 * are per message.
	 */
	z.strictObject({
		kind: z.literal("model-calls"),
		template: z.string(),
		seen: figure,
		wanted: exactOrRange,
	}),
	/** One message asked the same question again. It had its answer, which is the same every time. */
	z.strictObject({
		kind: z.literal("repeated-calls"),
		question: z.string(),
		/** The most calls of one message; where messages overlap, of all of them. */
		calls: count,
		/** So many are no repetition. */
		allowed: count,
		/** Messages that repeat the question, of all messages; null where messages overlap. */
		repeating: count.nullable(),
		messages: count,
	}),
	z.strictObject({ kind: z.literal("memories"), author, seen: figure, wanted: exactOrRange }),
	z.strictObject({ kind: z.literal("foreign-memories"), records: count }),
	z.strictObject({
		kind: z.literal("room-memories"),
		room: z.string(),
		messages: count,
		user: count,
		agent: count,
	}),
	z.strictObject({ kind: z.literal("action-runs"), seen: figure, wanted: count }),
	z.strictObject({ kind: z.literal("providers"), ran: z.array(z.string()), wanted: z.array(z.string()) }),
	z.strictObject({ kind: z.literal("dummy-providers"), ran: count, wanted: count }),
	z.strictObject({ kind: z.literal("dummy-actions"), offered: count, wanted: count }),
	z.strictObject({ kind: z.literal("room-members"), told: count, wanted: count }),
	z.strictObject({ kind: z.literal("character-text"), characters: count, wanted: count }),
	z.strictObject({ kind: z.literal("history-seeded"), seeded: count, wanted: count }),
	z.strictObject({ kind: z.literal("history-returned"), returned: count, wanted: count }),
	/** The database gave the framework more memories than it asked for. The last two numbers are one read. */
	z.strictObject({
		kind: z.literal("reads-beyond-limit"),
		beyond: count,
		reads: count,
		asked: count,
		returned: count,
	}),
	z.strictObject({ kind: z.literal("no-control") }),
	/** Chunks of a message that were received while it was streamed. `asked`: times the model streamed. */
	z.strictObject({ kind: z.literal("chunks"), seen: figure, wanted: exactOrRange, asked: count }),
	/** The chunks of so many messages, joined, are not the text of their reply. */
	z.strictObject({ kind: z.literal("torn-stream"), torn: count, messages: count }),
	/** It said of so many messages that it had responded, and there was no answer to be had. */
	z.strictObject({ kind: z.literal("claimed-response"), claimed: count, messages: count }),
	/** It answered the control message. `asked`: it did so although the model said IGNORE. */
	z.strictObject({ kind: z.literal("no-decision"), asked: z.boolean() }),
	z.strictObject({ kind: z.literal("operation-missing"), operation: z.string() }),
	z.strictObject({
		kind: z.literal("operation-wrong"),
		operation: z.string(),
		wrong: count,
		done: count,
		/** A right read returns so many memories, and of its room only. Absent: other rules. */
		limit: count.optional(),
	}),
	/** A read by room did not return the newest records. */
	z.strictObject({
		kind: z.literal("operation-not-newest"),
		operation: z.string(),
		limit: count.nullable(),
	}),
	/** An operation of the calibration gave another result than all languages have to give. */
	z.strictObject({ kind: z.literal("operation-result"), operation: z.string() }),
	z.strictObject({ kind: z.literal("errors-logged"), count, first: z.string() }),
]);
export type Difference = z.infer<typeof difference>;

/** A difference between a timed iteration and the verification. */
export const iterationDifference = z.strictObject({
	kind: z.literal("iteration"),
	phase: z.string(),
	/** The number counts from 1. */
	number: count,
	what: z.discriminatedUnion("kind", [
		z.strictObject({ kind: z.literal("replies") }),
		z.strictObject({ kind: z.literal("model-calls"), template: z.string(), seen: count, verified: count }),
		z.strictObject({ kind: z.literal("action-runs"), seen: count, verified: count }),
		z.strictObject({ kind: z.literal("chunks"), seen: count, verified: count }),
		z.strictObject({
			kind: z.literal("call-sequence"),
			/** The number counts from 1. */
			message: count,
			seen: z.array(z.string()),
			verified: z.array(z.string()),
		}),
	]),
});
export type IterationDifference = z.infer<typeof iterationDifference>;

/** A fault because of which the figures of a process do not count. */
export const processFault = z.discriminatedUnion("kind", [
	/** A crash, a time-out or a broken file, in the words of the part that noticed it. */
	z.strictObject({ kind: z.literal("process"), problem: z.string() }),
	z.strictObject({
		kind: z.literal("framework-error"),
		type: failure.shape.type,
		message: failure.shape.message,
	}),
	z.strictObject({ kind: z.literal("no-measurement") }),
	iterationDifference,
]);
export type ProcessFault = z.infer<typeof processFault>;

export const lostProcess = z.strictObject({
	kind: z.literal("process-lost"),
	/** The number counts from 1. */
	process: count,
	/** True for the A/A process of the target in its block. */
	aa: z.boolean(),
	fault: processFault,
});
export type LostProcess = z.infer<typeof lostProcess>;

export const reason = z.discriminatedUnion("kind", [
	...difference.options,
	...processFault.options,
	lostProcess,
	/** So many of the cell's processes do not count. The first of them stands for all. */
	z.strictObject({
		kind: z.literal("processes-lost"),
		lost: count,
		processes: count,
		first: lostProcess,
	}),
	z.strictObject({ kind: z.literal("nothing-measured") }),
	/** Words of an earlier version's result. */
	z.strictObject({ kind: z.literal("words"), words: z.string() }),
]);
export type Reason = z.infer<typeof reason>;

/** Something that disturbed the turns of a process. Shares are of the time of its turns. */
export const disturbance = z.discriminatedUnion("kind", [
	/** Others held the processors that it waited for. */
	z.strictObject({ kind: z.literal("waiting"), share: figure }),
	/** Others and it waited for processors. */
	z.strictObject({ kind: z.literal("pressure"), share: figure }),
	/** Others used so many of the processors. */
	z.strictObject({ kind: z.literal("foreign-cpu"), used: figure, processors: count }),
	/** The host gave the processors to other machines. */
	z.strictObject({ kind: z.literal("steal"), share: figure }),
	/** The CPU quota of its cgroup held it back. */
	z.strictObject({ kind: z.literal("quota"), share: figure }),
	/** The machine was short of memory. */
	z.strictObject({ kind: z.literal("memory"), share: figure }),
	/** It read pages back from the disk. */
	z.strictObject({ kind: z.literal("major-faults"), pages: count }),
	/** Words of an earlier version's result. */
	z.strictObject({ kind: z.literal("words"), words: z.string() }),
]);
export type Disturbance = z.infer<typeof disturbance>;
