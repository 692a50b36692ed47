/**
 * Parses the words of `--targets`: `typescript` as locked, `typescript+node` a variant of it,
 * `typescript@2.0.0` another version, `typescript=path:DIR` a local copy, `agent:PATH` an agent of the user's
 * own, or a name for one of these. It reads text only, no file.
 */
import { resolve } from "node:path";
import { plainText } from "../../shared/text.ts";
import type { Target, Variant } from "../../shared/types.ts";
import { UserError } from "../errors.ts";
import { RUNTIMES } from "../runtimes/index.ts";

/** The meaning of one word. */
export interface ParsedWord {
	/** The locked target that it differs from. */
	base: Target;
	/** They stand in the order of the runtime's list, so that one set has one name. */
	variants: Variant[];
	/** Null: as locked. */
	source: { kind: "version"; version: string } | { kind: "path"; path: string } | null;
	/** The word as the user wrote it. */
	text: string;
	/** Its name in a file of names. */
	name?: string;
	/** A user's own agent. Its framework is what it asks for, where the word names none. */
	agent?: { path: string; added: readonly string[]; without: readonly string[] };
}

/** A name for a specification, and the folder that its path starts from. */
export interface NamedSpecification {
	text: string;
	folder: string;
}

export interface Vocabulary {
	/** The locked targets: every word starts from one of them. */
	locked: readonly Target[];
	/** The folder that relative paths start from. */
	folder: string;
	/** A name stands for a specification, never for another name. */
	named?: ReadonlyMap<string, NamedSpecification>;
}

const VERSION = /^[0-9A-Za-z][0-9A-Za-z.+-]*$/;
const PATH_PREFIX = "path:";
/** The word of an agent: `agent:PATH`, `agent+pglite:PATH`, `agent@1.7.2:PATH`, `agent+python:PATH`. */
const AGENT = /^agent((?:\+[a-z-]+)*)(?:@([0-9A-Za-z][0-9A-Za-z.+-]*))?:(.+)$/su;
/** Agents run on this runtime where their word names no other. */
export const AGENT_RUNTIME = "typescript";

/**
 * Parses a list in its order, without repetitions.
 * @throws {UserError} for a word that has none of the forms
 */
export function parseWords(list: string, { locked, folder, named = new Map() }: Vocabulary): ParsedWord[] {
	const words = list
		.split(",")
		.map((word) => word.trim())
		.filter((word) => word !== "");
	const ids = [...locked.map(({ id }) => id), ...named.keys()].join(", ");
	if (words.length === 0) throw new UserError(`no target named: give one or more of ${ids}`);
	const found = new Map<string, ParsedWord>();
	for (const word of words) {
		const name = named.get(word);
		const parsed = name ? parseName(word, name, locked) : parseWord(word, locked, folder);
		if (!parsed) throw unknownTarget(word, ids, list.includes(PATH_PREFIX));
		const key = JSON.stringify([parsed.base.id, parsed.variants, parsed.source, parsed.agent]);
		if (!found.has(key)) found.set(key, parsed);
	}
	return [...found.values()];
}

function unknownTarget(word: string, ids: string, hasPath: boolean): UserError {
	const comma = hasPath ? "; a path with a comma cannot be given: link to it under another name" : "";
	return new UserError(
		`unknown target '${plainText(word)}': choose from ${ids}, or name a variant (rust+mimalloc), ` +
			`a version (typescript@2.0.0) or a local copy (typescript=path:DIR)${comma}`,
	);
}

function parseName(
	name: string,
	{ text, folder }: NamedSpecification,
	locked: readonly Target[],
): ParsedWord {
	const parsed = parseWord(text, locked, folder);
	if (parsed) return { ...parsed, name };
	throw new UserError(
		`the name '${name}' stands for '${plainText(text)}', which is no target: correct it in its file`,
	);
}

/** @returns null for a text that has none of the forms */
function parseWord(text: string, locked: readonly Target[], folder: string): ParsedWord | null {
	const agent = parseAgent(text, locked, folder);
	if (agent) return agent;
	const [, head = "", mark, rest = ""] = /^([^=@]*)(?:([=@])(.*))?$/su.exec(text) ?? [];
	const [id, ...words] = head.split("+");
	const base = locked.find((target) => target.id === id);
	if (!base) return null;
	const variants = parseVariants(words, base);
	if (mark === undefined) return { base, variants, source: null, text };
	if (mark === "@") {
		if (!VERSION.test(rest))
			throw new UserError(
				`the target '${plainText(text)}' names no version: ` +
					`give one as it is published, such as ${id}@${base.framework.version}`,
			);
		return { base, variants, source: { kind: "version", version: rest }, text };
	}
	if (!rest.startsWith(PATH_PREFIX) || rest === PATH_PREFIX || rest.includes("\0")) return null;
	const path = resolve(folder, rest.slice(PATH_PREFIX.length));
	return { base, variants, source: { kind: "path", path }, text };
}

function parseAgent(text: string, locked: readonly Target[], folder: string): ParsedWord | null {
	const [, words = "", version, path] = AGENT.exec(text) ?? [];
	if (path === undefined || path.includes("\0")) return null;
	const [named = "", ...others] = words.split("+").slice(1);
	const own = locked.find(({ id }) => id === named);
	const base = own ?? locked.find(({ id }) => id === AGENT_RUNTIME);
	if (!base) return null;
	if (RUNTIMES[base.runtime].agents === null)
		throw new UserError(
			`agents are not measured on ${base.id}: their plugins are compiled into a program there, and none is loaded`,
		);
	const variants = parseVariants(own || named === "" ? others : [named, ...others], base);
	const source = version === undefined ? null : ({ kind: "version", version } as const);
	return { base, variants, source, text, agent: { path: resolve(folder, path), added: [], without: [] } };
}

function parseVariants(words: readonly string[], { id, runtime }: Target): Variant[] {
	const known = RUNTIMES[runtime].variants.map(({ name }) => name);
	for (const word of words)
		if (!known.some((name) => name === word)) {
			const choices = known.map((name) => `${id}+${name}`).join(", ");
			throw new UserError(`${id} has no variant '${plainText(word)}': choose from ${choices}`);
		}
	const databases = RUNTIMES[runtime].variants.filter(
		({ name, database }) => database !== undefined && words.includes(name),
	);
	if (databases.length > 1)
		throw new UserError(
			`a target has one database: name ${databases.map(({ name }) => `${id}+${name}`).join(" or ")}`,
		);
	return known.filter((name) => words.includes(name));
}
