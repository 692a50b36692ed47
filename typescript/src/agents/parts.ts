/** Wraps what an agent is put together from, with the owner of each part. The originals stay as they are. */
import type { AgentRuntime } from "@elizaos/core";
import type { Owner } from "../../../shared/types.ts";
import { MESSAGE_EVENT } from "../frameworks/front-door.ts";
import { wrapMethods } from "./methods.ts";
import type { Owners } from "./owners.ts";

type Method = (...args: never[]) => unknown;
/** `validate` is asked whether a part applies; `run` is its work. */
export type Doing = "run" | "validate";
type Wrap = (owner: Owner, doing: Doing, method: Method) => Method;

/** The framework calls these, and no message does. */
const LIFECYCLE = ["start", "stop", "initialize"];

/** Wraps providers, actions, evaluators and handlers of events of an initialized runtime. */
export function wrapParts(runtime: AgentRuntime, owners: Pick<Owners<unknown>, "ownerOf">, wrap: Wrap): void {
	const { providers, actions, evaluators } = runtime;
	providers.forEach((provider, index) => {
		const owner = owners.ownerOf(provider, "provider", provider.name);
		providers[index] = { ...provider, get: wrap(owner, "run", provider.get.bind(provider)) } as never;
	});
	for (const [list, kind] of [
		[actions, "action"],
		[evaluators, "evaluator"],
	] as const)
		list.forEach((part, index) => {
			const owner = owners.ownerOf(part, kind, part.name);
			const { validate: asked } = part as { validate?: Method };
			const validate = asked && wrap(owner, "validate", asked.bind(part));
			const handler = wrap(owner, "run", part.handler.bind(part));
			list[index] = { ...part, handler, ...(validate ? { validate } : {}) } as never;
		});
	const { events } = runtime as unknown as { events?: Record<string, Method[]> };
	if (typeof events !== "object" || events instanceof Map) return;
	for (const [name, handlers] of Object.entries(events)) {
		// Where a message comes by an event, its handler is the framework's front door.
		if (name === MESSAGE_EVENT || !Array.isArray(handlers)) continue;
		handlers.forEach((handler, index) => {
			handlers[index] = wrap(owners.ownerOf(handler, "event", name), "run", handler);
		});
	}
}

/** Wraps the methods of a service that has started. */
export function wrapService(plugin: string, name: string, instance: object, wrap: Wrap): void {
	const owner: Owner = { plugin, part: { kind: "service", name } };
	wrapMethods(instance, LIFECYCLE, (_, method) => wrap(owner, "run", method as Method));
}
