/** Sets up the TypeScript harness with another version or a local copy of the framework. */
import { readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Target } from "../../../shared/types.ts";
import { copyContent } from "../../content.ts";
import { loadTargets } from "../../contract.ts";
import { NPM_FLAGS } from "../../environment/passed-on.mjs";
import { UserError } from "../../errors.ts";
import { readToolOutput } from "../run-tool.ts";
import type { CommandLog, Installation, InstallationPlace } from "../runtime.ts";
import { findNpmPackages, resolveWorkspaceRanges } from "./checkout.ts";
import { installAgent } from "./install-agent.ts";
import { keepOneFramework, lockWithSql, SQL_PLUGIN, sqlPluginFor } from "./sql-plugin.ts";

const FLAGS = [...NPM_FLAGS, "--ignore-scripts", "--include=dev", "--include=optional", "--include=peer"];

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
	// Puts Bun's binary, which npm has brought, into its place. Some npm versions run no package's scripts.
	await log.run({ file: "node", args: ["install.js"], cwd: join(folder, "node_modules/bun") });
}

/** @param bun the engine that the set-up brings */
export async function install(
	{ target, source, variants, root, staging, log }: InstallationPlace,
	bun: string,
): Promise<Installation> {
	const folder = join(root, "typescript");
	const hasSql = target.database.package === SQL_PLUGIN.package;
	if (hasSql && source === null) lockWithSql(root);
	await installLocked(folder, log);
	const { package: name } = target.framework;
	if (source !== null) {
		const wanted =
			source.kind === "version"
				? [`${name}@${source.version}`]
				: stagePackages(realpathSync(source.path), staging);
		// The packages are packed and copied. A link would be followed, and would find the dependencies of
		// its own folder.
		const args = ["install", "--install-links", "--save-exact", ...FLAGS, "--prefix", folder, ...wanted];
		await log.run({ file: "npm", args, cwd: folder });
	}
	const installed = versionOf(folder, name);
	if (source?.kind === "version" && installed !== source.version)
		throw new UserError(
			`npm has ${installed} under the name ${source.version}: name that version, it does not move`,
		);
	const missing = await findMissing(folder, bun, { name, installed, log });
	const database = hasSql
		? await installSql(folder, missing, { name, installed, target, log, isLocked: source === null })
		: await installMissing(folder, missing, { name, installed, target, log });
	if (target.agent) await installAgent(target.agent, { folder, staging, framework: name, flags: FLAGS, log });
	if (variants.includes("node"))
		await log.run({ file: bun, args: [...NODE_BUILD, `--outfile=${NODE_BUNDLE}`], cwd: folder });
	return {
		framework: installed,
		database,
		lock: join(folder, "package-lock.json"),
		seeded: false,
	};
}

const missingPackages = z.object({ bootstrap: z.string().nullable(), database: z.string().nullable() });
type Missing = z.infer<typeof missingPackages>;

/** The framework's package as it is installed. */
interface InstalledFramework extends Pick<InstallationPlace, "log"> {
	name: string;
	installed: string;
}

/** Asks the harness what a core lacks. */
async function findMissing(
	folder: string,
	bun: string,
	{ name, installed, log }: InstalledFramework,
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
	await installBeside(folder, bootstrap, framework, database === null ? [] : [other]);
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
		await installBeside(folder, bootstrap, framework, [plugin]);
	}
	return versionOf(folder, target.database.package);
}

function lockedVersionOf(runtime: Target["runtime"]): string {
	return loadTargets().find((target) => target.runtime === runtime)?.framework.version ?? "";
}

async function installBeside(
	folder: string,
	bootstrap: string | null,
	{ name, installed, log }: InstalledFramework,
	others: readonly string[],
): Promise<void> {
	const wanted = [...(bootstrap === null ? [] : [`${bootstrap}@${installed}`]), ...others];
	// A local copy that is there already would become a link.
	const args = ["install", "--install-links", "--save-exact", ...FLAGS, "--prefix", folder, ...wanted];
	try {
		await log.run({ file: "npm", args, cwd: folder });
	} catch (error) {
		if (bootstrap === null || !(error instanceof UserError) || !NOT_PUBLISHED.test(error.message))
			throw error;
		throw new UserError(
			`${name}@${installed} has no bootstrap of its own, and ${bootstrap}@${installed} is not published: ` +
				"choose another version",
		);
	}
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
