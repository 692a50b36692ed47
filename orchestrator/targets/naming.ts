/** Names targets: ids for files and the columns of tables, labels for people. */
import { basename, sep } from "node:path";
import { plainText } from "../../shared/text.ts";
import type { Target } from "../../shared/types.ts";
import { variantsOf } from "./variants.ts";
import { AGENT_RUNTIME, type ParsedWord } from "./words.ts";

const LONGEST_ID = 60;
const LONGEST_SLUG = 40;
const LONGEST_NAME = 24;

export interface TargetName {
	/** An identifier of at most some sixty characters; no two targets have the same. */
	id: string;
	label: string;
}

/** @returns a name for each word, in order */
export function nameTargets(words: readonly ParsedWord[], locked: readonly Target[]): TargetName[] {
	const taken = new Set(locked.map(({ id }) => id));
	return words.map((word) => {
		if (isAsLocked(word)) return { id: word.base.id, label: word.base.label };
		const version = versionName(word, words);
		const derived = word.agent ? agentWords(word, word.agent) : [word.base.id, ...word.variants];
		if (version !== null) derived.push(slugOf(version, LONGEST_ID - derived.join("-").length));
		const wanted = word.name ?? derived.join("-");
		const label = wanted === derived.join("-") && !word.agent ? labelOf(word, version) : wanted;
		let id = wanted;
		let number = 1;
		while (taken.has(id)) id = `${wanted}-${++number}`;
		taken.add(id);
		return { id, label: number > 1 ? `${label} (${number})` : label };
	});
}

function agentWords(
	{ base, variants }: ParsedWord,
	{ path, without }: NonNullable<ParsedWord["agent"]>,
): string[] {
	const name = slugOf(basename(path).replace(/\.json$/, ""));
	const on = base.runtime === AGENT_RUNTIME ? [] : [base.runtime];
	return ["agent", name, ...on, ...without.flatMap((plugin) => ["without", slugOf(plugin)]), ...variants];
}

function isAsLocked({ source, variants, name, agent }: ParsedWord): boolean {
	return agent === undefined && source === null && variants.length === 0 && name === undefined;
}

/** Finds what distinguishes a target from the locked version: a version, or the name of a folder. */
function versionName({ base, source }: ParsedWord, all: readonly ParsedWord[]): string | null {
	if (source === null) return null;
	if (source.kind === "version") return source.version;
	const paths = all.flatMap((other) =>
		other.base.id === base.id && other.source?.kind === "path" ? [other.source.path] : [],
	);
	return folderName(source.path, paths);
}

function labelOf({ base, variants }: ParsedWord, version: string | null): string {
	const words = [base.label, ...variantsOf({ runtime: base.runtime, variants }).map(({ label }) => label)];
	if (version !== null) words.push(plainText(version, LONGEST_NAME) || slugOf(version));
	return words.join(" ");
}

/** Names a folder. Where several have one name, that of the nearest ancestor by which it differs is added. */
function folderName(path: string, all: readonly string[]): string {
	const name = basename(path);
	const namesakes = all.filter((other) => other !== path && slugOf(basename(other)) === slugOf(name));
	if (namesakes.length === 0) return name;
	const ancestors = (of: string) => of.split(sep).toReversed().slice(1);
	const telling = ancestors(path).find(
		(own, depth) =>
			own !== "" && namesakes.every((other) => slugOf(ancestors(other)[depth] ?? "") !== slugOf(own)),
	);
	return telling === undefined ? name : `${telling}/${name}`;
}

/** Makes lower-case words joined by hyphens of any text. */
export function slugOf(text: string, longest = LONGEST_SLUG): string {
	const words =
		text
			.normalize("NFKD")
			.toLowerCase()
			.match(/[a-z0-9]+/g) ?? [];
	return words.join("-").slice(0, Math.min(LONGEST_SLUG, longest)).replace(/-$/, "") || "copy";
}
