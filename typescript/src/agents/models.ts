/**
 * Every model of a user's agent is the mock's. A plugin may register models of its own, with any priority and
 * at any time: they get the mock's handler, so that nothing of theirs is ever called.
 */
import type { AgentRuntime, Plugin } from "@elizaos/core";
import { readObject } from "../frameworks/options.ts";

type Handler = (runtime: never, params: never) => Promise<unknown>;
type Register = (modelType: string, handler: Handler, provider: string, priority?: number) => void;

/** Above what plugins give themselves. */
const PRIORITY = 1000;
/** What the mock answers to a prompt that is none of the framework's own. */
export const OTHER_ANSWER = "This is a fixed benchmark response.";

/** Types whose answer is a text. */
const TEXT = /^TEXT_(?!EMBEDDING|TO_SPEECH)/;
const OBJECT = /^OBJECT/;

/** Is called before plugins are registered. @param mock the plugin with the mock's models */
export function keepModels(runtime: AgentRuntime, mock: Plugin): void {
	const models = (mock.models ?? {}) as unknown as Record<string, Handler>;
	const own = new Set(Object.values(models));
	const target = runtime as unknown as { registerModel: Register };
	const register = target.registerModel.bind(runtime);
	target.registerModel = (modelType, handler, provider, priority) =>
		own.has(handler)
			? register(modelType, handler, provider, PRIORITY)
			: register(modelType, standIn(String(modelType), models), provider, priority);
}

function standIn(modelType: string, models: Record<string, Handler>): Handler {
	const { [modelType]: known, TEXT_LARGE: large } = models;
	if (known) return known;
	if (large && TEXT.test(modelType)) return large;
	if (large && OBJECT.test(modelType)) return async (...asked) => readObject(String(await large(...asked)));
	return async () => {
		throw new Error(`the mock model has no answer of the type ${modelType}`);
	};
}
