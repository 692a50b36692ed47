/** Checks the names of plugins that are to be left out, before anything is set up. */
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { joinList, plainText } from "../../shared/text.ts";
import { UserError } from "../errors.ts";
import type { AgentSource, PluginWord } from "./source.ts";

/** The harness brings these with every agent. They can be left out too. */
const OF_THE_FRAMEWORK = ["@elizaos/plugin-bootstrap", "@elizaos/plugin-sql"];

/**
 * What a project brings is known when it is loaded, and no sooner.
 * @throws {UserError} for a plugin that was never there: all figures would be misread
 */
export function refuseUnknownWithout(
	{ plugins, project }: Pick<AgentSource, "plugins" | "project">,
	without: readonly string[],
): void {
	if (project !== null) return;
	const known = plugins.map(nameOf);
	const unknown = without.find((name) => !known.includes(name) && !OF_THE_FRAMEWORK.includes(name));
	if (unknown === undefined) return;
	const has = known.length === 0 ? "no plugin of yours" : joinList(new Set(known));
	throw new UserError(
		`the agent has no plugin ${plainText(unknown)}, which --without names: it has ${plainText(has)}`,
	);
}

/** The name of the package, as the set-up finds it. */
function nameOf({ from }: PluginWord): string {
	if (from.kind === "folder") return folderName(from.path);
	const at = from.spec.indexOf("@", 1);
	return at < 0 ? from.spec : from.spec.slice(0, at);
}

function folderName(path: string): string {
	try {
		const { name } = JSON.parse(readFileSync(join(path, "package.json"), "utf8")) as { name?: unknown };
		if (typeof name === "string") return name;
	} catch {
		// The set-up gives it the name of its folder.
	}
	return basename(path);
}
