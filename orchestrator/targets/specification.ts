/** Parses a list of target words into targets as they are asked for, with their ids and labels. */
import { sep } from "node:path";
import type { Target } from "../../shared/types.ts";
import { UserError } from "../errors.ts";
import { nameTargets, type TargetName } from "./naming.ts";
import { AGENT_RUNTIME, type ParsedWord, parseWords, type Vocabulary } from "./words.ts";

export type Specification = ParsedWord & TargetName;

/** A parsed list of targets. Everything on the way to a run takes it. */
export interface TargetList {
	specifications: readonly Specification[];
	/** Words that name the same targets from any folder, where the file of names is given too. */
	argument: string;
	/** Such a word of each target. */
	words: readonly string[];
}

export interface ListRules extends Vocabulary {
	/** The list may name this many targets. */
	most?: number;
}

/** A run takes no more targets, because all are alive at once in a block. */
export const MOST_TARGETS = 8;

const ALL = "all";

/**
 * Parses a list in its order, without repetitions. Nothing or `all` are the locked targets.
 * @throws {UserError} for a word that has none of the forms, and for too many
 */
export function parseSpecifications(list: string | undefined, rules: ListRules): TargetList {
	const { locked, most = MOST_TARGETS } = rules;
	const all = list === undefined || list === ALL;
	const words = all
		? locked.map((base): ParsedWord => ({ base, variants: [], source: null, text: base.id }))
		: parseWords(list, rules);
	if (words.length > most)
		throw new UserError(
			`--targets names ${words.length} targets, a run takes at most ${most}: leave some out`,
		);
	const names = nameTargets(words, locked);
	return {
		specifications: words.map((word, index) => ({ ...word, ...(names[index] as TargetName) })),
		argument: all ? ALL : words.map(argumentOf).join(","),
		words: words.map(argumentOf),
	};
}

function argumentOf({ text, name, base, variants, source, agent }: ParsedWord): string {
	if (agent) return agentWord(agent.path, base.runtime, { variants, source });
	if (name !== undefined) return name;
	if (source?.kind !== "path" || source.path.includes(",")) return text;
	// A path may end with a space, which a list does not keep.
	const end = /\s$/.test(source.path) ? sep : "";
	return `${[base.id, ...variants].join("+")}=path:${source.path}${end}`;
}

/** Returns the word of a target that is a user's agent, without what was added to it or left out. */
export function agentWord(
	path: string,
	runtime: Target["runtime"],
	{
		variants = [],
		source,
	}: { variants?: Target["variants"]; source?: ParsedWord["source"] | Target["source"] },
): string {
	const on = runtime === AGENT_RUNTIME ? [] : [runtime];
	const version = source?.kind === "version" ? `@${source.version}` : "";
	return `${["agent", ...on, ...variants].join("+")}${version}:${path}`;
}
