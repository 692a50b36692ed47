/** The observer wraps the calls of one agent that are stages of the pipeline, and sums their times. */
import type { AgentRuntime, HandlerCallback, InMemoryDatabaseAdapter } from "@elizaos/core";
import type { Owner, OwnerTime, PartKind, StageName } from "../../shared/types.ts";
import { type Instrument, wrapComponents } from "./agent.ts";
import type { LoadedPlugin } from "./agents/load.ts";
import { Owners } from "./agents/owners.ts";
import { type Doing, wrapParts, wrapService } from "./agents/parts.ts";
import { PluginStarts } from "./agents/starts.ts";
import { now } from "./clocks.ts";
import { MESSAGE_EVENT } from "./frameworks/front-door.ts";
import {
	asksModelToDecide,
	CREATING_METHODS,
	DECISION_METHOD,
	locatePrompts,
	MODEL_METHOD,
	READING_METHODS,
} from "./frameworks/pipeline.ts";
import type { Iteration } from "./iteration.ts";
import type { RecordedSpans, Spans } from "./spans.ts";
import { EVENT_METHOD, type Methods, RUNTIME_METHODS } from "./stage-sources.ts";
import { type Label, type StageRow, StageSums } from "./stages.ts";

const NO_SPAN = -1;

/** If all open spans of an agent's parts only wait, the message waits for the deepest of them. */
const OWNER_DEPTH: Record<PartKind, number> = { action: 2, evaluator: 2, provider: 5, event: 6, service: 7 };
/** A provider asks actions and evaluators whether they apply. */
const VALIDATE_DEPTH = 6;

export class Observer implements Instrument {
	readonly #spans: Spans;
	readonly #labels: Label[] = [];
	/** Null: it is the benchmark's own agent. */
	readonly #owners: Owners<never> | null;
	/** This decision waits for the model's answer. */
	#decision = NO_SPAN;

	/**
	 * @param spans are not in use by an open iteration
	 * @param byOwner times the parts of a user's agent too
	 */
	constructor(spans: Spans, byOwner = false) {
		this.#spans = spans;
		this.#owners = byOwner ? new Owners() : null;
		spans.clear();
	}

	/** Begins to record calls. */
	start(): void {
		this.#spans.armed = true;
	}

	/** Stops recording. @returns the stages of the messages that the iteration has sent */
	stop(iteration: Iteration): { stages: StageRow[]; owners?: OwnerTime[] } {
		this.#spans.armed = false;
		if (!this.#owners) return { stages: this.#sum(this.#spans, iteration).toRows() };
		const select = (areOwners: boolean) =>
			this.#spans.select((label) => (this.#labels[label]?.owner !== undefined) === areOwners);
		return {
			stages: this.#sum(select(false), iteration).toRows(),
			owners: this.#sum(select(true), iteration).toOwners(),
		};
	}

	#sum(spans: RecordedSpans, iteration: Iteration): StageSums {
		const sums = new StageSums(spans, this.#labels);
		for (const [index, sent] of iteration.sentAt.entries())
			sums.addMessage(sent, iteration.returnedAt[index] as number);
		return sums;
	}

	/** Who registers what is known by the context of a plugin's start. */
	instrumentPlugins(plugins: LoadedPlugin[]): LoadedPlugin[] {
		const owners = this.#owners;
		if (!owners) return plugins;
		owners.note(plugins);
		const starts = new PluginStarts({
			around: (plugin, _, work) => owners.runFor({ plugin, part: null }, work),
			started: (plugin, name, instance) =>
				wrapService(plugin, name, instance, (owner, doing, method) => this.#wrapPart(owner, doing, method)),
		});
		return starts.wrap(plugins);
	}

	instrumentConstructed(runtime: AgentRuntime): void {
		this.#owners?.hearRegistrations(runtime);
	}

	instrumentAdapter(adapter: InMemoryDatabaseAdapter): void {
		for (const name of CREATING_METHODS) this.#wrapMethod(adapter, name, "memory_create");
		for (const name of READING_METHODS) this.#wrapMethod(adapter, name, "memory_get");
	}

	instrumentRuntime(runtime: AgentRuntime): void {
		// Stages lie around the parts, whose own objects are known.
		if (this.#owners)
			wrapParts(runtime, this.#owners, (owner, doing, method) => this.#wrapPart(owner, doing, method));
		const { emitEvent } = runtime as unknown as Methods;
		const prompts = locatePrompts(runtime);
		const isOwn = prompts.object === runtime;
		const endDecision = () => this.#endDecision();
		for (const [name, stage] of Object.entries(RUNTIME_METHODS))
			this.#wrapMethod(runtime, name, stage, !isOwn && name === MODEL_METHOD ? endDecision : undefined);
		if (isOwn) for (const name of prompts.names) this.#wrapMethod(runtime, name, "prompt", endDecision);
		else for (const name of prompts.names) this.#wrapWhole(prompts.object, name);
		if (!runtime.messageService && emitEvent) this.#leaveOutMessageEvent(runtime, emitEvent);
		if (runtime.messageService) this.#wrapDecision(runtime, runtime.messageService);
		wrapComponents(runtime, (kind, name, method) => this.#wrap(kind, name, method));
	}

	wrapCallback(callback: HandlerCallback): HandlerCallback {
		return this.#wrap("callback", null, callback);
	}

	#wrapPart(owner: Owner, doing: Doing, method: (...args: never[]) => unknown): typeof method {
		const kind = owner.part?.kind ?? "service";
		const depth = doing === "validate" ? VALIDATE_DEPTH : OWNER_DEPTH[kind];
		const key = JSON.stringify([owner, doing]);
		const known = this.#labels.findIndex((label) => label.owner && label.name === key);
		// The stage of an owner's span is of no meaning.
		const label = known >= 0 ? known : this.#labels.push({ stage: "callback", name: key, depth, owner }) - 1;
		return this.#spans.wrap(label, method);
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

	/** Prompts are what is left of such a method without the stages in it, so all these lie deeper. */
	#wrapWhole(object: object, name: string): void {
		const methods = object as unknown as Methods;
		const method = methods[name]?.bind(object);
		if (method) methods[name] = this.#spans.wrap(this.#getLabel("prompt", null, 1), method);
	}

	/**
	 * The emission of a message is the front door: it spans all of the message, and is no stage within it.
	 */
	#leaveOutMessageEvent(runtime: AgentRuntime, original: NonNullable<Methods[string]>): void {
		const methods = runtime as unknown as Methods;
		const wrapped = methods[EVENT_METHOD];
		methods[EVENT_METHOD] = (...args: never[]) =>
			args[0] === MESSAGE_EVENT ? original.apply(runtime, args) : wrapped?.apply(runtime, args);
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
			const asksModel = decision.skipEvaluation !== true && asksModelToDecide(runtime);
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

	#getLabel(stage: StageName, name: string | null, depth?: number): number {
		const known = this.#labels.findIndex((label) => label.stage === stage && label.name === name);
		return known >= 0 ? known : this.#labels.push({ stage, name, depth }) - 1;
	}
}
