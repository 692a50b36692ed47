/** Says where each stage of the pipeline can be observed from outside. */
import type { CellMeasurement, StageName } from "../../shared/types.ts";
import type { Agent } from "./agent.ts";
import {
	CREATING_METHODS,
	DECISION_METHOD,
	locatePrompts,
	MODEL_METHOD,
	READING_METHODS,
} from "./frameworks/pipeline.ts";

type StageSource = NonNullable<CellMeasurement["stageSources"]>[number];
export type Methods = Record<string, ((...args: never[]) => unknown) | undefined>;

export const EVENT_METHOD = "emitEvent";
export const RUNTIME_METHODS = {
	composeState: "compose_state",
	[MODEL_METHOD]: "model_call",
	processActions: "action_dispatch",
	evaluate: "evaluator",
	[EVENT_METHOD]: "event_emit",
} as const satisfies Record<string, StageName>;

const SERIALIZATION_IS_HIDDEN =
	"JSON.stringify of states and messages is called by functions inside the framework's module (logger, " +
	"prompt): it could be replaced for the whole process only";

/** Looks at what this agent offers, because versions of the framework differ. */
export function describeStageSources({
	runtime,
	adapter,
}: Pick<Agent, "runtime" | "adapter">): StageSource[] {
	const findMethods = (
		stage: StageName,
		owner: string,
		object: object | null,
		names: readonly string[],
		more = "",
	): StageSource => {
		const found = names.filter((name) => typeof (object as unknown as Methods | null)?.[name] === "function");
		const list = (methods: readonly string[]) => methods.map((name) => `${owner}.${name}`).join(", ");
		if (found.length === 0) return { stage, observable: false, how: `there is no ${list(names)}` };
		return { stage, observable: true, how: `wrapped method ${list(found)}${more}` };
	};
	const findRuntimeMethod = (stage: StageName, name: string, more = "") =>
		findMethods(stage, "runtime", runtime, [name], more);
	const prompts = locatePrompts(runtime);
	const isOwn = prompts.object === runtime;
	const asked = isOwn ? prompts.names.map((name) => `runtime.${name}`).join(", ") : `runtime.${MODEL_METHOD}`;
	const observe = (stage: StageName, how: string): StageSource => ({ stage, observable: true, how });
	return [
		observe("message", "boundary timestamps around handleMessage"),
		findRuntimeMethod("compose_state", "composeState"),
		observe("provider_execution", "union of the provider spans within compose_state"),
		observe("provider", "wrapped get of a copy of each registered provider"),
		findMethods(
			"should_respond",
			"messageService",
			runtime.messageService ?? null,
			[DECISION_METHOD],
			`; if it leaves the decision to the model, the stage lasts until ${asked} has answered`,
		),
		findMethods(
			"prompt",
			prompts.owner,
			prompts.object,
			prompts.names,
			isOwn ? "" : ", whose self time is the building and parsing of prompts",
		),
		findRuntimeMethod("model_call", "useModel"),
		findRuntimeMethod("action_dispatch", "processActions"),
		observe("action", "wrapped handler of a copy of each registered action"),
		findRuntimeMethod("evaluator", "evaluate", ", and handler of a copy of each registered evaluator"),
		findMethods("memory_create", "adapter", adapter, CREATING_METHODS),
		findMethods("memory_get", "adapter", adapter, READING_METHODS),
		{ stage: "state_serialization", observable: false, how: SERIALIZATION_IS_HIDDEN },
		findRuntimeMethod("event_emit", "emitEvent"),
		observe("callback", "wrapped callback"),
	];
}
