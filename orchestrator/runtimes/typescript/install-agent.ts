/**
 * Installs a user's agent beside the framework: its plugins, or its project with the packages of its lock
 * file.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type AgentManifest, type AgentPlugin, SCHEMA_VERSION } from "../../../shared/types.ts";
import type { AgentSource, Project } from "../../agent/source.ts";
import { copyWithoutKeys } from "../../content.ts";
import { withoutMark, writeJson } from "../../files.ts";
import { movedBunLock, movedManifest, movedNpmLock, PROJECT_FOLDER } from "./moved-project.ts";
import type { Packages } from "./packages.ts";
import { keepOneFramework } from "./sql-plugin.ts";

/** Below the folder of a set-up. */
export const AGENT_MANIFEST = "typescript/agent.json";

const WORKSPACE_RANGE = /^workspace:/;

interface Place {
	/** Of the harness. */
	folder: string;
	/** For copies that are installed. */
	staging: string;
	framework: string;
	packages: Packages;
}

const MOVED = { "package-lock.json": movedNpmLock, "bun.lock": movedBunLock } as const;

/**
 * Puts a user's project into the folder of the harness, which gets its `package.json` and its lock file.
 * @throws {UserError} where it needs a folder outside of its own
 */
export function copyProject({ folder: from, lock }: Project, folder: string): void {
	const read = (name: string) => withoutMark(readFileSync(join(from, name), "utf8"));
	const manifest = movedManifest(read("package.json"));
	copyWithoutKeys(from, join(folder, PROJECT_FOLDER));
	rmSync(join(folder, "package-lock.json"), { force: true });
	writeFileSync(join(folder, "package.json"), manifest);
	if (lock !== null) writeFileSync(join(folder, lock), MOVED[lock](read(lock)));
}

/** Installs the plugins of an agent and writes its manifest. */
export async function installAgent(source: AgentSource, place: Place): Promise<void> {
	const { folder, staging, framework, packages } = place;
	const wanted = source.plugins.map(({ from }, index) =>
		from.kind === "package" ? from.spec : stagePlugin(from.path, join(staging, `plugin-${index}`)),
	);
	if (wanted.length > 0) {
		keepOneFramework(folder, framework);
		await packages.add(wanted);
	}
	writeJson(join(folder, basename(AGENT_MANIFEST)), manifestOf(source, folder, wanted));
}

function manifestOf(source: AgentSource, folder: string, wanted: readonly string[]): AgentManifest {
	const plugins = source.plugins.map(({ origin }, index): AgentPlugin => {
		const name = nameOf(wanted[index] ?? "");
		return { name, version: versionOf(folder, name), origin };
	});
	const once = plugins.filter(({ name }, index) => plugins.findIndex((one) => one.name === name) === index);
	const { name, character, project } = source;
	return {
		schemaVersion: SCHEMA_VERSION,
		kind: "agent-manifest",
		name,
		character,
		entry: project === null ? null : join(folder, PROJECT_FOLDER, project.entry),
		plugins: once,
	};
}

/** @param wanted a staged folder, or what npm was asked for */
function nameOf(wanted: string): string {
	if (wanted.startsWith("/")) return readPackage(wanted).name as string;
	const at = wanted.indexOf("@", 1);
	return at < 0 ? wanted : wanted.slice(0, at);
}

function versionOf(folder: string, name: string): string {
	return String(readPackage(join(folder, "node_modules", name)).version ?? "unknown");
}

function readPackage(folder: string): Record<string, unknown> {
	return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Record<string, unknown>;
}

/** Copies a plugin, with ranges that npm understands. @returns the copy */
function stagePlugin(from: string, to: string): string {
	copyWithoutKeys(from, to);
	const path = join(to, "package.json");
	const manifest = existsSync(path) ? readPackage(to) : {};
	const resolved = Object.fromEntries(
		Object.entries(manifest).map(([field, value]) => [
			field,
			/[dD]ependencies$/.test(field) ? withoutWorkspaces(value as Record<string, string>) : value,
		]),
	);
	const named = { name: basename(from), version: "0.0.0", ...resolved };
	writeFileSync(path, JSON.stringify(named));
	return to;
}

function withoutWorkspaces(ranges: Record<string, string>): Record<string, string> {
	return Object.fromEntries(
		Object.entries(ranges).map(([name, range]) => [name, WORKSPACE_RANGE.test(range) ? "*" : range]),
	);
}
