/** Finds the version of a package that does not show its manifest. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** @param from finds the package as the one that uses it does */
export function findVersion(name: string, from: NodeJS.Require): string {
	for (let folder = dirname(from.resolve(name)); folder !== dirname(folder); folder = dirname(folder)) {
		const manifest = join(folder, "package.json");
		if (!existsSync(manifest)) continue;
		const found = JSON.parse(readFileSync(manifest, "utf8")) as { name?: string; version?: string };
		if (found.name === name && found.version !== undefined) return found.version;
	}
	return "unknown";
}
