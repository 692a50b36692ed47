/**
 * What a local copy of a framework holds: which packages, in which version, and the digest of their content.
 */
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { z } from "zod";
import { plainText } from "../../shared/text.ts";
import type { RuntimeName } from "../../shared/types.ts";
import { contentDigest, isIgnored } from "../content.ts";
import { messageOf, UserError } from "../errors.ts";

export interface Checkout {
	/** As the package says; null where only its build does. */
	version: string | null;
	digest: string;
}

/**
 * @param path absolute; a link is followed
 * @throws {UserError} when the folder is not there, or holds no such package
 */
export async function inspectCheckout(runtime: RuntimeName, path: string): Promise<Checkout> {
	if (!isDirectory(path))
		throw new UserError(
			`there is no folder ${plainText(path)}, which --targets names: correct it (a path with a comma cannot be given)`,
		);
	return INSPECTORS[runtime](realpathSync(path));
}

const INSPECTORS: Record<RuntimeName, (path: string) => Promise<Checkout>> = {
	async typescript(path) {
		const packages = npmPackages(path);
		return {
			version: packages[0]?.manifest.version ?? null,
			digest: contentDigest(packages.map(({ folder }) => folder)),
		};
	},
	async python(path) {
		const folders = pythonProjects(path);
		const [framework = path] = folders;
		return { version: tomlText(pythonProject(framework), "version"), digest: contentDigest(folders) };
	},
	async rust(path) {
		const { framework, database } = crates(path);
		const folders = await localCrates([framework, ...(database === null ? [] : [database])]);
		return { version: (await readCrate(framework))?.version ?? null, digest: contentDigest(folders) };
	},
};

const NPM_PACKAGE = "@elizaos/core";
const PYTHON_PACKAGES = { framework: "elizaos", database: "elizaos-plugin-inmemorydb" } as const;
export const CRATES = { framework: "elizaos", database: "elizaos-plugin-inmemorydb" } as const;

/** A monorepo's packages lie no deeper below its root. */
const DEPTH = 3;

function notThere(path: string, what: string): UserError {
	return new UserError(
		`the folder ${plainText(path)}, which --targets names, holds no ${what}: name the folder of the package itself, or of its repository`,
	);
}

const dependencies = z.record(z.string(), z.string()).optional();
const packageFile = z.looseObject({
	name: z.string().optional(),
	version: z.string().optional(),
	main: z.string().optional(),
	exports: z.unknown().optional(),
	dependencies,
	optionalDependencies: dependencies,
	peerDependencies: dependencies,
});
export type PackageFile = z.infer<typeof packageFile>;
export const DEPENDENCIES = ["dependencies", "optionalDependencies", "peerDependencies"] as const;

export interface NpmPackage {
	folder: string;
	manifest: PackageFile;
}

/**
 * The package in a folder, its own or that of a repository, and those packages of its workspace that it needs
 * (`workspace:*`), itself first.
 * @throws {UserError} when one is not there, or the package has not been built
 */
export function npmPackages(path: string): NpmPackage[] {
	const own = findFolder(path, (folder) => readPackage(folder)?.name === NPM_PACKAGE);
	const manifest = own === null ? null : readPackage(own);
	if (own === null || manifest === null) throw notThere(path, `package.json with the name ${NPM_PACKAGE}`);
	const entry = entryOf(manifest);
	if (!existsSync(join(own, entry)))
		throw new UserError(
			`the package in ${plainText(own)} has no ${plainText(entry)}, which it exports: build it first`,
		);
	const packages = [{ folder: own, manifest }];
	const known = new Set<string>([NPM_PACKAGE]);
	for (const { manifest: one } of packages) {
		for (const name of workspaceDependencies(one)) {
			if (known.has(name)) continue;
			known.add(name);
			packages.push(workspacePackage(own, name));
		}
	}
	return packages;
}

/** Names of the dependencies whose range only a workspace's own tool understands. */
function workspaceDependencies(manifest: PackageFile): string[] {
	return DEPENDENCIES.flatMap((field) => Object.entries(manifest[field] ?? {}))
		.filter(([, range]) => range.startsWith("workspace:"))
		.map(([name]) => name);
}

function workspacePackage(path: string, name: string): NpmPackage {
	for (let root = dirname(path); root !== dirname(root); root = dirname(root)) {
		if (readPackage(root)?.workspaces === undefined && !existsSync(join(root, "pnpm-workspace.yaml")))
			continue;
		const folder = findFolder(root, (candidate) => readPackage(candidate)?.name === name);
		const manifest = folder === null ? null : readPackage(folder);
		if (folder !== null && manifest !== null) return { folder, manifest };
	}
	throw new UserError(
		`the package in ${plainText(path)} needs ${plainText(name)} of its workspace, which is in no folder above it: name it inside its repository`,
	);
}

/** The file that Bun loads for the package: the first condition that holds, in the order of the manifest. */
function entryOf({ exports, main }: PackageFile): string {
	const choose = (target: unknown): string | null => {
		if (typeof target === "string") return target;
		if (typeof target !== "object" || target === null) return null;
		for (const [condition, inner] of Object.entries(target))
			if (["bun", "node", "import", "default"].includes(condition)) {
				const chosen = choose(inner);
				if (chosen !== null) return chosen;
			}
		return null;
	};
	const root = typeof exports === "object" && exports !== null && "." in exports ? exports["."] : exports;
	return choose(root) ?? main ?? "index.js";
}

function readPackage(folder: string): PackageFile | null {
	try {
		return packageFile.parse(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")));
	} catch {
		return null;
	}
}

/**
 * The folders of the framework and, where it is there too, of its in-memory database: the folder itself, or
 * below that of a repository.
 * @throws {UserError} when there is no framework in it
 */
export function pythonProjects(path: string): string[] {
	const find = (name: string) =>
		findFolder(
			path,
			(folder) =>
				tomlText(pythonProject(folder), "name")
					?.toLowerCase()
					.replaceAll(/[-_.]+/g, "-") === name,
		);
	const framework = find(PYTHON_PACKAGES.framework);
	if (framework === null) throw notThere(path, `pyproject.toml of ${PYTHON_PACKAGES.framework}`);
	const database = find(PYTHON_PACKAGES.database);
	return database === null ? [framework] : [framework, database];
}

function pythonProject(folder: string): string {
	return tomlTable(readText(join(folder, "pyproject.toml")), "project");
}

/**
 * The folders of the framework's crate and of its in-memory database, in a crate's own folder or in that of a
 * workspace.
 * @throws {UserError} when there is no framework in it
 */
export function crates(path: string): { framework: string; database: string | null } {
	const find = (name: string) =>
		findFolder(
			path,
			(folder) => tomlText(tomlTable(readText(join(folder, "Cargo.toml")), "package"), "name") === name,
		);
	const framework = find(CRATES.framework);
	if (framework === null) throw notThere(path, `Cargo.toml with the package ${CRATES.framework}`);
	return { framework, database: find(CRATES.database) };
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
 * A crate as cargo reads it, what it inherits from its workspace included; null: cargo cannot, as its build
 * will tell.
 */
export async function readCrate(folder: string): Promise<{ version: string; paths: string[] } | null> {
	const manifest = join(folder, "Cargo.toml");
	const args = ["metadata", "--no-deps", "--offline", "--format-version", "1", "--manifest-path", manifest];
	const { stdout, failed } = await execa("cargo", args, { reject: false, stdin: "ignore" });
	if (failed) return null;
	const own = cargoMetadata
		.parse(JSON.parse(stdout))
		.packages.find(({ manifest_path }) => manifest_path === manifest);
	return own ? { version: own.version, paths: own.dependencies.flatMap(({ path }) => path ?? []) } : null;
}

/** The crates given and those that they name by path, and so on. */
async function localCrates(folders: readonly string[]): Promise<string[]> {
	const found = [...folders];
	for (const folder of found)
		for (const path of (await readCrate(folder))?.paths ?? []) if (!found.includes(path)) found.push(path);
	return found;
}

/** The nearest folder that fits, the given one first. */
function findFolder(root: string, fits: (folder: string) => boolean): string | null {
	let level = [root];
	for (let depth = 0; depth <= DEPTH; depth++) {
		const found = level.find(fits);
		if (found !== undefined) return found;
		level = level.flatMap(foldersIn);
	}
	return null;
}

function foldersIn(folder: string): string[] {
	try {
		return readdirSync(folder, { withFileTypes: true })
			.filter((entry) => entry.isDirectory())
			.map(({ name }) => join(folder, name))
			.filter((path) => !isIgnored(path))
			.toSorted();
	} catch {
		return [];
	}
}

function readText(path: string): string {
	try {
		return readFileSync(path, "utf8");
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
		throw new UserError(`cannot read ${path}: ${messageOf(error)}`);
	}
}

/** The lines of one table of a TOML file. */
function tomlTable(text: string, name: string): string {
	const [, rest = ""] = text.split(new RegExp(`^\\[${name}\\][ \\t]*(?:#.*)?$`, "m"));
	return rest.split(/^\[/m)[0] ?? "";
}

/** A text of one line in a table; null: it is not there, or is no such text. */
function tomlText(table: string, key: string): string | null {
	return new RegExp(`^${key}\\s*=\\s*["']([^"'\\n]*)["']`, "m").exec(table)?.[1] ?? null;
}

function isDirectory(path: string): boolean {
	return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
