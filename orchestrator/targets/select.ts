/** From the words of `--targets` to targets: named, and checked against what their folders hold. */
import { sep } from "node:path";
import type { Target } from "../../shared/types.ts";
import { loadTargets, select } from "../contract.ts";
import { inspectCheckout } from "./checkout.ts";
import { nameSpecifications, parseSpecifications, type Specification } from "./specification.ts";

/** Until the package is installed, which knows better. */
const NOT_YET_KNOWN = "unknown";

/** @throws {UserError} for words that name no target, and for folders that hold no such package */
export async function selectTargets(list: string | undefined, folder = process.cwd()): Promise<Target[]> {
	const locked = loadTargets();
	const specifications = parseSpecifications(list, locked, folder);
	const names = nameSpecifications(specifications, locked);
	const targets: Target[] = [];
	for (const [index, { base, source }] of specifications.entries()) targets.push(await targetOf({ ...base, ...names[index] }, source));
	return targets;
}

/** The targets of a run that is gone on with, as their folders are now. */
export async function selectAgain(targets: readonly Target[]): Promise<Target[]> {
	const locked = loadTargets();
	const again: Target[] = [];
	for (const { id, runtime, label, framework, database, engine, source } of targets)
		again.push(
			...(source === undefined
				? select(locked, id, "target")
				: [await targetOf({ id, runtime, label, framework, database, engine }, source)]),
		);
	return again;
}

async function targetOf(base: Target, source: Specification["source"]): Promise<Target> {
	if (source === null) return base;
	if (source.kind === "version") return versioned({ ...base, source }, source.version);
	const { version, digest } = await inspectCheckout(base.runtime, source.path);
	return versioned({ ...base, source: { kind: "path", path: source.path, digest } }, version ?? NOT_YET_KNOWN);
}

function versioned(target: Target, version: string): Target {
	return { ...target, framework: { ...target.framework, version } };
}

/** What names the same targets from any folder. */
export function targetsArgument(list: string, folder = process.cwd()): string {
	if (list === "all") return list;
	return parseSpecifications(list, loadTargets(), folder)
		.map(({ text, base, source }) => {
			if (source?.kind !== "path" || source.path.includes(",")) return text;
			// A name may end with a space, which a list does not keep.
			return `${base.id}=path:${source.path}${/\s$/.test(source.path) ? sep : ""}`;
		})
		.join(",");
}
