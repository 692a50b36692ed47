/** Adds the command `agent`. */
import { type Command, Option } from "commander";
import { PROFILES } from "../run/profiles.ts";
import { BESIDE, collect, parseDuration, parsePercent, parseWholeNumber } from "./options.ts";

export function addAgentCommand(program: Command): void {
	program
		.command("agent")
		.description("your own agent: what does a message cost, and what of it is each plugin's?")
		.argument(
			"<path>",
			"a character's file (JSON), a folder whose package.json names one, or a built project",
		)
		.option(
			"--on <target>",
			"the framework: typescript@1.7.2, typescript+pglite (default: what the project asks for)",
		)
		.option("--plugin <name>", "add a plugin: NAME@VERSION or path:DIR; may be given several times", collect)
		.option("--without <name>", "leave a plugin out; may be given several times", collect)
		.option(
			"--each",
			"measure it without each plugin as well, in the same blocks: what would leaving it out save?",
		)
		.option("--messages <file>", "send these messages instead of the scenario's own, one a line")
		.option(
			"--no-growth",
			"do not measure what messages leave in a process, and when it is at rest after them",
		)
		.option("--scenarios <a,b>", "scenarios to measure", "single-message")
		.addOption(
			new Option("--profile <name>", "how much to measure").choices(Object.keys(PROFILES)).default("quick"),
		)
		.option("--blocks <n>", "so many blocks of fresh processes", parseWholeNumber(1))
		.option("--precision <percent>", "measure more blocks until ratios are known to this: 3%", parsePercent)
		.option("--budget <time>", "stop adding blocks when this is spent: 90s, 15m, 1h", parseDuration)
		.option("--scenario-file <file>", "scenarios from this file instead of the built-in ones")
		.option(...BESIDE)
		.option("--output <dir>", "folder of the run (default: results/<time>)")
		.option("--json", "print the costs as JSON (agent-costs.json)")
		.addHelpText(
			"after",
			`
Examples:
  ./run.sh agent character.json --plugin @elizaos/plugin-knowledge@1.6.1
  ./run.sh agent . --on typescript+pglite@1.7.2`,
		)
		.action(async (path: string, flags) => (await import("../commands/agent.ts")).agentCommand(path, flags));
}
