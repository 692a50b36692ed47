/** Sets up the TypeScript harness with another version or a local copy of the framework. */
import { readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { copyContent } from "../../content.ts";
import { NPM_FLAGS } from "../../environment/passed-on.mjs";
import { UserError } from "../../errors.ts";
import type { CommandLog, Installation, InstallationPlace } from "../runtime.ts";
import { findNpmPackages, resolveWorkspaceRanges } from "./checkout.ts";

const FLAGS = [...NPM_FLAGS, "--ignore-scripts", "--include=dev", "--include=optional", "--include=peer"];

/** The harness for Node.js is bundled into this file, because Node.js reads no TypeScript. */
export const NODE_BUNDLE = "dist/bench.js";
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
	const manifest = readFileSync(join(folder, "node_modules", name, "package.json"), "utf8");
	const installed: string = JSON.parse(manifest).version;
	if (source?.kind === "version" && installed !== source.version)
		throw new UserError(
			`npm has ${installed} under the name ${source.version}: name that version, it does not move`,
		);
	if (variants.includes("node"))
		await log.run({ file: bun, args: [...NODE_BUILD, `--outfile=${NODE_BUNDLE}`], cwd: folder });
	return {
		framework: installed,
		// The database is a class of core.
		database: installed,
		lock: join(folder, "package-lock.json"),
		seeded: false,
	};
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
