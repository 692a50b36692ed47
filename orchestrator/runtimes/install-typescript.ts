/** Sets up the TypeScript harness with another version or a local copy of the framework. */
import { readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { copyContent } from "../content.ts";
import { UserError } from "../errors.ts";
import { SOURCE } from "../targets/folder.ts";
import { DEPENDENCIES, type NpmPackage, npmPackages, type PackageFile } from "./checkout.ts";
import type { Installer } from "./installer.ts";
import { harnessesIn } from "./launch.ts";

const NODE_BUILD = [
	"build",
	"src/bench.ts",
	"--target=node",
	"--format=esm",
	"--packages=external",
	"--outfile=dist/bench.js",
];
const NPM = ["--ignore-scripts", "--no-fund", "--no-audit"];

export const installTypescript: Installer = async ({ target, source, variants, root, log }) => {
	const folder = join(root, "typescript");
	await log.run({ file: "npm", args: ["ci", ...NPM], cwd: folder });
	// As the locked harness does it: some npm versions run no package's scripts.
	await log.run({ file: "node", args: ["install.js"], cwd: join(folder, "node_modules/bun") });
	const { package: name } = target.framework;
	if (source !== null) {
		const wanted =
			source.kind === "version" ? [`${name}@${source.version}`] : stage(realpathSync(source.path), root);
		// Packed and copied: a link would be followed, and would find the dependencies of its own folder.
		await log.run({
			file: "npm",
			args: ["install", "--install-links", "--save-exact", ...NPM, ...wanted],
			cwd: folder,
		});
	}
	const installed = JSON.parse(
		readFileSync(join(folder, "node_modules", name, "package.json"), "utf8"),
	).version;
	if (source?.kind === "version" && installed !== source.version)
		throw new UserError(
			`npm has ${installed} under the name ${source.version}: name that version, it does not move`,
		);
	// Node.js reads no TypeScript; the framework itself stays as it is published.
	if (variants.includes("node"))
		await log.run({ file: harnessesIn(root).typescript.file, args: NODE_BUILD, cwd: folder });
	// The database is a class of core.
	return {
		framework: installed,
		database: installed,
		lock: join(folder, "package-lock.json"),
		seeded: false,
	};
};

/** Copies the package and what it needs of its workspace. @returns what npm is to install */
function stage(path: string, root: string): string[] {
	const packages = npmPackages(path);
	return packages.map(({ folder, manifest }, index) => {
		const copy = join(root, SOURCE, String(index));
		copyContent(folder, copy);
		const published = asPublished(manifest, packages);
		if (published !== manifest) writeFileSync(join(copy, "package.json"), JSON.stringify(published));
		return copy;
	});
}

/**
 * A workspace's own ranges (`workspace:*`) become the versions of its packages, as they do when they are
 * published.
 */
export function asPublished(manifest: PackageFile, packages: readonly NpmPackage[]): PackageFile {
	const versions = new Map(packages.map(({ manifest: { name, version } }) => [name, version]));
	const changed: PackageFile = { ...manifest };
	let same = true;
	for (const field of DEPENDENCIES) {
		const ranges = Object.entries(manifest[field] ?? {});
		if (!ranges.some(([, range]) => range.startsWith("workspace:"))) continue;
		same = false;
		changed[field] = Object.fromEntries(
			ranges.map(([name, range]) => [
				name,
				range.startsWith("workspace:") ? (versions.get(name) ?? range) : range,
			]),
		);
	}
	return same ? manifest : changed;
}
