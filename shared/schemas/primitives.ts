/** What every schema is made of. Imported by the schemas beside it only. */
import { z } from "zod";

export const SCHEMA_VERSION = 1;

export const ns = z.int().nonnegative();
export const bytes = z.int().nonnegative();
export const count = z.int().nonnegative();
/** Counts by name, for example model calls by template. */
export const counts = z.record(z.string(), count);
/** A name of files and keys: `constructor` is one that every JavaScript object has already. */
export const identifier = z
	.string()
	.max(100)
	.regex(/^(?!constructor$)[a-z0-9]+(-[a-z0-9]+)*$/, "must be lower-case words joined by hyphens");

export const runtimeName = z.enum(["typescript", "python", "rust"]);
export type RuntimeName = z.infer<typeof runtimeName>;

/** The kinds of prompt that a framework sends to its model; the mock tells them apart by their schema text. The last four are asked by some versions only. */
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
