/** Every schema is made of these parts. Only the schemas beside this file import it. */
import { z } from "zod";

/** All files have this version. Results of version 1 are still read (`analysis/cell/version-1.ts`). */
export const SCHEMA_VERSION = 2;
/** Files that users write, and whose shape has not changed since version 1, may have either version. */
export const userSchemaVersion = z.union([z.literal(1), z.literal(SCHEMA_VERSION)]);

export const ns = z.int().nonnegative();
export const bytes = z.int().nonnegative();
export const count = z.int().nonnegative();
/**
 * Nothing that is measured here is larger or, unless it is 0, smaller, in whatever unit. A value beyond comes
 * from no run, and a ratio with it would be no number.
 */
const [LARGEST, SMALLEST] = [1e15, 1e-15];
/** A reading is one of many values. */
export const reading = z.number().nonnegative().max(LARGEST);
const isMeasurable = (value: number) => value === 0 || Math.abs(value) >= SMALLEST;
const NOT_MEASURABLE = "is nearer to 0 than anything that is measured";
export const figure = reading.refine(isMeasurable, NOT_MEASURABLE);
export const signedFigure = z.number().min(-LARGEST).max(LARGEST).refine(isMeasurable, NOT_MEASURABLE);
/** Two readings are at most so far apart. */
export const logRatio = z
	.number()
	.min(-2 * Math.log(LARGEST))
	.max(2 * Math.log(LARGEST));
/** Counts by name, for example model calls by template. */
export const counts = z.record(z.string(), count);
/** A name of files and keys. `constructor` is refused, because every JavaScript object has it already. */
export const identifier = z
	.string()
	.max(100)
	.regex(/^(?!constructor$)[a-z0-9]+(-[a-z0-9]+)*$/, "must be lower-case words joined by hyphens");

export const runtimeName = z.enum(["typescript", "python", "rust"]);
export type RuntimeName = z.infer<typeof runtimeName>;

/**
 * The kinds of prompt that a framework sends to its model. The mock tells them apart by their schema text.
 * Only some versions ask the last four.
 */
export const templateName = z.enum([
	"shouldRespond",
	"messageHandler",
	"reply",
	"multiStepDecision",
	"multiStepSummary",
	"actionSelection",
	"providerSelection",
	"reflection",
	"embeddingIntent",
]);
export type TemplateName = z.infer<typeof templateName>;
