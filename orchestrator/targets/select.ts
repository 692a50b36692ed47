/** Turns the words of `--targets` into targets, and checks them against what their folders hold. */
import type { Target } from "../../shared/types.ts";
import { resolveAgent } from "../agent/resolve.ts";
import { loadTargets, select } from "../contract.ts";
import { inspectCheckout } from "./checkout.ts";
import { isLocked } from "./folder.ts";
import { loadNames } from "./names.ts";
import { parseSpecifications, type Specification, type TargetList } from "./specification.ts";
import { databaseWith, engineWith } from "./variants.ts";

/** The version of a copy until it is installed: only then is it known. */
const NOT_YET_KNOWN = "unknown";

export interface ParseOptions {
	/** The folder that relative paths of the list start from. */
	folder?: string;
	/** The user's own file of named targets. */
	names?: string | undefined;
	/** The list may name this many targets. */
	most?: number;
}

/** @throws {UserError} for words that name no target, and for too many */
export function parseTargets(
	list: string | undefined,
	{ folder = process.cwd(), names, ...rest }: ParseOptions = {},
): TargetList {
	const locked = loadTargets();
	return parseSpecifications(list, { locked, folder, named: loadNames(names, locked), ...rest });
}

/**
 * Resolves the targets of a new run. A locked one that is compared with another target of its runtime is
 * installed aside like that one: the same program in another place has another speed.
 * @throws {UserError} for folders that hold no such package
 */
export async function resolveTargets({ specifications }: TargetList): Promise<Target[]> {
	const targets: Target[] = [];
	for (const { id, label, base, variants, source: named, agent: asked } of specifications) {
		const found = asked ? await resolveAgent(asked, base, named) : null;
		const source = found ? found.source : named;
		const agent = found ? { agent: found.agent } : {};
		const plain: Target = { ...base, id, label, ...agent };
		const engine = engineWith(base, variants);
		const database = databaseWith(base, variants);
		const varied = variants.length === 0 ? plain : { ...plain, engine, database, variants };
		targets.push(await resolveSource(varied, source));
	}
	return targets.map((target) =>
		isLocked(target) && targets.some((other) => other.runtime === target.runtime && !isLocked(other))
			? { ...target, aside: true }
			: target,
	);
}

/** Resolves the targets of a run that is resumed, as their folders are now. */
export async function resolveAgain(targets: readonly Target[]): Promise<Target[]> {
	const locked = loadTargets();
	const again: Target[] = [];
	for (const { source, ...target } of targets) {
		if (isLocked({ ...target, source })) again.push(...select(locked, target.id, "target"));
		else {
			const { agent } = target;
			const found = agent ? { agent: (await resolveAgent(agent, target, source ?? null)).agent } : {};
			again.push(await resolveSource({ ...target, ...found }, source ?? null));
		}
	}
	return again;
}

async function resolveSource(base: Target, source: Specification["source"]): Promise<Target> {
	if (source === null) return base;
	if (source.kind === "version") return withVersion({ ...base, source }, source.version);
	const { version, digest } = await inspectCheckout(base.runtime, source.path);
	const copy: Target = { ...base, source: { kind: "path", path: source.path, digest } };
	return withVersion(copy, version ?? NOT_YET_KNOWN);
}

function withVersion(target: Target, version: string): Target {
	return { ...target, framework: { ...target.framework, version } };
}
