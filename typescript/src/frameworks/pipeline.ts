/** Where the stages of the pipeline are in a version: they are observed from outside. */
import type { AgentRuntime } from "@elizaos/core";

/** The methods that create and read memories differ between versions, and those that exist are observed. */
export const CREATING_METHODS = ["createMemory", "createMemories"];
export const READING_METHODS = [
	"getMemories",
	"getMemoryById",
	"getMemoriesByIds",
	"getMemoriesByRoomIds",
	"searchMemories",
];

/** A prompt is built, asked and parsed in this method of the runtime. */
export const PROMPT_METHOD = "dynamicPromptExecFromState";
/**
 * Where the runtime has no such method, functions of the framework's module build and parse prompts. The self
 * time of these methods of the message service is exactly theirs.
 */
const SERVICE_PROMPT_METHODS = ["runSingleShotCore", "runMultiStepCore"];

export const DECISION_METHOD = "shouldRespond";
/** Without {@link PROMPT_METHOD}, a decision that is left to the model lasts until this has answered. */
export const MODEL_METHOD = "useModel";

/** Says where prompts are built and parsed. Where they cannot be reached there are no such methods. */
export function locatePrompts(runtime: AgentRuntime): {
	owner: string;
	object: object;
	names: readonly string[];
} {
	const { messageService } = runtime;
	const isOwn = PROMPT_METHOD in runtime || !messageService;
	return isOwn
		? { owner: "runtime", object: runtime, names: [PROMPT_METHOD] }
		: { owner: "messageService", object: messageService, names: SERVICE_PROMPT_METHODS };
}

/** Says whether a runtime leaves to its model what its own rules do not decide. */
export function asksModelToDecide(runtime: AgentRuntime): boolean {
	const { isCheckShouldRespondEnabled } = runtime as { isCheckShouldRespondEnabled?: () => boolean };
	return isCheckShouldRespondEnabled?.call(runtime) ?? true;
}
