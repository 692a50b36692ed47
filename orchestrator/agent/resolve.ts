/**
 * Finds on which version of the framework an agent runs: the one it asks for, or else the newest locked
 * here.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { plainText } from "../../shared/text.ts";
import type { Target, TargetAgent, TargetSource } from "../../shared/types.ts";
import { versionsFile } from "../../shared/types.ts";
import { UserError } from "../errors.ts";
import { readJson, SHARED } from "../files.ts";
import { RUNTIMES } from "../runtimes/index.ts";
import { askForVersions } from "../runtimes/run-tool.ts";
import { type AgentSource, readAgentSource } from "./source.ts";

const EXACT = /^\d+\.\d+\.\d+(?:-?[0-9A-Za-z.-]+)?$/;

interface AskedAgent {
	path: string;
	added: readonly string[];
	without: readonly string[];
}

type Base = Pick<Target, "runtime" | "framework">;
type VersionSource = Extract<TargetSource, { kind: "version" }>;

/**
 * @param base the locked target of the runtime that the agent is to run on
 * @param source what the user names; null: he names none
 * @returns the version to measure in `source`; null: the locked one
 */
export async function resolveAgent<Source>(
	{ path, added, without }: AskedAgent,
	base: Base,
	source: Source | null,
): Promise<{ agent: TargetAgent; source: Source | VersionSource | null }> {
	const found = readAgentSource(path, added, base.framework.package);
	if (found.project !== null && RUNTIMES[base.runtime].agents?.takesProjects !== true)
		throw new UserError(
			`${plainText(path)} is a project for TypeScript: for ${base.runtime} name a character's file, or a folder ` +
				'whose package.json has "agent": {"character": FILE}',
		);
	RUNTIMES[base.runtime].agents?.refuseUnusable?.(found, without);
	const agent = { path, digest: found.digest, added: [...added], without: [...without] };
	if (source !== null) return { agent, source };
	const version = await chooseVersion(found, base);
	return { agent, source: version === null ? null : { kind: "version", version } };
}

async function chooseVersion(
	source: AgentSource,
	{ runtime, framework: known }: Base,
): Promise<string | null> {
	const locked = source.project === null ? null : lockedVersion(source.project);
	if (locked !== null) return locked;
	const { framework } = source;
	if (framework === null || framework.startsWith("workspace:")) return defaultVersion(runtime);
	const exact = framework.replace(/^==/, "");
	if (EXACT.test(exact)) return exact;
	const name = known.package;
	const newest = runtime === "typescript" ? await newestOf(name, framework) : undefined;
	if (newest !== undefined) return newest;
	throw new UserError(
		`no version ${framework} of ${name} is known, which the project asks for: name one with --on`,
	);
}

/** Asks npm for the newest version of a range. */
async function newestOf(name: string, range: string): Promise<string | undefined> {
	const text = await askForVersions("npm", ["view", `${name}@${range}`, "version", "--json"]);
	return [JSON.parse(text || "[]") as string | string[]].flat().at(-1);
}

/** The version that is listed for agents; null: the locked one. */
function defaultVersion(runtime: Target["runtime"]): string | null {
	const { lists } = readJson(join(SHARED, "versions.json"), versionsFile, "list of versions");
	const word = lists.agent?.find((one) => one.startsWith(`${runtime}@`));
	return word?.split("@").at(-1) ?? null;
}

/** Reads which version a project's lock file names. */
function lockedVersion({ folder, lock }: NonNullable<AgentSource["project"]>): string | null {
	if (lock === null || !existsSync(join(folder, lock))) return null;
	const text = readFileSync(join(folder, lock), "utf8");
	if (lock === "bun.lock") return /"@elizaos\/core": \["@elizaos\/core@([^"]+)"/.exec(text)?.[1] ?? null;
	const { packages = {} } = JSON.parse(text) as { packages?: Record<string, { version?: string }> };
	return packages["node_modules/@elizaos/core"]?.version ?? null;
}
