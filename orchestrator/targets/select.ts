/** From the words of `--targets` to targets: named, and checked against what their folders hold. */
import { sep } from "node:path";
import type { Target } from "../../shared/types.ts";
import { loadTargets, select } from "../contract.ts";
import { inspectCheckout } from "./checkout.ts";
import { isLocked } from "./folder.ts";
import { loadNames } from "./names.ts";
import { nameSpecifications, parseSpecifications, type Specification } from "./specification.ts";
import { engineWith } from "./variants.ts";

/** Until the package is installed, which knows better. */
const NOT_YET_KNOWN = "unknown";

/**
 * @param folder what relative paths of the list start from
 * @param names the user's own file of named targets
 * @throws {UserError} for words that name no target, and for folders that hold no such package
 */
export async function selectTargets(
	list: string | undefined,
	folder = process.cwd(),
	names?: string,
): Promise<Target[]> {
	const locked = loadTargets();
	const specifications = parseSpecifications(list, locked, folder, loadNames(names, locked));
	const called = nameSpecifications(specifications, locked);
	const targets: Target[] = [];
	for (const [index, { base, variants, source }] of specifications.entries()) {
		const named = { ...base, ...called[index] };
		targets.push(
			await targetOf(
				variants.length === 0 ? named : { ...named, engine: engineWith(base, variants), variants },
				source,
			),
		);
	}
	return targets;
}

/** The targets of a run that is gone on with, as their folders are now. */
export async function selectAgain(targets: readonly Target[]): Promise<Target[]> {
	const locked = loadTargets();
	const again: Target[] = [];
	for (const { source, ...target } of targets)
		again.push(
			...(isLocked({ ...target, source })
				? select(locked, target.id, "target")
				: [await targetOf(target, source ?? null)]),
		);
	return again;
}

async function targetOf(base: Target, source: Specification["source"]): Promise<Target> {
	if (source === null) return base;
	if (source.kind === "version") return versioned({ ...base, source }, source.version);
	const { version, digest } = await inspectCheckout(base.runtime, source.path);
	return versioned(
		{ ...base, source: { kind: "path", path: source.path, digest } },
		version ?? NOT_YET_KNOWN,
	);
}

function versioned(target: Target, version: string): Target {
	return { ...target, framework: { ...target.framework, version } };
}

/** What names the same targets from any folder, where the file of names is given too. */
export function targetsArgument(list: string, folder = process.cwd(), names?: string): string {
	if (list === "all") return list;
	const locked = loadTargets();
	return parseSpecifications(list, locked, folder, loadNames(names, locked))
		.map(({ text, name, base, variants, source }) => {
			if (name !== undefined || source?.kind !== "path" || source.path.includes(",")) return name ?? text;
			// A name may end with a space, which a list does not keep.
			return `${[base.id, ...variants].join("+")}=path:${source.path}${/\s$/.test(source.path) ? sep : ""}`;
		})
		.join(",");
}
