/** The stages of a message: their names for readers, and the one order in which every report shows them. */
import type { StageName } from "../../shared/types.ts";
import { stageName } from "../../shared/types.ts";

/** The order of the schema. The unattributed time of a message comes last. */
export const STAGES: readonly StageName[] = [
	...stageName.options.filter((stage) => stage !== "message"),
	"message",
];

/** The name that files give a stage. The message's own entry is the time that no stage accounts for. */
export function stageLabel(stage: StageName): string {
	return stage === "message" ? "unattributed" : stage;
}
