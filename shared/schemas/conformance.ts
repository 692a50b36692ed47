/** The report of `./run.sh conformance` on a harness. */
import { z } from "zod";
import { count, identifier, SCHEMA_VERSION } from "./primitives.ts";

/**
 * "not-tried": the check could not be made, because an earlier one failed or there was nothing to try it on.
 * It is never a pass.
 */
export const conformanceStatus = z.enum(["passed", "failed", "not-tried"]);
export type ConformanceStatus = z.infer<typeof conformanceStatus>;

export const conformanceCheck = z.strictObject({
	name: identifier,
	/** The demand of the contract, in one line. */
	about: z.string(),
	status: conformanceStatus,
	/** One line that says what was seen, or what is wrong. */
	reason: z.string(),
	/** Remarks that are worth knowing and no fault of the harness. */
	notes: z.array(z.string()),
});
export type ConformanceCheck = z.infer<typeof conformanceCheck>;

export const conformanceReport = z.strictObject({
	schemaVersion: z.literal(SCHEMA_VERSION),
	kind: z.literal("conformance"),
	/** The executable and the arguments that every start began with. */
	harness: z.array(z.string()),
	scenarios: z.array(z.string()),
	seed: count,
	/** True if no check failed. */
	passed: z.boolean(),
	checks: z.array(conformanceCheck),
});
export type ConformanceReport = z.infer<typeof conformanceReport>;
