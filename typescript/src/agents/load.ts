/** Imports a user's agent: its character and its plugins, one after another, each timed by itself. */
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import type { Plugin } from "@elizaos/core";
import type { AgentManifest, PluginFailure, PluginImports } from "../../../shared/types.ts";
import { now, nsSince } from "../clocks.ts";
import { FrameworkError, InputError } from "../failure.ts";
import { BOOTSTRAP, SQL } from "../frameworks/packages.ts";
import { findPlugin } from "./plugin-export.ts";

export interface ImportListener {
	begin(name: string): void;
	end(name: string, failure: PluginFailure | null): void;
}

let listener: ImportListener = { begin() {}, end() {} };

/** Only a trial listens. */
export function listenToImports(one: ImportListener): void {
	listener = one;
}

type Module = Record<string, unknown>;

/** What a project exports of an agent. */
interface ProjectAgent {
	character: Record<string, unknown>;
	init?: (runtime: unknown) => Promise<void> | void;
	plugins?: unknown[];
}

export interface LoadedAgent {
	character: Record<string, unknown>;
	plugins: readonly LoadedPlugin[];
	/** The project's own work once its runtime is initialized. */
	init: ((runtime: unknown) => Promise<void> | void) | null;
	imports: PluginImports;
	/** Plugins that are not loaded, also those of the framework. */
	without: readonly string[];
}

export interface LoadedPlugin {
	/** The name by which reports call it. */
	name: string;
	plugin: Plugin;
}

/** The harness itself brings these: the bootstrap with every agent, the database as its target says. */
const BROUGHT_ALREADY = [BOOTSTRAP, SQL];

/**
 * @param without names of plugins that are not loaded
 * @throws {InputError} if the manifest cannot be read, or there is no agent in what the entry exports
 */
export async function loadAgent(path: string, without: readonly string[]): Promise<LoadedAgent> {
	const manifest = readManifest(path);
	const imports: PluginImports = { entryNs: null, plugins: [] };
	const project = manifest.entry === null ? null : await importEntry(manifest.entry, imports);
	const plugins: LoadedPlugin[] = [];
	const named = new Set([...manifest.plugins.map(({ name }) => name), ...namesIn(project)]);
	refuseUnknown(without, [...named, ...objectsIn(project).map(({ name }) => name)]);
	for (const name of named) {
		if (without.includes(name) || BROUGHT_ALREADY.includes(name)) continue;
		const plugin = await importPlugin(name, imports);
		if (plugin) plugins.push({ name, plugin });
	}
	for (const plugin of objectsIn(project)) {
		if (without.includes(plugin.name)) continue;
		if (BROUGHT_ALREADY.some((brought) => isNameOf(plugin.name, brought))) continue;
		listener.begin(plugin.name);
		listener.end(plugin.name, null);
		imports.plugins.push({ name: plugin.name, importNs: null, failure: null });
		plugins.push({ name: plugin.name, plugin });
	}
	const character = manifest.character ?? project?.character;
	if (!character) throw new InputError(`${path} names no character, and its entry exports none`);
	return { character: withoutSecrets(character), plugins, init: project?.init ?? null, imports, without };
}

/** A project names plugins in its character, or brings them itself. */
function namesIn(project: ProjectAgent | null): string[] {
	const { plugins } = project?.character ?? {};
	return Array.isArray(plugins) ? plugins.filter((one) => typeof one === "string") : [];
}

function objectsIn(project: ProjectAgent | null): Plugin[] {
	return (project?.plugins ?? []).filter(isPluginLike);
}

/** @throws {InputError} for a plugin that is left out and was never there: all figures would be misread */
function refuseUnknown(without: readonly string[], known: readonly string[]): void {
	const unknown = without.find((name) => !known.includes(name) && !BROUGHT_ALREADY.includes(name));
	if (unknown === undefined) return;
	const own = known.filter((name) => !BROUGHT_ALREADY.some((brought) => isNameOf(name, brought)));
	const has = own.length === 0 ? "no plugin of yours" : own.join(", ");
	throw new InputError(`the agent has no plugin ${unknown}, which --without names: it has ${has}`);
}

/** A plugin may call itself by its package's name, or by the last part of it. */
function isNameOf(name: string, packageName: string): boolean {
	return name === packageName || packageName.endsWith(`/plugin-${name}`);
}

function isPluginLike(value: unknown): value is Plugin {
	return typeof value === "object" && value !== null && typeof (value as Plugin).name === "string";
}

function readManifest(path: string): AgentManifest {
	try {
		return JSON.parse(readFileSync(path, "utf8")) as AgentManifest;
	} catch (error) {
		throw new InputError(`cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`);
	}
}

async function importEntry(entry: string, imports: PluginImports): Promise<ProjectAgent> {
	const started = now();
	let module: Module;
	try {
		module = (await import(pathToFileURL(entry).href)) as Module;
	} catch (error) {
		throw new FrameworkError(error);
	}
	imports.entryNs = nsSince(started);
	const [agent] = (module.default as { agents?: ProjectAgent[] } | undefined)?.agents ?? [];
	if (agent?.character) return agent;
	throw new InputError(`${entry} has no default export of the form { agents: [{ character, plugins }] }`);
}

/** @returns null where it cannot be imported: its own error is kept */
async function importPlugin(name: string, imports: PluginImports): Promise<Plugin | null> {
	listener.begin(name);
	const started = now();
	try {
		const module = (await import(name)) as Module;
		const importNs = nsSince(started);
		const plugin = findPlugin(module);
		if (!plugin) throw new TypeError("the module exports no plugin: an object with a name");
		imports.plugins.push({ name, importNs, failure: null });
		listener.end(name, null);
		return plugin;
	} catch (error) {
		const failure = { ...new FrameworkError(error).toFailure("import"), phase: "import" as const };
		imports.plugins.push({ name, importNs: null, failure });
		listener.end(name, failure);
		return null;
	}
}

/** No key of the user's gets into a measured process. */
function withoutSecrets(character: Record<string, unknown>): Record<string, unknown> {
	const { secrets: _secrets, id: _id, settings, ...rest } = character;
	const { secrets: _, ...kept } = (settings ?? {}) as Record<string, unknown>;
	return { ...rest, settings: kept };
}
