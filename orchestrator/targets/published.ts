/** Lists the published versions of a framework, and chooses those that the words of a command line name. */
import type { Target } from "../../shared/types.ts";
import { UserError } from "../errors.ts";
import { RUNTIMES } from "../runtimes/index.ts";
import type { Say } from "../runtimes/runtime.ts";
import { setUpRuntimes } from "./set-up.ts";

/** @returns oldest first @throws {UserError} when the package manager fails, or has no such list */
export async function listPublishedVersions({ runtime, framework }: Target, say: Say): Promise<string[]> {
	const { needsSetUp, list } = RUNTIMES[runtime].published;
	if (needsSetUp) await setUpRuntimes([runtime], say);
	const found = await list(framework.package);
	if (found.length === 0)
		throw new UserError(
			`no published version of ${framework.package} was found: name the versions one by one`,
		);
	return found;
}

/**
 * Chooses versions.
 * @param words versions, and ranges `A..B` of published ones; without words all from the locked version on
 * @param most how many to choose; of a longer range they are spread evenly, with both ends
 * @param published oldest first
 */
export function chooseVersions(
	words: readonly string[],
	published: readonly string[],
	locked: string,
	most: number,
): { versions: string[]; leftOut: string[] } {
	const ranges = words.length === 0 ? [`${locked}..`] : words;
	const all = [
		...new Set(ranges.flatMap((word) => (word.includes("..") ? expandRange(word, published) : [word]))),
	];
	const versions = all.length <= most ? all : spreadEvenly(all, most);
	return { versions, leftOut: all.filter((version) => !versions.includes(version)) };
}

/** @param count at least two */
function spreadEvenly(items: readonly string[], count: number): string[] {
	const step = (items.length - 1) / (count - 1);
	return Array.from({ length: count }, (_, place) => items[Math.round(place * step)] ?? "");
}

function expandRange(word: string, published: readonly string[]): string[] {
	const [from = "", to = ""] = word.split("..");
	const indexOf = (version: string, otherwise: number) => {
		const index = version === "" ? otherwise : published.indexOf(version);
		if (index >= 0) return index;
		throw new UserError(
			`the version ${version} of '${word}' is not published: choose from ${published.slice(-12).join(", ")}`,
		);
	};
	const [first, last] = [indexOf(from, 0), indexOf(to, published.length - 1)];
	if (first > last) throw new UserError(`the range '${word}' runs backwards: write ${to}..${from}`);
	return published.slice(first, last + 1);
}
