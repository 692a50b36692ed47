/** The command line: what the words mean. Everything it starts lives beside this file. */
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { doctorCommand } from "./commands/doctor.ts";
import { listCommand } from "./commands/list.ts";
import { type MeasureFlags, runCommand } from "./commands/run.ts";
import { messageOf, UserError } from "./errors.ts";
import { PROFILES } from "./profiles.ts";

/** As good as any, and the same tomorrow. */
const DEFAULT_SEED = 20_260_206;

const EXAMPLES = `
Examples:
  ./run.sh                                            measure everything, print the comparison
  ./run.sh --profile quick                            a first look in a few minutes
  ./run.sh --scenarios single-message,burst-100       two scenarios
  ./run.sh --targets typescript,rust --iterations 30  two runtimes, more iterations
  ./run.sh --targets typescript@2.0.0-alpha.10,rust   another version of a framework
  ./run.sh --targets rust,rust=path:../eliza          the published framework and a checkout
  ./run.sh --precision 2% --budget 15m                more blocks, until ratios are known to 2 %
  ./run.sh --aa --scenarios single-message            how noisy is this machine? every target against itself
  ./run.sh --resume results/2026-02-06T10-00-00       go on after Ctrl-C, a crash or a power cut
  ./run.sh verify --scenarios with-actions            prove what each runtime does, measure nothing
  ./run.sh report results/2026-02-06T10-00-00         print a stored run again
  ./run.sh compare results/monday results/tuesday     what changed from one run to the other

Exit status: 0 measured (or verified), 1 a cell failed, 2 wrong input or a missing toolchain, 130 interrupted.`;

const program = new Command("./run.sh")
	.description("Measures how fast the TypeScript, Python and Rust Eliza agent runtimes process messages when the model takes no time.")
	.addHelpText("after", EXAMPLES)
	.configureOutput({ outputError: (text, write) => write(`${text.trim().replaceAll("\n", " ")} (./run.sh --help lists the options)\n`) })
	.enablePositionalOptions()
	.exitOverride();

withMeasureOptions(program)
	.allowExcessArguments()
	.action((flags: MeasureFlags) => {
		const [word] = program.args;
		if (word !== undefined) throw new UserError(`unknown command '${word}' (./run.sh --help lists the commands)`);
		return runCommand(flags, "measure");
	});
withMeasureOptions(program.command("verify").description("run every cell once with everything recorded and print the work ledger")).action(
	(flags: MeasureFlags) => runCommand(flags, "verify"),
);
program
	.command("micro")
	.description("micro-benchmarks of each framework's single operations, by each language's own benchmark library")
	.option("--targets <a,b>", "targets to run", "all")
	.option("--output <dir>", "folder of the results (default: results/<time>-micro)")
	.option("--json", "machine-readable")
	.action(async (flags) => (await import("./commands/micro.ts")).microCommand(flags));
program
	.command("profile")
	.description("a CPU profile per target and scenario, for speedscope, and the framework's ten hottest functions")
	.option("--targets <a,b>", "targets to profile", "all")
	.option("--scenarios <a,b>", "scenarios to profile", "burst-100")
	.option("--iterations <n>", "iterations under the profiler", wholeNumber(1), 20)
	.option("--output <dir>", "folder of the profiles (default: results/<time>-profile)")
	.option("--json", "machine-readable")
	.action(async (flags) => (await import("./commands/profile.ts")).profileCommand(flags));
program
	.command("list")
	.description("print the scenarios and targets")
	.option("--scenario-file <file>", "scenarios from this file instead of the built-in ones")
	.option("--json", "machine-readable")
	.action(listCommand);
program
	.command("doctor")
	.description("say what this machine has, what it lacks and what makes it noisy")
	.option("--no-probe", "leave out the probe, which computes for two seconds")
	.option("--json", "machine-readable")
	.action(doctorCommand);
program
	.command("conformance")
	.description("whether a harness, in any language, keeps to docs/harness-contract.md; exit status 0 it does, 1 it does not")
	.argument("<executable>", "the harness, and after it the arguments that every start of it needs")
	.argument("[arguments...]")
	.option("--scenarios <a,b>", "scenarios to try, made short (single-message is always tried)")
	.option("--seed <n>", "seed of the contract drawn at random", wholeNumber(0), DEFAULT_SEED)
	.option("--timeout <seconds>", "a harness that gives no answer for this long has hung", wholeNumber(1), 60)
	.option("--output <dir>", "keep every session's log and file in this empty folder")
	.option("--json", "machine-readable")
	.passThroughOptions()
	.action(async (executable: string, args: string[], flags) =>
		(await import("./commands/conformance.ts")).conformanceCommand(executable, args, flags),
	);
program
	.command("report")
	.description("show a stored run again (its folder, or result files, one per target), or write it in the formats that others read")
	.argument("<results...>", "run folder or result files")
	.option("--format <a,b>", "files to write: html, markdown, csv, json, bmf, github-action-benchmark")
	.option("--output <dir>", "folder for them (default: the run's own)")
	.option("--json", "print the comparison as JSON")
	.action(async (paths: string[], flags) => (await import("./commands/report.ts")).reportCommand(paths, flags));
program
	.command("history")
	.description("draw a metric over many runs, with the points where its level changes")
	.argument("[folder]", "holds run folders or result files (default: results/)")
	.option("--scenarios <a,b>", "scenarios to draw (default: all)")
	.option("--targets <a,b>", "targets to draw (default: all)")
	.option("--metric <name>", "what to draw (default: the deciding metric of each scenario)")
	.option("--output <file>", "the page (default: history.html in the folder)")
	.option("--json", "print the history as JSON")
	.addHelpText("after", "\nExample:\n  ./run.sh history results --scenarios single-message,burst-100 --targets rust")
	.action(async (folder: string | undefined, flags) => (await import("./commands/history.ts")).historyCommand(folder, flags));
program
	.command("compare")
	.description(
		"hold a head against a base: two runs, or two targets of one run; exit status 0 no regression, 1 regression, 3 not comparable",
	)
	.argument("<results...>", "base and head: run folders or result files; one run with --base and --head")
	.option("--base <target>", "target of the base, where it is not the head's")
	.option("--head <target>", "target of the head")
	.option(
		"--fail-on <rule>",
		"what is a regression: slower:5%, single-message/slower:5%, none (default: slower:0%, beyond the noise)",
		collect,
	)
	.option("--thresholds <file>", "rules of a file, by scenario and metric (docs/ci.md)")
	.option("--allow-unlike", "go on with unlike machines, schemas or definitions; every page says so")
	.option("--format <a,b>", "files to write: html, markdown, csv, json, junit")
	.option("--output <dir>", "folder for them (default: this one)")
	.option("--json", "print the change as JSON")
	.addHelpText(
		"after",
		`
Examples:
  ./run.sh compare results/monday results/tuesday
  ./run.sh compare results/monday results/tuesday --fail-on slower:5% --format markdown,junit
  ./run.sh compare results/today --base typescript --head typescript-mine`,
	)
	.action(async (paths: string[], flags) => (await import("./commands/compare.ts")).compareCommand(paths, flags));

try {
	await program.parseAsync();
} catch (error) {
	process.exitCode = report(error);
}

function withMeasureOptions(command: Command): Command {
	return command
		.option("--scenarios <a,b>", "scenarios to run", "all")
		.option("--targets <a,b>", "up to 8 targets: rust, typescript@2.0.0-alpha.10 (a version), python=path:DIR (a local copy)", "all")
		.addOption(new Option("--profile <name>", profileHelp()).choices(Object.keys(PROFILES)).default("standard"))
		.option("--iterations <n>", "plain iterations of every scenario instead of its own number", wholeNumber(1))
		.option("--warmup <n>", "warm-up iterations instead of the scenario's own number", wholeNumber(0))
		.option("--blocks <n>", "blocks of fresh processes per scenario; with --precision or --budget: of the pilot", wholeNumber(1))
		.option("--precision <percent>", "go on with blocks until every headline ratio is known to this: 3%", percent)
		.option("--budget <time>", "stop adding blocks when this is spent: 90s, 15m, 1h (alone: with --precision 3%)", duration)
		.option("--aa", "measure every target against itself as well: the noise floor of this machine")
		.addOption(
			new Option("--alternate <what>", "what live workers take turns in; messages: only among targets of one runtime")
				.choices(["iterations", "messages"])
				.default("iterations"),
		)
		.option("--resume <run>", "go on with an interrupted run (its folder), as it was begun")
		.option("--observe <n>", "observed iterations per process, for the pipeline breakdown", wholeNumber(0))
		.option("--box-ms <n>", "time box of a database operation's loop", wholeNumber(1))
		.option("--model-delay-ms <n>", "the mock model waits this long before it answers", wholeNumber(0), 0)
		.option("--seed <n>", "seed of the order of turns", wholeNumber(0), DEFAULT_SEED)
		.option("--timeout <seconds>", "a harness that gives no answer for this long has hung", wholeNumber(1), 120)
		.option("--scenario-file <file>", "scenarios from this file instead of the built-in ones")
		.option("--output <dir>", "folder of the run (default: results/<time>)")
		.option("--json", "print the comparison as JSON on stdout, progress on stderr");
}

function profileHelp(): string {
	return Object.values(PROFILES)
		.map(({ name, description }) => `${name}: ${description}`)
		.join("; ");
}

function wholeNumber(least: number): (text: string) => number {
	return (text) => {
		const value = Number(text);
		if (/^\d+$/.test(text) && value >= least && Number.isSafeInteger(value)) return value;
		throw new InvalidArgumentError(`It takes a whole number of at least ${least}.`);
	};
}

function collect(value: string, previous: string[] | undefined): string[] {
	return [...(previous ?? []), value];
}

function percent(text: string): number {
	const value = Number(text.replace(/\s*%$/, ""));
	if (text.trim() !== "" && value > 0 && value <= 100) return value / 100;
	throw new InvalidArgumentError("It takes a percentage, such as 3%.");
}

function duration(text: string): number {
	const found = /^(\d+(?:\.\d+)?)\s*(s|m|h)$/.exec(text.trim());
	const seconds = Number(found?.[1]) * ({ s: 1, m: 60, h: 3600 }[found?.[2] ?? ""] ?? Number.NaN);
	if (seconds > 0) return seconds;
	throw new InvalidArgumentError("It takes a time with its unit, such as 90s, 15m or 1h.");
}

function report(error: unknown): number {
	if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
	if (error instanceof UserError) {
		console.error(`error: ${error.message}`);
		return error.exitCode;
	}
	console.error(error instanceof Error ? error.stack : messageOf(error));
	return 1;
}
