/** Adds `everything`. */
import { type Command, Option } from "commander";
import type { RunWords } from "../commands/everything.ts";
import { BESIDE, DATABASE_URL } from "./options.ts";

/** @param run runs another command line */
export function addEverythingCommand(program: Command, run: RunWords): void {
	program
		.command("everything")
		.description(
			"the main run, load, conversations, density and soak, in about an hour: one folder, one page that " +
				"begins with what it means for a deployment",
		)
		.option("--targets <a,b>", "up to 8 targets, as for a run", "all")
		.option("--scenarios <a,b>", "scenarios of the main run", "all")
		.option("--target-file <file>", "names for targets of your own (docs/targets.md)")
		.addOption(
			new Option("--profile <name>", "quick: a first look in some fifteen minutes")
				.choices(["quick", "standard", "thorough"])
				.default("standard"),
		)
		.option(
			"--resume <dir>",
			"go on with the parts that an interrupted one (its folder) lacks, as it was begun",
		)
		.option(...DATABASE_URL)
		.option(...BESIDE)
		.option("--output <dir>", "folder of the run (default: results/<time>-everything)")
		.addHelpText(
			"after",
			`
Density and soak take no target on a database server. Ctrl-C ends the part under way, keeps what was
measured, and makes the page of it. A part that fails is named, and the others go on.

Examples:
  ./run.sh everything
  ./run.sh everything --targets typescript,typescript+postgres --profile quick
  ./run.sh everything --resume results/2026-02-06T10-00-00-everything`,
		)
		.action(async (flags) => (await import("../commands/everything.ts")).everythingCommand(flags, run));
}
