/** The observer wraps the calls of one agent that are stages of the pipeline, and sums their times. */
import type { AgentRuntime, HandlerCallback, InMemoryDatabaseAdapter } from "@elizaos/core";
import type { StageName } from "../../shared/types.ts";
import { type Instrument, wrapComponents } from "./agent.ts";
import { now } from "./clocks.ts";
import { CREATING_METHODS, READING_METHODS } from "./framework-differences.ts";
import type { Iteration } from "./iteration.ts";
import type { Spans } from "./spans.ts";
import { DECISION_METHOD, type Methods, PROMPT_METHOD, RUNTIME_METHODS } from "./stage-sources.ts";
import { type Label, type StageRow, StageSums } from "./stages.ts";

const NO_SPAN = -1;

export class Observer implements Instrument {
	readonly #spans: Spans;
	readonly #labels: Label[] = [];
	/** This decision waits for the model's answer. */
	#decision = NO_SPAN;

	/** @param spans are not in use by an open iteration */
	constructor(spans: Spans) {
		this.#spans = spans;
		spans.clear();
	}

	/** Begins to record calls. */
	start(): void {
		this.#spans.armed = true;
	}

	/** Stops recording. @returns the stages of the messages that the iteration has sent */
	stop(iteration: Iteration): StageRow[] {
		this.#spans.armed = false;
		const sums = new StageSums(this.#spans, this.#labels);
		for (const [index, sent] of iteration.sentAt.entries())
			sums.addMessage(sent, iteration.returnedAt[index] as number);
		return sums.toRows();
	}

	instrumentAdapter(adapter: InMemoryDatabaseAdapter): void {
		for (const name of CREATING_METHODS) this.#wrapMethod(adapter, name, "memory_create");
		for (const name of READING_METHODS) this.#wrapMethod(adapter, name, "memory_get");
	}

	instrumentRuntime(runtime: AgentRuntime): void {
		for (const [name, stage] of Object.entries(RUNTIME_METHODS)) this.#wrapMethod(runtime, name, stage);
		this.#wrapMethod(runtime, PROMPT_METHOD, "prompt", () => this.#endDecision());
		if (runtime.messageService) this.#wrapDecision(runtime, runtime.messageService);
		wrapComponents(runtime, (kind, name, method) => this.#wrap(kind, name, method));
	}

	wrapCallback(callback: HandlerCallback): HandlerCallback {
		return this.#wrap("callback", null, callback);
	}

	#wrap<T extends (...args: never[]) => unknown>(
		stage: StageName,
		name: string | null,
		method: T,
		onSettled?: () => void,
	): T {
		return this.#spans.wrap(this.#getLabel(stage, name), method, onSettled);
	}

	#wrapMethod(object: object, name: string, stage: StageName, onSettled?: () => void): void {
		const methods = object as unknown as Methods;
		const method = methods[name];
		if (typeof method === "function") methods[name] = this.#wrap(stage, null, method, onSettled);
	}

	/**
	 * The service decides by its rules or leaves the decision to the model. In the second case the decision
	 * lasts until the next prompt is answered.
	 */
	#wrapDecision(runtime: AgentRuntime, service: object): void {
		const methods = service as unknown as Methods;
		const method = methods[DECISION_METHOD];
		if (typeof method !== "function") return;
		const label = this.#getLabel("should_respond", null);
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

	#endDecision(): void {
		if (this.#decision === NO_SPAN) return;
		this.#spans.end[this.#decision] = now();
		this.#decision = NO_SPAN;
	}

	#getLabel(stage: StageName, name: string | null): number {
		const known = this.#labels.findIndex((label) => label.stage === stage && label.name === name);
		return known >= 0 ? known : this.#labels.push({ stage, name }) - 1;
	}
}
