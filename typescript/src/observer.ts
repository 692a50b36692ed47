/** The observer: wraps the calls of one agent that are stages of the pipeline, and sums up what they took. */
import type { AgentRuntime, HandlerCallback, InMemoryDatabaseAdapter } from "@elizaos/core";
import type { CellMeasurement, StageName } from "../../shared/types.ts";
import type { Agent, Instrument } from "./agent.ts";
import { now } from "./clocks.ts";
import { CREATING_METHODS, READING_METHODS } from "./framework-differences.ts";
import type { Iteration } from "./iteration.ts";
import type { Spans } from "./spans.ts";
import { type Label, type StageRow, StageSums } from "./stages.ts";

type Methods = Record<string, ((...args: never[]) => unknown) | undefined>;

const RUNTIME_METHODS = {
	composeState: "compose_state",
	useModel: "model_call",
	processActions: "action_dispatch",
	evaluate: "evaluator",
	emitEvent: "event_emit",
} as const satisfies Record<string, StageName>;
const PROMPT_METHOD = "dynamicPromptExecFromState";
const DECISION_METHOD = "shouldRespond";
const NO_SPAN = -1;

export class Pipeline implements Instrument {
	readonly #spans: Spans;
	readonly #labels: Label[] = [];
	/** The decision that waits for the model's answer. */
	#decision = NO_SPAN;

	/** @param spans of an iteration that is over, or fresh */
	constructor(spans: Spans) {
		this.#spans = spans;
		spans.clear();
	}

	/** From here on calls are recorded. */
	start(): void {
		this.#spans.armed = true;
	}

	/** The stages of the messages that the iteration has sent. */
	rows(iteration: Iteration): StageRow[] {
		this.#spans.armed = false;
		const sums = new StageSums(this.#spans, this.#labels);
		for (const [index, sent] of iteration.sentAt.entries())
			sums.addMessage(sent, iteration.returnedAt[index] as number);
		return sums.rows();
	}

	adapter(adapter: InMemoryDatabaseAdapter): void {
		for (const name of CREATING_METHODS) this.#method(adapter, name, "memory_create");
		for (const name of READING_METHODS) this.#method(adapter, name, "memory_get");
	}

	runtime(runtime: AgentRuntime): void {
		for (const [name, stage] of Object.entries(RUNTIME_METHODS)) this.#method(runtime, name, stage);
		this.#method(runtime, PROMPT_METHOD, "prompt", () => this.#decided());
		if (runtime.messageService) this.#wrapDecision(runtime, runtime.messageService);
		// Copies: the framework's provider and action objects are shared by all its runtimes.
		runtime.providers.forEach((provider, index) => {
			runtime.providers[index] = {
				...provider,
				get: this.#wrapped("provider", provider.name, provider.get.bind(provider)),
			};
		});
		runtime.actions.forEach((action, index) => {
			runtime.actions[index] = {
				...action,
				handler: this.#wrapped("action", action.name, action.handler.bind(action)),
			};
		});
		runtime.evaluators.forEach((evaluator, index) => {
			const handler = this.#wrapped("evaluator", evaluator.name, evaluator.handler.bind(evaluator));
			runtime.evaluators[index] = { ...evaluator, handler };
		});
	}

	callback(callback: HandlerCallback): HandlerCallback {
		return this.#wrapped("callback", null, callback);
	}

	#wrapped<T extends (...args: never[]) => unknown>(
		stage: StageName,
		name: string | null,
		method: T,
		onSettled?: () => void,
	): T {
		return this.#spans.wrap(this.#label(stage, name), method, onSettled);
	}

	#method(object: object, name: string, stage: StageName, onSettled?: () => void): void {
		const methods = object as unknown as Methods;
		const method = methods[name];
		if (typeof method === "function") methods[name] = this.#wrapped(stage, null, method, onSettled);
	}

	/**
	 * The service decides by its rules or says that the model must be asked: then the decision lasts until
	 * the next prompt is answered.
	 */
	#wrapDecision(runtime: AgentRuntime, service: object): void {
		const methods = service as unknown as Methods;
		const method = methods[DECISION_METHOD];
		if (typeof method !== "function") return;
		const label = this.#label("should_respond", null);
		const spans = this.#spans;
		methods[DECISION_METHOD] = (...args: never[]) => {
			if (!spans.armed) return method.apply(service, args);
			const span = spans.open(label);
			const decision = method.apply(service, args) as { skipEvaluation?: boolean };
			const asksModel = decision.skipEvaluation !== true && runtime.isCheckShouldRespondEnabled();
			spans.returned[span] = now();
			if (asksModel) this.#decision = span;
			else spans.end[span] = spans.returned[span] as number;
			return decision;
		};
	}

	#decided(): void {
		if (this.#decision === NO_SPAN) return;
		this.#spans.end[this.#decision] = now();
		this.#decision = NO_SPAN;
	}

	#label(stage: StageName, name: string | null): number {
		const known = this.#labels.findIndex((label) => label.stage === stage && label.name === name);
		return known >= 0 ? known : this.#labels.push({ stage, name }) - 1;
	}
}

/** What can be seen of this agent from outside, and how. */
export function stageSources({
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
