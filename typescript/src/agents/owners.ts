/** Says which plugin a part of an agent belongs to: a provider, an action, an evaluator, an event's handler. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { AgentRuntime, Plugin } from "@elizaos/core";
import type { Owner, PartKind } from "../../../shared/types.ts";
import type { LoadedPlugin } from "./load.ts";

/** What no plugin does. */
export const FRAMEWORK: Owner = { plugin: null, part: null };

/** For whom something runs, and the message that it belongs to; null: none. */
export interface Running<Message> {
	owner: Owner;
	message: Message | null;
}

type Lists = Partial<Record<"providers" | "actions" | "evaluators", readonly object[]>> & {
	events?: Record<string, readonly object[]>;
};
type Register = (...args: unknown[]) => unknown;

/** The methods by which a plugin registers parts itself; the part is the last argument. */
const REGISTERING = ["registerProvider", "registerAction", "registerEvaluator", "registerEvent"];

export class Owners<Message> {
	/** What is called, and what that starts, finds here for whom it runs. */
	readonly context = new AsyncLocalStorage<Running<Message>>();
	readonly #plugins = new WeakMap<object, string>();

	/** Notes what the plugins bring. */
	note(plugins: readonly LoadedPlugin[]): void {
		for (const { name, plugin } of plugins)
			for (const part of listParts(plugin)) this.#plugins.set(part, name);
	}

	/** Notes what a plugin registers while it starts. */
	hearRegistrations(runtime: AgentRuntime): void {
		const methods = runtime as unknown as Record<string, Register | undefined>;
		for (const name of REGISTERING) {
			const register = methods[name]?.bind(runtime);
			if (!register) continue;
			methods[name] = (...args: unknown[]) => {
				const part = args.at(-1);
				const plugin = this.context.getStore()?.owner.plugin;
				if (plugin && isObject(part) && !this.#plugins.has(part)) this.#plugins.set(part, plugin);
				return register(...args);
			};
		}
	}

	ownerOf(part: object, kind: PartKind, name: string): Owner {
		return { plugin: this.#plugins.get(part) ?? null, part: { kind, name } };
	}

	/** Does something for an owner, in the same message. */
	runFor<T>(owner: Owner, work: () => T): T {
		return this.context.run({ owner, message: this.context.getStore()?.message ?? null }, work);
	}
}

function listParts(plugin: Plugin): object[] {
	const { providers = [], actions = [], evaluators = [], events = {} } = plugin as unknown as Lists;
	return [...providers, ...actions, ...evaluators, ...Object.values(events).flat()].filter(isObject);
}

function isObject(value: unknown): value is object {
	return (typeof value === "object" && value !== null) || typeof value === "function";
}
