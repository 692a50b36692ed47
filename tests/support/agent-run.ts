/** Measures the character of the fixtures with some of their plugins, through the command. */
import { join } from "node:path";
import { ROOT, readJson } from "../../orchestrator/files.ts";
import { type AgentCosts, agentCosts, runFile } from "../../shared/types.ts";
import { succeed } from "./program.ts";
import { temporaryFolder } from "./real.ts";

const AGENTS = join(ROOT, "tests/fixtures/agents");
type AgentRuntime = "typescript" | "python";

/** The framework for Python fails every message of a character with topics or a style. */
export const CHARACTERS: Record<AgentRuntime, string> = {
	typescript: join(AGENTS, "characters/ada.json"),
	python: join(AGENTS, "characters/plain.json"),
};
const PLUGINS: Record<AgentRuntime, string> = { typescript: "plugins", python: "python-plugins" };
const ON: Record<AgentRuntime, string> = { typescript: "typescript@1.7.2", python: "python" };

/** Returns what the plugins cost, and the command that the run's record has. */
export function measureAgent(
	plugins: readonly string[],
	options: readonly string[],
	runtime: AgentRuntime = "typescript",
): { costs: AgentCosts; command: readonly string[] } {
	const output = temporaryFolder();
	const added = plugins.flatMap((name) => ["--plugin", `path:${join(AGENTS, PLUGINS[runtime], name)}`]);
	const words = ["--on", ON[runtime], ...options, "--output", output, "--json"];
	const costs = agentCosts.parse(JSON.parse(succeed("agent", CHARACTERS[runtime], ...added, ...words)));
	return { costs, command: readJson(join(output, "run.json"), runFile, "run file").command };
}
