/** Adds the commands about the machine, the harnesses and set-ups. */
import type { Command } from "commander";
import { DEFAULT_SEED } from "../run/profiles.ts";
import { parseWholeNumber } from "./options.ts";

/** Adds `list`, `doctor`, `clean` and `conformance`. */
export function addToolCommands(program: Command): void {
	program
		.command("list")
		.description("print the scenarios and targets")
		.option("--scenario-file <file>", "scenarios from this file instead of the built-in ones")
		.option("--target-file <file>", "names for targets of your own (docs/targets.md)")
		.option("--json", "machine-readable")
		.action(async (flags) => (await import("../commands/list.ts")).listCommand(flags));
	program
		.command("doctor")
		.description("report what this machine has, what it lacks and what makes it noisy")
		.option("--no-probe", "leave out the probe, which computes for two seconds")
		.option("--json", "machine-readable")
		.action(async (flags) => (await import("../commands/doctor.ts")).doctorCommand(flags));
	program
		.command("clean")
		.description("remove the set-ups of targets beside the locked ones; results stay")
		.option("--all", "the locked targets' set-ups too, and the noise history of this machine")
		.option("--dry-run", "only say what would be removed")
		.option("--json", "machine-readable")
		.action(async (flags) => (await import("../commands/clean.ts")).cleanCommand(flags));
	program
		.command("conformance")
		.description(
			"test whether a harness, in any language, keeps to docs/harness-contract.md; " +
				"exit status 0 it does, 1 it does not",
		)
		.argument("<executable>", "the harness, and after it the arguments that every start of it needs")
		.argument("[arguments...]")
		.option("--scenarios <a,b>", "scenarios to try, made short (single-message is always tried)")
		.option("--seed <n>", "seed of the contract drawn at random", parseWholeNumber(0), DEFAULT_SEED)
		.option(
			"--timeout <seconds>",
			"a harness that gives no answer for this long has hung",
			parseWholeNumber(1),
			60,
		)
		.option("--output <dir>", "keep every session's log and file in this empty folder")
		.option("--json", "machine-readable")
		.passThroughOptions()
		.action(async (executable: string, args: string[], flags) =>
			(await import("../commands/conformance.ts")).conformanceCommand(executable, args, flags),
		);
}
