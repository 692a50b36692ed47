/** Where each stage of the pipeline can be seen from outside. */
import type { CellMeasurement, StageName } from "../../shared/types.ts";
import type { Agent } from "./agent.ts";
import { CREATING_METHODS, READING_METHODS } from "./framework-differences.ts";

export type Methods = Record<string, ((...args: never[]) => unknown) | undefined>;

export const RUNTIME_METHODS = {
	composeState: "compose_state",
	useModel: "model_call",
	processActions: "action_dispatch",
	evaluate: "evaluator",
	emitEvent: "event_emit",
} as const satisfies Record<string, StageName>;
export const PROMPT_METHOD = "dynamicPromptExecFromState";
export const DECISION_METHOD = "shouldRespond";

/** What can be seen of this agent from outside, and how. */
export function describeStageSources({
	runtime,
	adapter,
}: Pick<Agent, "runtime" | "adapter">): NonNullable<CellMeasurement["stageSources"]> {
	const methods = (
		stage: StageName,
		owner: string,
		object: object | null,
		names: readonly string[],
		more = "",
	) => {
		const found = names.filter((name) => typeof (object as unknown as Methods | null)?.[name] === "function");
		const listed = (all: readonly string[]) => all.map((name) => `${owner}.${name}`).join(", ");
		if (found.length === 0) return { stage, observable: false, how: `there is no ${listed(names)}` };
		return { stage, observable: true, how: `wrapped method ${listed(found)}${more}` };
	};
	const always = (stage: StageName, how: string) => ({ stage, observable: true, how });
	return [
		always("message", "boundary timestamps around handleMessage"),
		methods("compose_state", "runtime", runtime, ["composeState"]),
		always("provider_execution", "union of the provider spans within compose_state"),
		always("provider", "wrapped get of a copy of each registered provider"),
		methods(
			...(["should_respond", "messageService", runtime.messageService ?? null, [DECISION_METHOD]] as const),
			`, and where it leaves the decision to the model, on until runtime.${PROMPT_METHOD} has answered`,
		),
		methods("prompt", "runtime", runtime, [PROMPT_METHOD]),
		methods("model_call", "runtime", runtime, ["useModel"]),
		methods("action_dispatch", "runtime", runtime, ["processActions"]),
		always("action", "wrapped handler of a copy of each registered action"),
		methods(
			"evaluator",
			"runtime",
			runtime,
			["evaluate"],
			", and handler of a copy of each registered evaluator",
		),
		methods("memory_create", "adapter", adapter, CREATING_METHODS),
		methods("memory_get", "adapter", adapter, READING_METHODS),
		{
			stage: "state_serialization",
			observable: false,
			how: "JSON.stringify of states and messages is called by functions inside the framework's module (logger, prompt): it could be replaced for the whole process only",
		},
		methods("event_emit", "runtime", runtime, ["emitEvent"]),
		always("callback", "wrapped callback"),
	];
}
