/**
 * Knows where a target is set up: the locked ones in the repository itself, every other one in a folder of
 * its own, named by what it is made from.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { RuntimeName, Target } from "../../shared/types.ts";
import { contentDigest } from "../content.ts";
import { ROOT } from "../files.ts";
import { RUNTIMES } from "../runtimes/index.ts";

export const TARGETS = join(ROOT, ".cache/targets");

const DIGITS = 16;
/**
 * All folders have names of one length. Where a program lies is part of its arguments and its environment,
 * and of what a compiler puts into it, and alone can change its speed.
 */
const NAME_CHARACTERS = 24;
const AGENT = "agent";
const digests = new Map<RuntimeName, string>();

/**
 * The digest of a harness's sources and lock file, in hexadecimal. It is read once a process, so that it
 * stays what it was when a run began.
 */
export function harnessDigest(runtime: RuntimeName): string {
	const digest =
		digests.get(runtime) ?? contentDigest(RUNTIMES[runtime].harnessFiles.map((path) => join(ROOT, path)));
	digests.set(runtime, digest);
	return digest;
}

/** Says whether a target is set up in the repository itself. */
export function isLocked({
	source,
	variants,
	aside,
	agent,
}: Pick<Target, "source" | "variants" | "aside" | "agent">): boolean {
	return source === undefined && variants === undefined && aside === undefined && agent === undefined;
}

/** The file that tells the harness of a target what its agent consists of. */
export function agentManifestOf(target: Parameters<typeof rootOf>[0]): string {
	return join(rootOf(target), RUNTIMES[target.runtime].agents?.manifest ?? "");
}

/** The folder below which a target's harness lies. */
export function rootOf(
	target: Pick<Target, "id" | "runtime" | "framework" | "source" | "variants" | "aside" | "agent">,
): string {
	const { runtime, framework, source, variants = [], agent } = target;
	// Plugins that are left out are installed all the same, so that both sides lie in one place.
	const id = agent ? AGENT : target.id;
	if (isLocked(target)) return ROOT;
	const { builtInPlace } = RUNTIMES[runtime].checkout;
	// A copy that is not built in place is the same target wherever it lies.
	const from = source?.kind === "path" && !builtInPlace ? source.digest : (source ?? null);
	const installed = agent ? [[agent.digest, agent.added]] : [];
	const made = JSON.stringify([
		id,
		runtime,
		variants,
		framework.package,
		from,
		harnessDigest(runtime),
		...installed,
	]);
	const digest = createHash("sha256").update(made).digest("hex").slice(0, DIGITS);
	return join(TARGETS, `${id.slice(0, NAME_CHARACTERS).padEnd(NAME_CHARACTERS, "-")}-${digest}`);
}
