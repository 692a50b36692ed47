/**
 * The recorder counts the work of a verification iteration. It wraps the adapter, the providers, actions and
 * evaluators, and the error log of one agent.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type {
	AgentRuntime,
	HandlerCallback,
	InMemoryDatabaseAdapter,
	Memory,
	ProviderResult,
} from "@elizaos/core";
import type { Scenario, WorkLedger } from "../../shared/types.ts";
import { type ComponentKind, type Instrument, wrapComponents } from "./agent.ts";
import type { Contract } from "./contract.ts";
import { hearFailedRuns } from "./frameworks/failures.ts";
import type { Core } from "./frameworks/framework.ts";
import type { Sender } from "./iteration.ts";
import { PromptedTexts } from "./prompted-texts.ts";
import { ProvidedTexts } from "./provided-texts.ts";
import { RestWatch } from "./quiescence.ts";
import { ReadLimits, readsMemories } from "./read-limits.ts";

type Counts = Record<string, number>;
type Method = (...args: unknown[]) => unknown;

const ERROR_LEVELS = ["error", "fatal"] as const;

/** An adapter's other methods run within such ones, which do no work of their own: `withDatabase`. */
const ENCLOSING_METHOD = /^with[A-Z]/;

export class Recorder implements Instrument {
	/**
	 * Model calls and logged errors count from the first message on, also those of background work. Seeding
	 * is not the framework's work.
	 */
	#armed = false;
	/**
	 * Everything else counts within a message only. Background work of the framework's timers is no part of a
	 * message and differs from run to run.
	 */
	readonly #inMessage = new AsyncLocalStorage<true>();
	readonly #contract: Contract;
	readonly #loggers: Record<string, unknown>[];
	readonly #restore: (() => void)[] = [];
	readonly modelCalls = new Map<string, WorkLedger["modelCalls"][number]>();
	readonly components: Record<ComponentKind, Counts> = { provider: {}, action: {}, evaluator: {} };
	readonly adapterCalls: Counts = {};
	readonly errors: string[] = [];
	readonly historyReturned = new Set<string>();
	readonly provided: ProvidedTexts;
	readonly prompted: PromptedTexts;
	readonly limits = new ReadLimits();
	readonly rest = new RestWatch();
	memoriesRead = 0;

	constructor(core: Core, contract: Contract, scenario: Scenario) {
		this.#contract = contract;
		this.provided = new ProvidedTexts(contract.fixtures, scenario);
		this.prompted = new PromptedTexts(scenario);
		// What a version swallows it may print on the console instead of logging it.
		this.#loggers = [core.logger, console] as unknown as Record<string, unknown>[];
	}

	/** Attributes everything that a message starts to that message. */
	wrapSender(sender: Sender): Sender {
		return (outgoing) => this.#inMessage.run(true, () => sender(outgoing));
	}

	instrumentAdapter(adapter: InMemoryDatabaseAdapter): void {
		const methods = adapter as unknown as Record<string, unknown>;
		for (const name of listMethods(adapter)) {
			if (ENCLOSING_METHOD.test(name)) continue;
			const method = (methods[name] as Method).bind(adapter);
			methods[name] = (...args: unknown[]) => {
				this.rest.noteDatabase(name);
				const result = method(...args);
				// What is answered at once has asked no database: it is a step of another method.
				if (result instanceof Promise) this.#count(this.adapterCalls, toSnakeCase(name));
				if (readsMemories(name)) this.#noteLimit(args, result);
				if (name !== "getMemories") return result;
				return Promise.resolve(result).then((found) => {
					this.#noteRead(found as Memory[]);
					return found;
				});
			};
		}
	}

	instrumentRuntime(runtime: AgentRuntime): void {
		wrapComponents(runtime, (kind, name, method) => {
			const counted = this.#countCalls(this.components[kind], name, method);
			return kind === "provider" ? this.#readTexts(counted) : counted;
		});
		// A runtime may log by the same object as core.
		for (const logger of new Set([...this.#loggers, runtime.logger as unknown as Record<string, unknown>]))
			this.#listen(logger);
		hearFailedRuns(runtime, (text) => this.#noteError(text));
	}

	/** The iteration itself keeps what a callback gets. */
	wrapCallback(callback: HandlerCallback): HandlerCallback {
		return callback;
	}

	/** Listens to the mock model. */
	readonly onModelCall = (modelType: string, template: string, prompt: string): void => {
		this.rest.noteModel(modelType === "TEXT_EMBEDDING");
		if (!this.#armed) return;
		const key = `${modelType} ${template}`;
		const row = this.modelCalls.get(key) ?? { modelType, template, calls: 0, promptChars: 0 };
		row.calls++;
		// A string is iterated by code points, which the other languages count too.
		for (const _ of prompt) row.promptChars++;
		if (modelType !== "TEXT_EMBEDDING") this.prompted.note(prompt);
		this.modelCalls.set(key, row);
	};

	/** Begins to count model calls and logged errors. */
	start(): void {
		this.#armed = true;
		this.rest.start();
	}

	/** Stops counting and restores the error log. */
	stop(): void {
		this.#armed = false;
		for (const restore of this.#restore) restore();
	}

	#countCalls<T extends (...args: never[]) => unknown>(counts: Counts, name: string, handler: T): T {
		return ((...args: Parameters<T>) => {
			this.#count(counts, name);
			return handler(...args);
		}) as T;
	}

	#readTexts<T extends (...args: never[]) => unknown>(get: T): T {
		return ((...args: Parameters<T>) => {
			const result = get(...args);
			if (this.#inMessage.getStore())
				Promise.resolve(result).then(
					(found) => this.provided.note((found as ProviderResult | undefined)?.text ?? ""),
					// The framework itself sees the error.
					() => {},
				);
			return result;
		}) as T;
	}

	#count(counts: Counts, name: string): void {
		if (this.#inMessage.getStore()) counts[name] = (counts[name] ?? 0) + 1;
	}

	#noteRead(found: Memory[]): void {
		if (!this.#inMessage.getStore()) return;
		this.memoriesRead += found.length;
		for (const { id } of found)
			if (id?.startsWith(this.#contract.fixtures.historyIdPrefix)) this.historyReturned.add(id);
	}

	/** Looks at what a read returns, and changes nothing about it. */
	#noteLimit(args: readonly unknown[], result: unknown): void {
		if (!this.#inMessage.getStore()) return;
		Promise.resolve(result).then(
			(found) => this.limits.note(args, found),
			// The framework itself sees the error.
			() => {},
		);
	}

	#noteError(text: string): void {
		if (this.#armed) this.errors.push(text);
	}

	#listen(logger: Record<string, unknown>): void {
		for (const level of ERROR_LEVELS) {
			const original = logger[level];
			if (typeof original !== "function") continue;
			logger[level] = (...args: unknown[]) => {
				this.#noteError(args.map(describe).join(" "));
				return original.apply(logger, args);
			};
			this.#restore.push(() => {
				logger[level] = original;
			});
		}
	}
}

function listMethods(object: object): string[] {
	const names = new Set<string>();
	for (
		let prototype = Object.getPrototypeOf(object);
		prototype && prototype !== Object.prototype;
		prototype = Object.getPrototypeOf(prototype)
	) {
		for (const name of Object.getOwnPropertyNames(prototype)) {
			if (
				name !== "constructor" &&
				typeof Object.getOwnPropertyDescriptor(prototype, name)?.value === "function"
			)
				names.add(name);
		}
	}
	return [...names];
}

function toSnakeCase(name: string): string {
	return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function describe(value: unknown): string {
	if (typeof value === "string") return value;
	if (value instanceof Error) return value.message;
	try {
		return JSON.stringify(value);
	} catch {
		return String(value);
	}
}
