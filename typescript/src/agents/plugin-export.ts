/** Finds the plugin among what a module exports. */
import type { Plugin } from "@elizaos/core";

/** What makes an object with a name a plugin. */
const FIELDS = [
	"init",
	"providers",
	"actions",
	"evaluators",
	"services",
	"models",
	"routes",
	"events",
	"description",
] as const;

/** The default export is the plugin, or else the first export that looks like one. Null: there is none. */
export function findPlugin(module: Readonly<Record<string, unknown>>): Plugin | null {
	const { default: main } = module;
	const inner = (main as { default?: unknown } | undefined)?.default;
	return [main, inner, ...Object.values(module)].find(isPlugin) ?? null;
}

function isPlugin(value: unknown): value is Plugin {
	if (typeof value !== "object" || value === null) return false;
	const { name } = value as { name?: unknown };
	return typeof name === "string" && name !== "" && FIELDS.some((field) => field in value);
}
