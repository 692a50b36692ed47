/**
 * The recorder of a verification: wraps adapter, providers, actions, evaluators and the error log of one
 * agent, and makes the work ledger of what it saw.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { AgentRuntime, HandlerCallback, InMemoryDatabaseAdapter, Memory } from "@elizaos/core";
import type { Scenario, WorkLedger } from "../../shared/types.ts";
import type { Core, Instrument } from "./agent.ts";
import type { Contract } from "./contract.ts";
import { readsCopied, storedMessages } from "./database-setup.ts";
import type { Iteration, Sender } from "./iteration.ts";
import { inputDigest, replyDigest } from "./messages.ts";

type Counts = Record<string, number>;
type Method = (...args: unknown[]) => unknown;

/** Texts of the framework's error log that are kept. */
const KEPT_ERRORS = 20;
const ERROR_LEVELS = ["error", "fatal"] as const;

export class Recorder implements Instrument {
	/**
	 * Model calls count from the first message on, background ones included: seeding is not the framework's
	 * work.
	 */
	armed = false;
	/**
	 * Everything else counts within a message only. What the framework's timers do meanwhile is not its work,
	 * and differs from run to run.
	 */
	readonly #inMessage = new AsyncLocalStorage<true>();
	readonly #contract: Contract;
	readonly #loggers: Record<string, unknown>[];
	readonly #restore: (() => void)[] = [];
	readonly #modelCalls = new Map<string, WorkLedger["modelCalls"][number]>();
	readonly #providers: Counts = {};
	readonly #actions: Counts = {};
	readonly #evaluators: Counts = {};
	readonly #adapterCalls: Counts = {};
	readonly #errors: string[] = [];
	readonly #historyReturned = new Set<string>();
	#memoriesRead = 0;

	constructor(core: Core, contract: Contract) {
		this.#contract = contract;
		this.#loggers = [core.logger as unknown as Record<string, unknown>];
	}

	/** The same sender, with everything it starts attributed to its message. */
	around(sender: Sender): Sender {
		return (outgoing) => this.#inMessage.run(true, () => sender(outgoing));
	}

	adapter(adapter: InMemoryDatabaseAdapter): void {
		const methods = adapter as unknown as Record<string, unknown>;
		for (const name of methodNames(adapter)) {
			const method = (methods[name] as Method).bind(adapter);
			methods[name] = (...args: unknown[]) => {
				this.#count(this.#adapterCalls, snakeCase(name));
				const result = method(...args);
				if (name !== "getMemories") return result;
				return Promise.resolve(result).then((found) => {
					this.#noteRead(found as Memory[]);
					return found;
				});
			};
		}
	}

	runtime(runtime: AgentRuntime): void {
		// Copies: the framework's provider and action objects are shared by all its runtimes.
		runtime.providers.forEach((provider, index) => {
			runtime.providers[index] = {
				...provider,
				get: this.#counted(this.#providers, provider.name, provider.get.bind(provider)),
			};
		});
		runtime.actions.forEach((action, index) => {
			runtime.actions[index] = {
				...action,
				handler: this.#counted(this.#actions, action.name, action.handler.bind(action)),
			};
		});
		runtime.evaluators.forEach((evaluator, index) => {
			runtime.evaluators[index] = {
				...evaluator,
				handler: this.#counted(this.#evaluators, evaluator.name, evaluator.handler.bind(evaluator)),
			};
		});
		for (const logger of [...this.#loggers, runtime.logger as unknown as Record<string, unknown>])
			this.#listen(logger);
	}

	/** What it is handed is in the iteration's own record. */
	callback(callback: HandlerCallback): HandlerCallback {
		return callback;
	}

	/** The mock's listener. */
	readonly onModelCall = (modelType: string, template: string, prompt: string): void => {
		if (!this.armed) return;
		const key = `${modelType} ${template}`;
		const row = this.#modelCalls.get(key) ?? { modelType, template, calls: 0, promptChars: 0 };
		row.calls++;
		// Code points, as the other languages count them.
		for (const _ of prompt) row.promptChars++;
		this.#modelCalls.set(key, row);
	};

	/** Stops listening and makes the ledger. */
	async ledger(iteration: Iteration, scenario: Scenario): Promise<WorkLedger> {
		this.armed = false;
		for (const restore of this.#restore) restore();
		const sent = iteration.replies.length;
		const callbacks = iteration.replies.flat();
		const history = scenario.config.history;
		const flags = iteration.responded;
		return {
			messages: sent,
			inputDigest: inputDigest(iteration.plan),
			replyDigest: replyDigest(iteration.replies),
			replies: replySequences(iteration.replies),
			callbacks: { total: callbacks.length, empty: callbacks.filter((text) => text === "").length },
			didRespond: {
				yes: flags.filter((flag) => flag === true).length,
				no: flags.filter((flag) => flag === false).length,
				unknown: flags.filter((flag) => flag === undefined).length,
			},
			modelCalls: [...this.#modelCalls.values()],
			providers: this.#providers,
			actions: this.#actions,
			evaluators: this.#evaluators,
			adapterCalls: this.#adapterCalls,
			memoriesRead: this.#memoriesRead,
			readsCopied: await readsCopied(iteration.agent.adapter, iteration.plan),
			history: {
				seeded: await this.#seededHistory(iteration),
				returned: this.#historyReturned.size,
				newest:
					history > 0 && this.#historyReturned.size > 0
						? this.#historyReturned.has(this.#historyId(history - 1))
						: null,
			},
			stored: scenario.database
				? []
				: await storedMessages(iteration.agent.adapter, this.#contract, iteration.plan),
			errorsLogged: { total: this.#errors.length, first: this.#errors.slice(0, KEPT_ERRORS) },
			control: null,
			allocations: null,
			operations: iteration.database?.checked ?? [],
		};
	}

	#counted<T extends (...args: never[]) => unknown>(counts: Counts, name: string, handler: T): T {
		return ((...args: Parameters<T>) => {
			this.#count(counts, name);
			return handler(...args);
		}) as T;
	}

	#count(counts: Counts, name: string): void {
		if (this.#inMessage.getStore()) counts[name] = (counts[name] ?? 0) + 1;
	}

	#noteRead(found: Memory[]): void {
		if (!this.#inMessage.getStore()) return;
		this.#memoriesRead += found.length;
		for (const { id } of found)
			if (id?.startsWith(this.#contract.fixtures.historyIdPrefix)) this.#historyReturned.add(id);
	}

	#listen(logger: Record<string, unknown>): void {
		for (const level of ERROR_LEVELS) {
			const original = logger[level];
			if (typeof original !== "function") continue;
			logger[level] = (...args: unknown[]) => {
				if (this.armed) this.#errors.push(args.map(describe).join(" "));
				return original.apply(logger, args);
			};
			this.#restore.push(() => {
				logger[level] = original;
			});
		}
	}

	#historyId(index: number): string {
		return `${this.#contract.fixtures.historyIdPrefix}${index.toString(16).padStart(12, "0")}`;
	}

	async #seededHistory({ agent, plan }: Iteration): Promise<number> {
		const roomId = plan.rooms[0];
		if (!roomId) return 0;
		const found = await agent.adapter.getMemories({ tableName: "messages", roomId });
		return found.filter(({ id }) => id?.startsWith(this.#contract.fixtures.historyIdPrefix)).length;
	}
}

function replySequences(replies: readonly string[][]): WorkLedger["replies"] {
	const sequences = new Map<string, WorkLedger["replies"][number]>();
	for (const all of replies) {
		const texts = all.filter((text) => text !== "");
		const key = JSON.stringify(texts);
		const row = sequences.get(key) ?? { texts, messages: 0 };
		row.messages++;
		sequences.set(key, row);
	}
	return [...sequences.values()];
}

function methodNames(object: object): string[] {
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

function snakeCase(name: string): string {
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
