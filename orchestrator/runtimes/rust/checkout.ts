/** Local copies of the Rust framework: its crate, its databases, and those that they name by path. */
import { join } from "node:path";
import { z } from "zod";
import { ROOT } from "../../files.ts";
import { runGuarded } from "../../process/guarded.ts";
import { findFolder, missingPackage, readManifest, tomlTable, tomlText } from "../local-copy.ts";
import type { CheckoutRules } from "../runtime.ts";
import { cargoEnvironment } from "./cargo.ts";

export const CRATES = {
	framework: "elizaos",
	database: "elizaos-plugin-inmemorydb",
	postgres: "elizaos-plugin-sql",
} as const;

export const checkout: CheckoutRules = {
	builtInPlace: true,
	async read(path) {
		const { framework, database, postgres } = findCrates(path);
		const given = [framework, database, postgres].filter((folder) => folder !== null);
		const folders = await addPathDependencies(given);
		return { version: (await readCrate(framework))?.version ?? null, folders };
	},
};

export interface Crates {
	framework: string;
	/** The database in memory. */
	database: string | null;
	/** The database on a PostgreSQL server. */
	postgres: string | null;
}

/**
 * Finds the folders of the framework's crate and of its databases, in a crate's own folder or in that of a
 * workspace.
 * @throws {UserError} when there is no framework in it
 */
export function findCrates(path: string): Crates {
	const find = (name: string) => findFolder(path, (folder) => crateName(folder) === name);
	const framework = find(CRATES.framework);
	if (framework === null) throw missingPackage(path, `Cargo.toml with the package ${CRATES.framework}`);
	return { framework, database: find(CRATES.database), postgres: find(CRATES.postgres) };
}

function crateName(folder: string): string | null {
	return tomlText(tomlTable(readManifest(join(folder, "Cargo.toml")), "package"), "name");
}

const cargoMetadata = z.object({
	packages: z.array(
		z.object({
			name: z.string(),
			version: z.string(),
			manifest_path: z.string(),
			dependencies: z.array(z.object({ path: z.string().nullish() })),
		}),
	),
});

/**
 * Reads a crate as cargo does, with what it inherits from its workspace.
 * @returns null when cargo cannot read it; its build will say why
 */
export async function readCrate(folder: string): Promise<{ version: string; paths: string[] } | null> {
	const manifest = join(folder, "Cargo.toml");
	const args = ["metadata", "--no-deps", "--offline", "--format-version", "1", "--manifest-path", manifest];
	const options = { cwd: ROOT, addedEnv: cargoEnvironment(), captures: true };
	const { problem, stdout } = await runGuarded("cargo", args, options);
	if (problem !== null) return null;
	const own = cargoMetadata
		.parse(JSON.parse(stdout))
		.packages.find(({ manifest_path }) => manifest_path === manifest);
	return own ? { version: own.version, paths: own.dependencies.flatMap(({ path }) => path ?? []) } : null;
}

/** Adds the crates that the given ones name by path, and so on. */
async function addPathDependencies(folders: readonly string[]): Promise<string[]> {
	const found = [...folders];
	for (const folder of found)
		for (const path of (await readCrate(folder))?.paths ?? []) if (!found.includes(path)) found.push(path);
	return found;
}
