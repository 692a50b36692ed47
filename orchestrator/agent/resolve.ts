/**
 * Finds on which version of the framework an agent runs: the one it asks for, or else the newest locked
 * here.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { TargetAgent, TargetSource } from "../../shared/types.ts";
import { versionsFile } from "../../shared/types.ts";
import { UserError } from "../errors.ts";
import { readJson, SHARED } from "../files.ts";
import { askForVersions } from "../runtimes/run-tool.ts";
import { refuseUnbuilt } from "./built-plugins.ts";
import { type AgentSource, CORE, readAgentSource } from "./source.ts";
import { refuseUnknownWithout } from "./without.ts";

const EXACT = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/;

interface AskedAgent {
	path: string;
	added: readonly string[];
	without: readonly string[];
}

/** @param source what the user names; null: he names none */
export async function resolveAgent<Source>(
	{ path, added, without }: AskedAgent,
	source: Source | null,
): Promise<{ agent: TargetAgent; source: Source | Extract<TargetSource, { kind: "version" }> }> {
	const found = readAgentSource(path, added);
	refuseUnbuilt(found);
	refuseUnknownWithout(found, without);
	const agent = { path, digest: found.digest, added: [...added], without: [...without] };
	return { agent, source: source ?? { kind: "version", version: await chooseVersion(found) } };
}

async function chooseVersion(source: AgentSource): Promise<string> {
	const locked = source.project === null ? null : lockedVersion(source.project);
	if (locked !== null) return locked;
	const { framework } = source;
	if (framework === null || framework.startsWith("workspace:")) return defaultVersion();
	if (EXACT.test(framework)) return framework;
	const text = await askForVersions("npm", ["view", `${CORE}@${framework}`, "version", "--json"]);
	const answers = [JSON.parse(text || "[]") as string | string[]].flat();
	const newest = answers.at(-1);
	if (newest !== undefined) return newest;
	throw new UserError(
		`npm knows no version ${framework} of ${CORE}, which the project asks for: name one with --on`,
	);
}

function defaultVersion(): string {
	const { lists } = readJson(join(SHARED, "versions.json"), versionsFile, "list of versions");
	return lists.agent?.[0]?.split("@").at(-1) ?? "";
}

/** Reads which version a project's lock file names. */
function lockedVersion({ folder, lock }: NonNullable<AgentSource["project"]>): string | null {
	if (lock === null || !existsSync(join(folder, lock))) return null;
	const text = readFileSync(join(folder, lock), "utf8");
	if (lock === "bun.lock") return /"@elizaos\/core": \["@elizaos\/core@([^"]+)"/.exec(text)?.[1] ?? null;
	const { packages = {} } = JSON.parse(text) as { packages?: Record<string, { version?: string }> };
	return packages[`node_modules/${CORE}`]?.version ?? null;
}
