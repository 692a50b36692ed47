/** The worker protocol has one JSON object a line: commands on stdin, events on a descriptor of their own. */
import { z } from "zod";
import { failure, iterationPhase, measurementFile } from "./measurement.ts";
import { ns } from "./primitives.ts";

export const workerCommand = z.discriminatedUnion("cmd", [
	z.strictObject({ cmd: z.literal("cold") }),
	z.strictObject({ cmd: z.literal("verify") }),
	z.strictObject({ cmd: z.literal("iterate"), phase: iterationPhase }),
	z.strictObject({ cmd: z.literal("begin"), phase: iterationPhase }),
	z.strictObject({ cmd: z.literal("message") }),
	z.strictObject({ cmd: z.literal("end") }),
	z.strictObject({ cmd: z.literal("finish") }),
]);
export type WorkerCommand = z.infer<typeof workerCommand>;

/** A harness sends this first in every mode that takes commands. */
export const readyEvent = z.object({
	event: z.literal("ready"),
	pid: z.int(),
	importNs: ns,
	versions: measurementFile.shape.versions,
});

export const workerEvent = z.discriminatedUnion("event", [
	readyEvent,
	z.object({ event: z.literal("done"), cmd: z.string() }),
	z.object({ event: z.literal("failed"), cmd: z.string(), failure }),
	z.object({ event: z.literal("finished") }),
]);
export type WorkerEvent = z.infer<typeof workerEvent>;
