/** The calibration's kernel: operations that frameworks do too, without a framework, and their inputs. */
import { z } from "zod";
import { stageName } from "./measurement.ts";
import { count, SCHEMA_VERSION } from "./primitives.ts";

/** In the order in which they are done. docs/harness-contract.md says what each does. */
export const kernelOperation = z.enum([
	"parse_answer",
	"render_template",
	"state_to_json",
	"state_from_json",
	"sort_records",
]);
export type KernelOperation = z.infer<typeof kernelOperation>;

/** All texts are ASCII, so that no language has to choose how to escape them. */
const ascii = z.string().regex(/^[\n -~]*$/);

export const calibrationFile = z.strictObject({
	schemaVersion: z.literal(SCHEMA_VERSION),
	/** The answer of a model, and the fields to find in it. */
	answer: z.strictObject({ text: ascii, fields: z.array(ascii).min(1) }),
	/** A framework's own template, and a value for each of its placeholders `{{name}}`. */
	template: z.strictObject({ text: ascii, values: z.record(z.string(), ascii) }),
	/** Its fields stand in the order in which they are written to JSON. */
	state: z.strictObject({
		agentId: ascii,
		roomId: ascii,
		agentName: ascii,
		messages: count,
		sections: z.array(
			z.strictObject({
				name: ascii,
				position: count,
				dynamic: z.boolean(),
				keywords: z.array(ascii),
				text: ascii,
			}),
		),
		text: ascii,
	}),
	/** No two have the same `createdAt`, so that there is one right order. */
	records: z.array(
		z.strictObject({ id: ascii, author: ascii, createdAt: count, hidden: z.boolean(), text: ascii }),
	),
});
export type CalibrationFile = z.infer<typeof calibrationFile>;

const interval = z.strictObject({ low: z.number().positive(), high: z.number().positive() });

/**
 * The times of the comparable targets, in ns, and how many times longer than the shortest of them, from pairs
 * inside blocks. The ratio is null for a target that is alone; its interval is null for the shortest, and
 * with fewer than two blocks.
 */
export const calibrationTimes = z.record(
	z.string(),
	z.strictObject({
		ns: z.number().positive(),
		ratio: z.number().positive().nullable(),
		interval: interval.nullable(),
	}),
);
export type CalibrationTimes = z.infer<typeof calibrationTimes>;

/** One call in a warm process, and the first one in a fresh process. */
const warmAndFirst = { warm: calibrationTimes, first: calibrationTimes };

/** What the operations cost by themselves, beside what a message costs. It compares no frameworks. */
export const calibration = z.strictObject({
	scenario: z.string(),
	operations: z.array(z.strictObject({ operation: kernelOperation, ...warmAndFirst })).min(1),
	/** A message of the same run; null where none was measured. */
	message: z.strictObject({ scenario: z.string(), ...warmAndFirst }).nullable(),
	/**
	 * How much of a stage its operations would take by themselves, where both were measured. `ns` are
	 * geometric means over processes: of the stage per message, and of one call of each of the operations.
	 */
	shares: z.array(
		z.strictObject({
			target: z.string(),
			scenario: z.string(),
			stage: stageName,
			stage_ns: z.number().positive(),
			operations: z.array(kernelOperation).min(1),
			operations_ns: z.number().positive(),
			share: z.number().positive(),
			/** Of the share; null with fewer than two processes of either. */
			interval: interval.nullable(),
		}),
	),
});
export type Calibration = z.infer<typeof calibration>;
export type CalibrationShare = Calibration["shares"][number];
