/** Measures the character of the fixtures with some of their plugins, through the command. */
import { join } from "node:path";
import { ROOT, readJson } from "../../orchestrator/files.ts";
import { type AgentCosts, agentCosts, runFile } from "../../shared/types.ts";
import { succeed } from "./program.ts";
import { temporaryFolder } from "./real.ts";

const AGENTS = join(ROOT, "tests/fixtures/agents");
export const CHARACTER = join(AGENTS, "characters/ada.json");

/** Returns what the plugins cost, and the command that the run's record has. */
export function measureAgent(
	plugins: readonly string[],
	options: readonly string[],
): { costs: AgentCosts; command: readonly string[] } {
	const output = temporaryFolder();
	const added = plugins.flatMap((name) => ["--plugin", `path:${join(AGENTS, "plugins", name)}`]);
	const words = ["--on", "typescript@1.7.2", ...options, "--output", output, "--json"];
	const costs = agentCosts.parse(JSON.parse(succeed("agent", CHARACTER, ...added, ...words)));
	return { costs, command: readJson(join(output, "run.json"), runFile, "run file").command };
}
