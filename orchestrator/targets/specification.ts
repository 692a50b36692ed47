/**
 * What `--targets` says: `typescript` as locked, `typescript+node` a variant of it,
 * `typescript@2.0.0-alpha.114` another version, `typescript=path:DIR` a local
 * copy, or the name of one of these. Text only: no file is touched.
 */
import { basename, resolve, sep } from "node:path";
import { plainText } from "../../shared/text.ts";
import type { Target, Variant } from "../../shared/types.ts";
import { UserError } from "../errors.ts";
import { RUNTIMES } from "../runtimes/index.ts";
import { variantsOf } from "./variants.ts";

export interface Specification {
	/** The locked target that it differs from. */
	base: Target;
	/** In the order of the list of variants, so that one set has one name. */
	variants: Variant[];
	/** Null: as locked. */
	source: { kind: "version"; version: string } | { kind: "path"; path: string } | null;
	/** As the user wrote it. */
	text: string;
	/** What it is called in a file of names. */
	name?: string;
}

/** A name for a specification, and the folder that its path starts from. */
export interface NamedSpecification {
	text: string;
	folder: string;
}

/** All are alive at once in a block. */
export const MOST_TARGETS = 8;
const VERSION = /^[0-9A-Za-z][0-9A-Za-z.+-]*$/;
const PATH_PREFIX = "path:";
const LONGEST_SLUG = 40;
const LONGEST_NAME = 24;

/**
 * In the list's order, without repetitions; nothing or `all` are the locked targets.
 * @param folder what relative paths start from
 * @param named what else a word may be; a name stands for a specification, never for another name
 * @throws {UserError} for whatever has none of the forms, and for more than eight
 */
export function parseSpecifications(
	list: string | undefined,
	locked: readonly Target[],
	folder: string,
	named: ReadonlyMap<string, NamedSpecification> = new Map(),
): Specification[] {
	if (list === undefined || list === "all")
		return locked.map((base) => ({ base, variants: [], source: null, text: base.id }));
	const words = list
		.split(",")
		.map((word) => word.trim())
		.filter((word) => word !== "");
	const ids = [...locked.map(({ id }) => id), ...named.keys()].join(", ");
	if (words.length === 0) throw new UserError(`no target named: give one or more of ${ids}`);
	const found = new Map<string, Specification>();
	for (const word of words) {
		const specification = named.has(word) ? parseName(word, locked, named) : parseWord(word, locked, folder);
		if (!specification) {
			const comma = list.includes(PATH_PREFIX)
				? "; a path with a comma cannot be given: link to it under another name"
				: "";
			throw new UserError(
				`unknown target '${plainText(word)}': choose from ${ids}, or name a variant (rust+mimalloc), a version (typescript@2.0.0) or a local copy (typescript=path:DIR)${comma}`,
			);
		}
		const key = JSON.stringify([specification.base.id, specification.variants, specification.source]);
		if (!found.has(key)) found.set(key, specification);
	}
	if (found.size > MOST_TARGETS)
		throw new UserError(
			`--targets names ${found.size} targets, a run takes at most ${MOST_TARGETS}: leave some out`,
		);
	return [...found.values()];
}

function parseName(
	name: string,
	locked: readonly Target[],
	named: ReadonlyMap<string, NamedSpecification>,
): Specification {
	const { text, folder } = named.get(name) ?? { text: name, folder: "" };
	const specification = parseWord(text, locked, folder);
	if (specification) return { ...specification, name };
	throw new UserError(
		`the name '${name}' stands for '${plainText(text)}', which is no target: correct it in its file`,
	);
}

/** Null: of no form. */
function parseWord(text: string, locked: readonly Target[], folder: string): Specification | null {
	const [, head = "", mark, rest = ""] = /^([^=@]*)(?:([=@])(.*))?$/su.exec(text) ?? [];
	const [id, ...words] = head.split("+");
	const base = locked.find((target) => target.id === id);
	if (!base) return null;
	const variants = parseVariants(words, base);
	if (mark === undefined) return { base, variants, source: null, text };
	if (mark === "@") {
		if (!VERSION.test(rest))
			throw new UserError(
				`the target '${plainText(text)}' names no version: give one as it is published, such as ${id}@${base.framework.version}`,
			);
		return { base, variants, source: { kind: "version", version: rest }, text };
	}
	if (!rest.startsWith(PATH_PREFIX) || rest === PATH_PREFIX || rest.includes("\0")) return null;
	return {
		base,
		variants,
		source: { kind: "path", path: resolve(folder, rest.slice(PATH_PREFIX.length)) },
		text,
	};
}

function parseVariants(words: readonly string[], { id, runtime }: Target): Variant[] {
	const known = RUNTIMES[runtime].variants.map(({ name }) => name);
	for (const word of words)
		if (!known.some((name) => name === word))
			throw new UserError(
				`${id} has no variant '${plainText(word)}': choose from ${known.map((name) => `${id}+${name}`).join(", ")}`,
			);
	return known.filter((name) => words.includes(name));
}

/** Ids and labels, in order: identifiers of at most some fifty characters, no two alike. */
export function nameSpecifications(
	specifications: readonly Specification[],
	locked: readonly Target[],
): { id: string; label: string }[] {
	const taken = new Set(locked.map(({ id }) => id));
	const paths = (wanted: Target) =>
		specifications.flatMap(({ base, source }) =>
			base.id === wanted.id && source?.kind === "path" ? [source.path] : [],
		);
	return specifications.map(({ base, variants, source, name: given }) => {
		if (source === null && variants.length === 0 && given === undefined)
			return { id: base.id, label: base.label };
		const name =
			source === null
				? ""
				: source.kind === "version"
					? source.version
					: folderName(source.path, paths(base));
		const derived = [base.id, ...variants, ...(source === null ? [] : [slug(name)])].join("-");
		const candidate = given ?? derived;
		let id = candidate;
		let number = 1;
		while (taken.has(id)) id = `${candidate}-${++number}`;
		taken.add(id);
		const plain = source === null ? "" : plainText(name, LONGEST_NAME) || slug(name);
		const words = [
			base.label,
			...variantsOf({ runtime: base.runtime, variants }).map(({ label }) => label),
			...(plain === "" ? [] : [plain]),
		];
		const label = candidate === derived ? words.join(" ") : candidate;
		return { id, label: `${label}${number > 1 ? ` (${number})` : ""}` };
	});
}

/**
 * A folder's own name, with that of the nearest ancestor by which it differs from all that are called the
 * same.
 */
function folderName(path: string, all: readonly string[]): string {
	const name = basename(path);
	const rivals = all.filter((other) => other !== path && slug(basename(other)) === slug(name));
	if (rivals.length === 0) return name;
	const ancestors = (of: string) => of.split(sep).toReversed().slice(1);
	const telling = ancestors(path).find(
		(own, depth) => own !== "" && rivals.every((rival) => slug(ancestors(rival)[depth] ?? "") !== slug(own)),
	);
	return telling === undefined ? name : `${telling}/${name}`;
}

/** Lower-case words joined by hyphens, whatever the text. */
function slug(text: string): string {
	const words =
		text
			.normalize("NFKD")
			.toLowerCase()
			.match(/[a-z0-9]+/g) ?? [];
	return words.join("-").slice(0, LONGEST_SLUG).replace(/-$/, "") || "copy";
}
