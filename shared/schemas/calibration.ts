/** The calibration's kernel: operations that frameworks do too, without a framework, and their inputs. */
import { z } from "zod";
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
