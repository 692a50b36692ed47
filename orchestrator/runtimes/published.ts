/** Which versions of a framework there are: what its package manager says. */
import { execa } from "execa";
import { z } from "zod";
import type { RuntimeName, Target } from "../../shared/types.ts";
import { UserError } from "../errors.ts";
import { provision } from "../targets/provision.ts";
import { HARNESS } from "./launch.ts";
import { understood } from "./tools/run-tool.ts";

const npmVersions = z.union([z.array(z.string()), z.string()]);

/** @returns oldest first @throws {UserError} when the package manager fails, or has no such list */
export async function publishedVersions({
	runtime,
	framework: { package: name },
}: Target): Promise<string[]> {
	const found = await LISTS[runtime](name);
	if (found.length === 0)
		throw new UserError(`no published version of ${name} was found: name the versions one by one`);
	return found;
}

const LISTS: Record<RuntimeName, (name: string) => Promise<string[]>> = {
	typescript: async (name) => {
		const text = await output("npm", ["view", name, "versions", "--json"]);
		return [understood(`what npm says of ${name}`, () => npmVersions.parse(JSON.parse(text || "[]")))].flat();
	},
	python: async (name) => {
		await provision(["python"], (line) => console.error(line));
		const text = await output(HARNESS.python.file, [
			"-m",
			"pip",
			"index",
			"versions",
			name,
			"--pre",
			"--disable-pip-version-check",
		]);
		const newestFirst =
			/^Available versions: (.+)$/m
				.exec(text)?.[1]
				?.split(",")
				.map((version) => version.trim()) ?? [];
		return newestFirst.toReversed();
	},
	rust: () =>
		Promise.reject(new UserError("cargo lists no versions of a crate: name the versions one by one")),
};

async function output(file: string, args: string[]): Promise<string> {
	const result = await execa(file, args, { reject: false, stdin: "ignore" });
	if (result.failed) {
		const words = String(result.stderr || result.shortMessage)
			.trim()
			.split("\n")
			.at(-1);
		throw new UserError(`${file} cannot say which versions there are: ${words}`);
	}
	return String(result.stdout);
}

/**
 * From the words of the command line to versions.
 * @param words versions, and ranges `A..B` of published ones; none: from the locked version on
 * @param most of a range; of more, these are spread evenly, with both ends
 * @param published oldest first
 */
export function versionsOf(
	words: readonly string[],
	published: readonly string[],
	locked: string,
	most: number,
): { versions: string[]; leftOut: string[] } {
	const ranges = words.length === 0 ? [`${locked}..`] : words;
	const all = [...new Set(ranges.flatMap((word) => (word.includes("..") ? range(word, published) : [word])))];
	const kept =
		all.length <= most
			? all
			: Array.from(
					{ length: most },
					(_, place) => all[Math.round((place * (all.length - 1)) / (most - 1))] ?? "",
				);
	return { versions: kept, leftOut: all.filter((version) => !kept.includes(version)) };
}

function range(word: string, published: readonly string[]): string[] {
	const [from = "", to = ""] = word.split("..");
	const at = (version: string, otherwise: number) => {
		const index = version === "" ? otherwise : published.indexOf(version);
		if (index >= 0) return index;
		throw new UserError(
			`the version ${version} of '${word}' is not published: choose from ${published.slice(-12).join(", ")}`,
		);
	};
	const [first, last] = [at(from, 0), at(to, published.length - 1)];
	if (first > last) throw new UserError(`the range '${word}' runs backwards: write ${to}..${from}`);
	return published.slice(first, last + 1);
}
