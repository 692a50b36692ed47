/** Local copies of the TypeScript framework: a package, and those of its workspace that it needs. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { plainText } from "../../../shared/text.ts";
import { UserError } from "../../errors.ts";
import { findFolder, missingPackage, readManifest } from "../local-copy.ts";
import type { CheckoutRules } from "../runtime.ts";

const FRAMEWORK = "@elizaos/core";
const DEPENDENCY_FIELDS = ["dependencies", "optionalDependencies", "peerDependencies"] as const;
/** Only a workspace's own tool understands such a range. */
const WORKSPACE_RANGE = "workspace:";

const dependencies = z.record(z.string(), z.string()).optional();
const packageManifest = z.looseObject({
	name: z.string().optional(),
	version: z.string().optional(),
	main: z.string().optional(),
	exports: z.unknown().optional(),
	dependencies,
	optionalDependencies: dependencies,
	peerDependencies: dependencies,
});
export type PackageManifest = z.infer<typeof packageManifest>;

export interface NpmPackage {
	folder: string;
	manifest: PackageManifest;
}

export const checkout: CheckoutRules = {
	builtInPlace: false,
	async read(path) {
		const packages = findNpmPackages(path);
		return {
			version: packages[0]?.manifest.version ?? null,
			folders: packages.map(({ folder }) => folder),
		};
	},
};

/**
 * Finds the package in a folder, its own or that of a repository, and the packages of its workspace that it
 * needs (`workspace:*`). The package itself is first.
 * @throws {UserError} when one is not there, or the package has not been built
 */
export function findNpmPackages(path: string): NpmPackage[] {
	const folder = findFolder(path, (candidate) => readPackage(candidate)?.name === FRAMEWORK);
	const manifest = folder === null ? null : readPackage(folder);
	if (folder === null || manifest === null)
		throw missingPackage(path, `package.json with the name ${FRAMEWORK}`);
	const entry = entryOf(manifest);
	if (!existsSync(join(folder, entry)))
		throw new UserError(
			`the package in ${plainText(folder)} has no ${plainText(entry)}, which it exports: build it first`,
		);
	const packages = [{ folder, manifest }];
	const known = new Set<string>([FRAMEWORK]);
	for (const { manifest: one } of packages) {
		for (const name of workspaceDependencies(one)) {
			if (known.has(name)) continue;
			known.add(name);
			packages.push(findInWorkspace(folder, name));
		}
	}
	return packages;
}

function workspaceDependencies(manifest: PackageManifest): string[] {
	return DEPENDENCY_FIELDS.flatMap((field) => Object.entries(manifest[field] ?? {}))
		.filter(([, range]) => range.startsWith(WORKSPACE_RANGE))
		.map(([name]) => name);
}

function findInWorkspace(path: string, name: string): NpmPackage {
	for (let root = dirname(path); root !== dirname(root); root = dirname(root)) {
		if (readPackage(root)?.workspaces === undefined && !existsSync(join(root, "pnpm-workspace.yaml")))
			continue;
		const folder = findFolder(root, (candidate) => readPackage(candidate)?.name === name);
		const manifest = folder === null ? null : readPackage(folder);
		if (folder !== null && manifest !== null) return { folder, manifest };
	}
	throw new UserError(
		`the package in ${plainText(path)} needs ${plainText(name)} of its workspace, ` +
			"which is in no folder above it: name it inside its repository",
	);
}

/**
 * Finds the file that Bun loads for the package: that of the first condition that holds, in the order of
 * the manifest.
 */
function entryOf({ exports, main }: PackageManifest): string {
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

function readPackage(folder: string): PackageManifest | null {
	try {
		return packageManifest.parse(JSON.parse(readManifest(join(folder, "package.json"))));
	} catch {
		return null;
	}
}

/** Replaces a workspace's own ranges (`workspace:*`) by the versions of its packages, as publishing does. */
export function resolveWorkspaceRanges(
	manifest: PackageManifest,
	packages: readonly NpmPackage[],
): PackageManifest {
	const versions = new Map(packages.map(({ manifest: { name, version } }) => [name, version]));
	const changed: PackageManifest = { ...manifest };
	let same = true;
	for (const field of DEPENDENCY_FIELDS) {
		const ranges = Object.entries(manifest[field] ?? {});
		if (!ranges.some(([, range]) => range.startsWith(WORKSPACE_RANGE))) continue;
		same = false;
		changed[field] = Object.fromEntries(
			ranges.map(([name, range]) => [
				name,
				range.startsWith(WORKSPACE_RANGE) ? (versions.get(name) ?? range) : range,
			]),
		);
	}
	return same ? manifest : changed;
}
