/** Chooses the options, settings and models of a runtime by what a version offers. */
import type { Plugin } from "@elizaos/core";
import type { Core, Framework } from "./framework.ts";

/** This is `ChannelType.GROUP`. An import of the enum would load the framework before its timed import. */
export const GROUP = "GROUP";

type TextHandler = (runtime: never, params: never) => Promise<string>;

const offersMethod = ({ AgentRuntime }: Core, name: string) => name in (AgentRuntime?.prototype ?? {});

/**
 * Where a runtime has no option that spares it the decision to answer, settings name the kinds of room in
 * which it always answers. The name of the setting differs between versions, so both are given.
 */
export function answeringSettings(core: Core, checkShouldRespond: boolean): Record<string, string> {
	return checkShouldRespond || offersMethod(core, "isCheckShouldRespondEnabled")
		? {}
		: { ALWAYS_RESPOND_CHANNELS: GROUP, SHOULD_RESPOND_BYPASS_TYPES: GROUP };
}

/**
 * Features that need more than an in-memory database has: it fails them, and each logs errors with every
 * message. Who uses that database turns them off, where the version has them.
 */
export function memoryOptions(core: Core): Record<string, false> {
	const features = ["enableTrajectories", "enableRelationships", "enableKnowledge"];
	return Object.fromEntries(features.filter((name) => offersMethod(core, name)).map((name) => [name, false]));
}

/** Names what was changed in a version as published, for `versions.build`. */
export function describeBuild({
	core,
	withoutEvaluators,
}: Pick<Framework, "core" | "withoutEvaluators">): string {
	const options = Object.entries(memoryOptions(core)).map(([name, value]) => `${name}: ${value}`);
	return ["as published", ...(withoutEvaluators ? ["evaluators taken out"] : []), ...options].join(", ");
}

/** Adds the model types that some versions have beside the small and the large one. */
export function addModels(
	{ core, bootstrap }: Pick<Framework, "core" | "bootstrap">,
	plugin: Plugin,
): Plugin {
	const { ACTION_PLANNER: planner } = core.ModelType as { ACTION_PLANNER?: string };
	const { TEXT_SMALL: small, TEXT_LARGE: large } = plugin.models ?? {};
	if (!small || !large) return plugin;
	const models: Record<string, unknown> = { ...plugin.models };
	// Later versions have a model type of their own for plans and fall back to the small model. Earlier
	// versions make plans with the large model, so the large model answers there too.
	if (planner !== undefined) models[planner] = large;
	// Some versions with a bootstrap of its own ask for objects instead of texts.
	if (bootstrap !== null)
		for (const [name, handler] of [
			["OBJECT_SMALL", small],
			["OBJECT_LARGE", large],
		] as const)
			models[name] = async (...asked: Parameters<TextHandler>) =>
				readObject(await (handler as unknown as TextHandler)(...asked));
	return { ...plugin, models: models as NonNullable<Plugin["models"]> };
}

/** Makes an object of an answer: its elements become fields, and `none` is an empty list. */
export function readObject(answer: string): Record<string, string | []> {
	const [, inner = ""] = /<response>([\s\S]*)<\/response>/.exec(answer) ?? [];
	return Object.fromEntries(
		[...inner.matchAll(/<(\w+)>([\s\S]*?)<\/\1>/g)].map(([, name = "", text = ""]) => [
			name,
			text === "none" ? [] : text,
		]),
	);
}
