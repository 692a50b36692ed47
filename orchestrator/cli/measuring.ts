/** Adds the commands that measure. */
import { type Command, Option } from "commander";
import { joinAlternatives } from "../../shared/text.ts";
import { type MeasureFlags, runCommand } from "../commands/run.ts";
import { DEFAULT_TIMEOUT, PROFILES } from "../run/profiles.ts";
import { DIMENSIONS } from "../run/sweep.ts";
import { RUNTIME_NAMES } from "../runtimes/index.ts";
import { addLoadCommand } from "./load.ts";
import {
	BESIDE,
	collect,
	DATABASE_URL,
	parseDuration,
	parsePercent,
	parseWholeNumber,
	SHARD,
	shardWays,
	unsharedOption,
	withMeasureOptions,
} from "./options.ts";

/** Adds `verify`, `ab`, `sweep`, `load`, `versions`, `support-matrix`, `micro` and `profile`. */
export function addMeasuringCommands(program: Command): void {
	withMeasureOptions(
		program
			.command("verify")
			.description("run every cell once with everything recorded and print the work ledger"),
	).action((flags: MeasureFlags) => runCommand(flags, "verify"));
	program
		.command("ab")
		.description(
			"did a change make it faster, by how much, and in which stage? " +
				"exit status 0 no regression, 1 regression, 3 not comparable",
		)
		.argument("<base>", "target before: typescript=path:../before, or any other that --targets takes")
		.argument("<head>", "target after")
		.option("--scenarios <a,b>", "scenarios to measure", "single-message")
		.addOption(
			new Option("--precision <percent>", "measure until the ratio is known to this")
				.argParser(parsePercent)
				.default(parsePercent("2%"), "2%"),
		)
		.option(
			"--budget <time>",
			"for no longer than this: 90s, 15m, 1h (default: 90 s a scenario)",
			parseDuration,
		)
		.option("--target-file <file>", "names for targets of your own (docs/targets.md)")
		.option("--scenario-file <file>", "scenarios from this file instead of the built-in ones")
		.option(
			"--fail-on <rule>",
			"what is a regression: slower:5%, none (default: any significant one in time, memory, growth and start-up)",
			collect,
		)
		.option("--thresholds <file>", "rules of a file, by scenario and metric (docs/ci.md)")
		.option("--format <a,b>", "files to write beside the pages: markdown, csv, json, junit")
		.option(...DATABASE_URL)
		.option(...BESIDE)
		.option("--output <dir>", "folder of the run (default: results/<time>)")
		.option("--json", "print the change as JSON")
		.addHelpText(
			"after",
			`
Examples:
  ./run.sh ab typescript=path:../before typescript=path:../after
  ./run.sh ab rust rust+mimalloc --scenarios single-message,burst-100`,
		)
		.addOption(
			unsharedOption(
				"ab judges base and head on one machine: measure both with ./run.sh --targets BASE,HEAD --shard, " +
					"merge, and compare with --base and --head",
			),
		)
		.action(async (base: string, head: string, flags) =>
			(await import("../commands/ab.ts")).abCommand(base, head, flags),
		);
	addSweep(program);
	addLoadCommand(program);
	program
		.command("versions")
		.description("measure published versions of one framework in one run, and find where each metric changed")
		.argument("<runtime>", joinAlternatives(RUNTIME_NAMES))
		.argument(
			"[versions...]",
			"versions, or a range A..B of published ones (default: from the locked version on)",
		)
		.option("--scenarios <a,b>", "scenarios to measure", "single-message")
		.addOption(profileOption())
		.option(
			"--precision <percent>",
			"measure more blocks until the ratio of every deciding metric is known to this: 3%",
			parsePercent,
		)
		.option("--budget <time>", "stop adding blocks when this is spent: 90s, 15m, 1h", parseDuration)
		.option("--blocks <n>", "so many blocks of fresh processes per scenario", parseWholeNumber(1))
		.option("--scenario-file <file>", "scenarios from this file instead of the built-in ones")
		.option(...SHARD)
		.addOption(shardWays("scenarios", "blocks", "versions"))
		.option(...BESIDE)
		.option("--output <dir>", "folder of the run (default: results/<time>)")
		.option("--json", "print the history as JSON")
		.addHelpText(
			"after",
			`
Examples:
  ./run.sh versions typescript
  ./run.sh versions typescript 2.0.0-alpha.3..2.0.0-alpha.114 --scenarios single-message,burst-100
  ./run.sh versions python 2.0.0a4 2.0.0a5`,
		)
		.action(async (runtime: string, versions: string[], flags) =>
			(await import("../commands/versions.ts")).versionsCommand(runtime, versions, flags),
		);
	program
		.command("support-matrix")
		.description(
			"install versions, try every scenario on each, and print a Markdown table of what each can do; " +
				"nothing is timed",
		)
		.option(
			"--targets <a,b>",
			"versions, as many as you like: typescript@2.0.0-alpha.10 (default: those of shared/contract/versions.json)",
		)
		.option("--scenarios <a,b>", "scenarios to try (default: all)")
		.option("--target-file <file>", "names for targets of your own (docs/targets.md)")
		.option("--scenario-file <file>", "scenarios from this file instead of the built-in ones")
		.option(
			"--timeout <seconds>",
			"a harness that gives no answer for this long has hung",
			parseWholeNumber(1),
			DEFAULT_TIMEOUT,
		)
		.option(...DATABASE_URL)
		.option(...BESIDE)
		.option("--output <file>", "write the page there instead of printing it")
		.addHelpText("after", "\nExample:\n  ./run.sh support-matrix --output docs/support-matrix.md")
		.action(async (flags) => (await import("../commands/support-matrix.ts")).supportMatrixCommand(flags));
	program
		.command("micro")
		.description(
			"micro-benchmarks of each framework's single operations, by each language's own benchmark library",
		)
		.option("--targets <a,b>", "targets to run", "all")
		.option("--quick", "fewer samples, for a first look: the medians scatter more")
		.option(...BESIDE)
		.option("--output <dir>", "folder of the results (default: results/<time>-micro)")
		.option("--json", "machine-readable")
		.action(async (flags) => (await import("../commands/micro.ts")).microCommand(flags));
	program
		.command("profile")
		.description(
			"a CPU profile per target and scenario, for speedscope, and the framework's ten hottest functions",
		)
		.option("--targets <a,b>", "targets to profile", "all")
		.option("--scenarios <a,b>", "scenarios to profile", "burst-100")
		.option("--iterations <n>", "iterations under the profiler", parseWholeNumber(1), 20)
		.option(...BESIDE)
		.option("--output <dir>", "folder of the profiles (default: results/<time>-profile)")
		.option("--json", "machine-readable")
		.action(async (flags) => (await import("../commands/profile.ts")).profileCommand(flags));
}

function profileOption(): Option {
	return new Option("--profile <name>", "how much to measure")
		.choices(Object.keys(PROFILES))
		.default("standard");
}

function addSweep(program: Command): void {
	const rows = DIMENSIONS.map(
		({ name, unit, least, most, sizes, base }) =>
			`  ${name.padEnd(17)}${unit}, ${least} to ${most} (default: ${sizes.join()}; base: ${base})`,
	);
	program
		.command("sweep")
		.description(
			"measure a scenario over sizes of your own: what does one more cost, what is the shape of the growth, " +
				"and where does one target overtake another?",
		)
		.argument("<dimension>", joinAlternatives(DIMENSIONS.map(({ name }) => name)))
		.option("--sizes <a,b,..>", "two sizes or more; a shape is claimed from five on")
		.option("--base <scenario>", "the scenario that is measured at every size")
		.option("--targets <a,b>", "targets to measure, up to 8", "all")
		.option("--target-file <file>", "names for targets of your own (docs/targets.md)")
		.addOption(profileOption())
		.option(
			"--precision <percent>",
			"measure more blocks until the ratio of every two targets is known to this: 3%",
			parsePercent,
		)
		.option("--budget <time>", "stop adding blocks when this is spent: 90s, 15m, 1h", parseDuration)
		.option("--scenario-file <file>", "the base is a scenario of this file instead of the built-in ones")
		.option(
			"--format <a,b>",
			"files to write beside the page: markdown, csv, json, bmf, github-action-benchmark",
		)
		.option(...DATABASE_URL)
		.option(...BESIDE)
		.option("--output <dir>", "folder of the run (default: results/<time>)")
		.option("--json", "print the comparison as JSON")
		.addHelpText(
			"after",
			`
Dimensions:
${rows.join("\n")}

Examples:
  ./run.sh sweep history
  ./run.sh sweep providers --sizes 0,10,25,50,100,250 --targets typescript,rust
  ./run.sh sweep message-length --sizes 50,500,1000,5000,20000 --base minimal-bootstrap`,
		)
		.addOption(
			unsharedOption(
				"the sizes of a sweep are compared with each other, so they stay on one machine: leave out --shard",
			),
		)
		.action(async (dimension: string, flags) =>
			(await import("../commands/sweep.ts")).sweepCommand(dimension, flags),
		);
}
