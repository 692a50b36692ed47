/** This file names the stages of a message for readers, in the one order in which every report shows them. */
import type { StageName } from "../../shared/types.ts";
import { stageName } from "../../shared/types.ts";

/** The order is that of the schema, with the unattributed time of a message last. */
export const STAGES: readonly StageName[] = [
	...stageName.options.filter((stage) => stage !== "message"),
	"message",
];

/** Returns the name that files give a stage. The message's own entry is the unattributed time. */
export function stageLabel(stage: StageName): string {
	return stage === "message" ? "unattributed" : stage;
}
