/** The record of `./run.sh everything`: which of its parts were run, and how each ended. */
import { z } from "zod";
import { count, SCHEMA_VERSION } from "./primitives.ts";
import { machine } from "./run.ts";

/** In the order in which they are run. */
export const partName = z.enum(["main", "load", "conversations", "density", "soak"]);
export type PartName = z.infer<typeof partName>;

export const everythingPart = z.strictObject({
	name: partName,
	/** Null: it has not ended, and may never have begun. */
	exitStatus: count.nullable(),
	/** Why it gave nothing, or not all; null: it ended as it should, or says so itself. */
	problem: z.string().nullable(),
});
export type EverythingPart = z.infer<typeof everythingPart>;

export const everythingFile = z.strictObject({
	schemaVersion: z.literal(SCHEMA_VERSION),
	kind: z.literal("everything"),
	startedAt: z.string(),
	machine,
	/** What it was begun with. A resumed one takes it over. */
	asked: z.strictObject({
		/** As `--targets` takes it. */
		targets: z.string(),
		targetFile: z.string().optional(),
		/** Of the main run. */
		scenarios: z.string(),
		profile: z.string(),
	}),
	/** Parts that no target can take are not there. */
	parts: z.array(everythingPart),
});
export type EverythingFile = z.infer<typeof everythingFile>;
