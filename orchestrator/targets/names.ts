/** Loads names for targets: those of this repository's target file, and those of the user's own file. */
import { dirname, resolve } from "node:path";
import { namedTargetsFile, type Target } from "../../shared/types.ts";
import { loadTargetFile } from "../contract.ts";
import { UserError } from "../errors.ts";
import { ROOT, readJson } from "../files.ts";
import type { NamedSpecification } from "./words.ts";

/**
 * @param file the user's own file; its names take precedence
 * @throws {UserError} when it cannot be read, or gives a name that a locked target has
 */
export function loadNames(
	file: string | undefined,
	locked: readonly Target[],
): Map<string, NamedSpecification> {
	const names = new Map<string, NamedSpecification>();
	const add = (named: Record<string, string>, folder: string) => {
		for (const [name, text] of Object.entries(named)) names.set(name, { text, folder });
	};
	add(loadTargetFile().named, ROOT);
	if (file === undefined) return names;
	const path = resolve(file);
	const { named } = readJson(path, namedTargetsFile, "file of named targets");
	const taken = locked.find(({ id }) => Object.hasOwn(named, id));
	if (taken)
		throw new UserError(
			`the file of named targets ${path} has a wrong field named.${taken.id}: a locked target has that name`,
		);
	add(named, dirname(path));
	return names;
}
