/** Sets up the TypeScript harness with another version or a local copy of the framework. */
import { existsSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Target } from "../../../shared/types.ts";
import { readAgentSource } from "../../agent/source.ts";
import { copyContent } from "../../content.ts";
import { loadTargets } from "../../contract.ts";
import { UserError } from "../../errors.ts";
import { readToolOutput } from "../run-tool.ts";
import type { CommandLog, Installation, InstallationPlace } from "../runtime.ts";
import { findNpmPackages, resolveWorkspaceRanges } from "./checkout.ts";
import { copyProject, installAgent } from "./install-agent.ts";
import { FLAGS, type Packages, packagesIn } from "./packages.ts";
import { keepOneFramework, lockWithSql, SQL_PLUGIN, sqlPluginFor } from "./sql-plugin.ts";

/** Bun would load a `.env` and a `bunfig.toml` of whatever folder the user is in, preloaded code included. */
export const BUN_FLAGS = ["--no-env-file", "--config=/dev/null"];

/** The harness for Node.js is bundled into this file, because Node.js reads no TypeScript. */
export const NODE_BUNDLE = "dist/bench.js";
/** Prints what a core lacks. */
const PROBE = "src/frameworks/missing.ts";
/** npm's words for a version, or a package, that there is not. */
const NOT_PUBLISHED = /\b(?:ETARGET|E404|No matching version)\b/;
/** The framework itself stays as it is published. */
const NODE_BUILD = ["build", "src/bench.ts", "--target=node", "--format=esm", "--packages=external"];

/**
 * Installs what the lock file names.
 * @param folder of the harness
 */
export async function installLocked(folder: string, log: CommandLog): Promise<void> {
	await log.run({ file: "npm", args: ["ci", ...FLAGS, "--prefix", folder], cwd: folder });
	await placeEngine(folder, log);
}

/** Puts Bun's binary, which npm has brought, into its place. Some npm versions run no package's scripts. */
async function placeEngine(folder: string, log: CommandLog): Promise<void> {
	await log.run({ file: "node", args: ["install.js"], cwd: join(folder, "node_modules/bun") });
}

/** Installs a user's project from its own lock file, with the engine beside it. */
async function installProject(
	project: Parameters<typeof copyProject>[0],
	folder: string,
	bun: string,
	log: CommandLog,
): Promise<Packages> {
	const { dependencies } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
		dependencies: Record<string, string>;
	};
	copyProject(project, folder);
	const packages = packagesIn(folder, bun, log, project.folder);
	await packages.installProject();
	await packages.add([`bun@${dependencies.bun}`]);
	await placeEngine(folder, log);
	return packages;
}

/**
 * @param bun the engine that the set-up brings
 * @param lockedBun that of the repository's own set-up
 */
export async function install(
	{ target, source, variants, root, staging, log }: InstallationPlace,
	bun: string,
	lockedBun: string,
): Promise<Installation> {
	const folder = join(root, "typescript");
	const hasSql = target.database.package === SQL_PLUGIN.package;
	if (hasSql && source === null) lockWithSql(root);
	const agent = target.agent
		? readAgentSource(target.agent.path, target.agent.added, target.framework.package)
		: null;
	const packages = agent?.project
		? await installProject(agent.project, folder, lockedBun, log)
		: packagesIn(folder, lockedBun, log, null);
	if (!agent?.project) await installLocked(folder, log);
	const { package: name } = target.framework;
	if (source !== null && !(agent?.project && isThere(folder, name, source)))
		await packages.add(
			source.kind === "version"
				? [`${name}@${source.version}`]
				: stagePackages(realpathSync(source.path), staging),
		);
	const installed = versionOf(folder, name);
	if (source?.kind === "version" && installed !== source.version)
		throw new UserError(
			`npm has ${installed} under the name ${source.version}: name that version, it does not move`,
		);
	const missing = await findMissing(folder, bun, { name, installed, log });
	const framework = { name, installed, target, log, packages };
	const database = hasSql
		? await installSql(folder, missing, { ...framework, isLocked: source === null })
		: await installMissing(folder, missing, framework);
	if (agent) await installAgent(agent, { folder, staging, framework: name, packages });
	if (variants.includes("node"))
		await log.run({ file: bun, args: [...NODE_BUILD, `--outfile=${NODE_BUNDLE}`], cwd: folder });
	return {
		framework: installed,
		database,
		lock: packages.lock,
		seeded: false,
	};
}

const missingPackages = z.object({ bootstrap: z.string().nullable(), database: z.string().nullable() });
type Missing = z.infer<typeof missingPackages>;

/** The framework's package as it is installed. */
interface InstalledFramework extends Pick<InstallationPlace, "log"> {
	name: string;
	installed: string;
	packages: Packages;
}

/** Asks the harness what a core lacks. */
async function findMissing(
	folder: string,
	bun: string,
	{ name, installed, log }: Omit<InstalledFramework, "packages">,
): Promise<Missing> {
	const answer = await log.outputOf({ file: bun, args: [...BUN_FLAGS, PROBE], cwd: folder });
	// Frameworks print on stdout too.
	const last = answer.split("\n").at(-1) ?? "";
	return readToolOutput(`what ${name}@${installed} lacks`, () => missingPackages.parse(JSON.parse(last)));
}

/**
 * Installs what a core lacks: its bootstrap, where that is a package of its own and of the same version, and
 * the in-memory database of the locked version, under a name of its own.
 * @returns the version of the database
 */
async function installMissing(
	folder: string,
	{ bootstrap, database }: Missing,
	framework: InstalledFramework & Pick<InstallationPlace, "target">,
): Promise<string> {
	const { installed, target } = framework;
	if (bootstrap === null && database === null) return installed;
	const other = `${database}@npm:${target.database.package}@${target.database.version}`;
	await installBeside(lacking(folder, bootstrap), framework, database === null ? [] : [other]);
	return database === null ? installed : versionOf(folder, database);
}

/**
 * Installs the SQL plugin, and the bootstrap where core lacks it.
 * @returns the version of the plugin
 */
async function installSql(
	folder: string,
	{ bootstrap }: Missing,
	framework: InstalledFramework & Pick<InstallationPlace, "target"> & { isLocked: boolean },
): Promise<string> {
	const { name, installed, target, isLocked } = framework;
	if (!isLocked) {
		keepOneFramework(folder, name);
		// Where the bootstrap is a package of its own, it and all plugins have the framework's version.
		const plugin = sqlPluginFor(installed, lockedVersionOf(target.runtime), bootstrap !== null);
		const isNamed = isThere(folder, target.database.package);
		await installBeside(lacking(folder, bootstrap), framework, isNamed ? [] : [plugin]);
	}
	return versionOf(folder, target.database.package);
}

function lockedVersionOf(runtime: Target["runtime"]): string {
	return loadTargets().find((target) => target.runtime === runtime)?.framework.version ?? "";
}

async function installBeside(
	bootstrap: string | null,
	{ name, installed, packages }: InstalledFramework,
	others: readonly string[],
): Promise<void> {
	const wanted = [...(bootstrap === null ? [] : [`${bootstrap}@${installed}`]), ...others];
	if (wanted.length === 0) return;
	try {
		await packages.add(wanted);
	} catch (error) {
		if (bootstrap === null || !(error instanceof UserError) || !NOT_PUBLISHED.test(error.message))
			throw error;
		throw new UserError(
			`${name}@${installed} has no bootstrap of its own, and ${bootstrap}@${installed} is not published: ` +
				"choose another version",
		);
	}
}

/** A user's project names its own bootstrap. */
function lacking(folder: string, bootstrap: string | null): string | null {
	return bootstrap !== null && isThere(folder, bootstrap) ? null : bootstrap;
}

/** @param source the version that it has to have; absent: any */
function isThere(folder: string, name: string, source?: Target["source"]): boolean {
	if (!existsSync(join(folder, "node_modules", name, "package.json"))) return false;
	return !source || (source.kind === "version" && versionOf(folder, name) === source.version);
}

function versionOf(folder: string, name: string): string {
	return JSON.parse(readFileSync(join(folder, "node_modules", name, "package.json"), "utf8")).version;
}

/** Copies the package and what it needs of its workspace. @returns what npm is to install */
function stagePackages(path: string, staging: string): string[] {
	const packages = findNpmPackages(path);
	return packages.map(({ folder, manifest }, index) => {
		const copy = join(staging, String(index));
		copyContent(folder, copy);
		const resolved = resolveWorkspaceRanges(manifest, packages);
		if (resolved !== manifest) writeFileSync(join(copy, "package.json"), JSON.stringify(resolved));
		return copy;
	});
}
