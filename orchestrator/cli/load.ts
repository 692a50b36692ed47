/** Adds `load`. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { DEFAULT_SEED } from "../run/profiles.ts";
import { BESIDE, DATABASE_URL, parseDuration, parseWholeNumber } from "./options.ts";

const EXAMPLES = `
Examples:
  ./run.sh load                                        what three runtimes hold, in at most ten minutes
  ./run.sh load --users 100                            fewer users than a framework may keep in a cache
  ./run.sh load --history 10000 --targets typescript   with 10,000 older memories
  ./run.sh load --conversations search                 how many users, at a model and thinking time of 1 s
  ./run.sh load --conversations 500 --think 2000 --model-delay 800
  ./run.sh load --targets typescript,typescript+postgres --limit 100

Every figure belongs to its number of users and its stored history. Exit status: 0 measured,
1 no target could be measured, 2 wrong input, 130 interrupted. docs/deployment.md says what figures mean.`;

export function addLoadCommand(program: Command): void {
	program
		.command("load")
		.description(
			"how many messages a second, or how many conversations, does each target hold, and what happens beyond?",
		)
		.option("--targets <a,b>", "up to 8 targets, as for a run", "all")
		.option("--target-file <file>", "names for targets of your own (docs/targets.md)")
		.option("--scenario <id>", "the scenario that shapes the agents", "single-message")
		.option("--scenario-file <file>", "scenarios from this file instead of the built-in ones")
		.option("--users <n>", "messages come from so many users in turn", parseWholeNumber(1), 1000)
		.option("--history <n>", "so many older memories are stored before", parseWholeNumber(0), 0)
		.option(
			"--limit <ms>",
			"what is held: 99 % within this, beside the model's time",
			parseWholeNumber(1),
			50,
		)
		.addOption(
			new Option("--arrivals <how>", "how messages come in an open loop")
				.choices(["poisson", "constant"])
				.default("poisson"),
		)
		.option(
			"--conversations <n>",
			"a closed loop of so many users, or 'search' for the most",
			parseConversations,
		)
		.option(
			"--think <ms>",
			"in a closed loop: the mean time between reply and next message",
			parseWholeNumber(0),
			1000,
		)
		.option(
			"--model-delay <ms>",
			"the mock model takes this long (default: 0, in a closed loop 1000)",
			parseWholeNumber(0),
		)
		.option(
			"--processes <n>",
			"fresh processes of each target, over which intervals are",
			parseWholeNumber(1),
			3,
		)
		.option(
			"--budget <time>",
			"begin no further process that would take longer (default: 200 s a target, in a closed loop 400)",
			parseDuration,
		)
		.option("--phase <time>", "how long a load is tried", parseDuration, 3)
		.option(
			"--rates <a,b>",
			"where cost grows with what is stored: for how many messages are these held?",
			parseRates,
			[100, 200, 400],
		)
		.option("--until <time>", "for no longer than this", parseDuration, 30)
		.option(
			"--timeout <time>",
			"a message that has not returned, beside the model's time, is late",
			parseDuration,
			10,
		)
		.option("--seed <n>", "seed of the arrivals", parseWholeNumber(0), DEFAULT_SEED)
		.option(...DATABASE_URL)
		.option(...BESIDE)
		.option("--output <dir>", "folder of the run (default: results/<time>-load)")
		.option("--json", "print the report as JSON on stdout, progress on stderr")
		.addHelpText("after", EXAMPLES)
		.action(async (flags, command: Command) =>
			(await import("../commands/load.ts")).loadCommand(flags, wordsOf(command)),
		);
}

/** The options that were given, as words. */
function wordsOf(command: Command): string[] {
	return command.options.flatMap((option) => {
		const name = option.attributeName();
		if (
			command.getOptionValueSource(name) !== "cli" ||
			["output", "json", "beside", "databaseUrl"].includes(name)
		)
			return [];
		return [option.long ?? "", String(command.getOptionValue(name))];
	});
}

function parseConversations(text: string): number | "search" {
	if (text === "search") return text;
	if (/^\d+$/.test(text)) return parseWholeNumber(1)(text);
	throw new InvalidArgumentError("It takes a number of conversations, or search.");
}

function parseRates(text: string): number[] {
	const rates = text.split(",").map(Number);
	if (rates.length > 0 && rates.every((rate) => rate > 0 && Number.isFinite(rate)))
		return [...new Set(rates)];
	throw new InvalidArgumentError("It takes messages a second: 100,200.");
}
