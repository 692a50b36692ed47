/** Parses words of the command line, and adds the options that several commands have. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { MOST_SHARDS, type ShardWay } from "../../shared/types.ts";
import { UserError } from "../errors.ts";
import { DEFAULT_SEED, DEFAULT_TIMEOUT, PROFILES } from "../run/profiles.ts";

/** Of every command that measures. */
export const BESIDE = ["--beside", "do not wait for another run that measures on this machine"] as const;

/** Of every command that starts targets on a database server. */
export const DATABASE_URL = [
	"--database-url <url>",
	"for targets on PostgreSQL: a server of your own with pgvector, and an empty database there " +
		"(default: a server is started for the run)",
] as const;

/** Of every command whose run may be shared among machines (docs/fleet.md). */
export const SHARD = [
	"--shard <i/n>",
	"measure only this share of the run, the i-th of n: many machines measure one run, and merge joins them",
	parseShard,
] as const;

export function shardWays(...ways: readonly ShardWay[]): Option {
	const help = "what a share is: whole scenarios (default), or some blocks of every scenario (with --blocks)";
	return new Option(
		"--shard-by <what>",
		ways.includes("versions") ? `${help}, or a group of versions` : help,
	).choices(ways);
}

/** The option of a command that is never shared. It says why, instead of being unknown. */
export function unsharedOption(why: string): Option {
	return new Option("--shard <i/n>").hideHelp().argParser(() => {
		throw new UserError(why);
	});
}

/** Parses the place of a shard: `2/5`. */
export function parseShard(text: string): { index: number; of: number } {
	const found = /^(\d{1,5})\/(\d{1,5})$/.exec(text.trim());
	const [index, of] = [Number(found?.[1]), Number(found?.[2])];
	if (index >= 1 && of >= index && of <= MOST_SHARDS) return { index, of };
	throw new InvalidArgumentError(
		`It takes the number of a share and that of all, such as 2/5, up to ${MOST_SHARDS}.`,
	);
}

/** Adds the options that change a measurement. */
export function withMeasureOptions(command: Command): Command {
	return command
		.option("--scenarios <a,b>", "scenarios to run", "all")
		.option(
			"--targets <a,b>",
			"up to 8 targets: rust, rust+mimalloc (a variant), python@2.0.0a5 (a version), python=path:DIR (a copy)",
			"all",
		)
		.option("--target-file <file>", "names for targets of your own (docs/targets.md)")
		.addOption(
			new Option("--profile <name>", profileHelp()).choices(Object.keys(PROFILES)).default("standard"),
		)
		.option(
			"--iterations <n>",
			"plain iterations of every scenario instead of its own number",
			parseWholeNumber(1),
		)
		.option("--warmup <n>", "warm-up iterations instead of the scenario's own number", parseWholeNumber(0))
		.option(
			"--blocks <n>",
			"so many blocks of fresh processes per scenario; with --precision more may follow, with --budget as far as it reaches",
			parseWholeNumber(1),
		)
		.option(
			"--precision <percent>",
			"measure until the ratio of every deciding metric is known to this: 3% (alone: for as long as it takes)",
			parsePercent,
		)
		.option(
			"--budget <time>",
			"measure for this time: 90s, 15m, 1h (or until the profile's precision is reached)",
			parseDuration,
		)
		.option("--aa", "measure every target against itself as well: the noise floor of this machine")
		.addOption(
			new Option(
				"--alternate <what>",
				"what workers take turns in; messages: only for targets of one runtime",
			)
				.choices(["iterations", "messages"])
				.default("iterations"),
		)
		.option(...SHARD)
		.addOption(shardWays("scenarios", "blocks"))
		.option("--resume <run>", "resume an interrupted run (its folder), as it was begun")
		.option(
			"--observe <n>",
			"observed iterations per process, for the pipeline breakdown",
			parseWholeNumber(0),
		)
		.option(
			"--observe-every-block",
			"as many in every block, not spread over the first ones: to see in which stage a difference is",
		)
		.option("--box-ms <n>", "time box of a database operation's loop", parseWholeNumber(1))
		.option(
			"--model-delay-ms <n>",
			"the mock model waits this long before it answers",
			parseWholeNumber(0),
			0,
		)
		.option("--seed <n>", "seed of the order of turns", parseWholeNumber(0), DEFAULT_SEED)
		.option(
			"--timeout <seconds>",
			"a harness that gives no answer for this long has hung",
			parseWholeNumber(1),
			DEFAULT_TIMEOUT,
		)
		.option("--scenario-file <file>", "scenarios from this file instead of the built-in ones")
		.option(...DATABASE_URL)
		.option(...BESIDE)
		.option("--output <dir>", "folder of the run (default: results/<time>)")
		.option("--json", "print the comparison as JSON on stdout, progress on stderr");
}

function profileHelp(): string {
	return Object.values(PROFILES)
		.map(({ name, description }) => `${name}: ${description}`)
		.join("; ");
}

/** Makes a parser of whole numbers of at least this. */
export function parseWholeNumber(least: number): (text: string) => number {
	return (text) => {
		const value = Number(text);
		if (/^\d+$/.test(text) && value >= least && Number.isSafeInteger(value)) return value;
		throw new InvalidArgumentError(`It takes a whole number of at least ${least}.`);
	};
}

/** Collects the values of an option that may be given several times. */
export function collect(value: string, previous: string[] | undefined): string[] {
	return [...(previous ?? []), value];
}

/** Parses a percentage: `3%` is 0.03. */
export function parsePercent(text: string): number {
	const value = Number(text.replace(/\s*%$/, ""));
	if (text.trim() !== "" && value > 0 && value <= 100) return value / 100;
	throw new InvalidArgumentError("It takes a percentage, such as 3%.");
}

/** Parses a time, into seconds. */
export function parseDuration(text: string): number {
	const found = /^(\d+(?:\.\d+)?)\s*(s|m|h)$/.exec(text.trim());
	const seconds = Number(found?.[1]) * ({ s: 1, m: 60, h: 3600 }[found?.[2] ?? ""] ?? Number.NaN);
	if (seconds > 0) return seconds;
	throw new InvalidArgumentError("It takes a time with its unit, such as 90s, 15m or 1h.");
}
