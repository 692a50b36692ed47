/** Adds the commands that follow what a live process keeps. */
import type { Command } from "commander";
import { BESIDE, parseDuration, parseWholeNumber } from "./options.ts";

/** Adds `density` and `soak`. */
export function addGrowthCommands(program: Command): void {
	withGrowthOptions(
		program
			.command("density")
			.description(
				"how many agents fit into a GB? agents held alive in one process: memory of one more, " +
					"time to create it, processor time of idle ones",
			)
			.option("--sizes <a,b,..>", "numbers of agents; the line begins at the second", "1,10,100,300,1000")
			.option("--processes <n>", "fresh processes of each target, at most", parseWholeNumber(1), 4)
			.option("--idle <seconds>", "how long idle agents are watched at each size", parseWholeNumber(0), 2)
			.option(
				"--budget <time>",
				"no third process of a target is begun after this: 90s, 5m",
				parseDuration,
				70,
			),
	)
		.addHelpText(
			"after",
			`
Targets are measured one after another, in memory: on a database server the agents of a process share one.

Examples:
  ./run.sh density
  ./run.sh density --targets typescript,typescript+node --sizes 1,10,100,1000,3000
  ./run.sh density --targets python,python=path:../mine --processes 8 --budget 5m`,
		)
		.action(async (flags) => (await import("../commands/density.ts")).densityCommand(flags));
	withGrowthOptions(
		program
			.command("soak")
			.description(
				"does it leak? one agent answers for a long time: growth in KB a message, drift of latency, " +
					"where the memory is, and when it is at rest",
			)
			.option(
				"--messages <n>",
				"messages to each target (default: 20000, or as many as --for gives time for)",
				parseWholeNumber(1),
			)
			.option(
				"--for <time>",
				"time of messages to each target: 90s, 30m (default: 140s, or what --messages take)",
				parseDuration,
			)
			.option("--users <n>", "users in turn, each in a room of their own", parseWholeNumber(1), 1)
			.option(
				"--model-delay-ms <n>",
				"the mock model waits this long before it answers",
				parseWholeNumber(0),
				0,
			)
			.option("--resume <soak>", "resume an interrupted soak (its folder), as it was begun"),
	)
		.addHelpText(
			"after",
			`
It ends with what comes first, --messages or --for. A second process of each target gets a third of
them; then the framework's stores are emptied one after another, to see where the memory was.

Examples:
  ./run.sh soak
  ./run.sh soak --for 30m --users 1000 --targets typescript
  ./run.sh soak --messages 5000 --targets python,python=path:../mine
  ./run.sh soak --resume results/2026-02-06T10-00-00-soak`,
		)
		.action(async (flags) => (await import("../commands/soak.ts")).soakCommand(flags));
}

function withGrowthOptions(command: Command): Command {
	return command
		.option("--targets <a,b>", "targets to measure, up to 8, in memory", "all")
		.option("--target-file <file>", "names for targets of your own (docs/targets.md)")
		.option("--scenario <name>", "the scenario that shapes the agents", "single-message")
		.option("--scenario-file <file>", "it is a scenario of this file instead of the built-in ones")
		.option(
			"--memory-limit <mb>",
			"a process that occupies more is ended (default: 60 % of what is available)",
			parseWholeNumber(1),
		)
		.option(...BESIDE)
		.option("--output <dir>", "folder of the results (default: results/<time>-<command>)")
		.option("--json", "print the results as JSON on stdout, progress on stderr");
}
