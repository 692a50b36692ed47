/** Adds `fleet`, whose commands share a run among the nodes of a cluster. */
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { plainText } from "../../shared/text.ts";
import { MOST_SHARDS } from "../../shared/types.ts";
import type { RunWords } from "../commands/everything.ts";
import type { FleetRun } from "../commands/fleet-slurm.ts";
import { UserError } from "../errors.ts";
import { addMeasuringCommands } from "./measuring.ts";
import { collect, parseWholeNumber, shardWays, withMeasureOptions } from "./options.ts";

/** @param run runs another command line */
export function addFleetCommand(program: Command, run: RunWords): void {
	const fleet = program
		.command("fleet")
		.description("measure one run on the nodes of a cluster, and merge what they measured (docs/fleet.md)")
		.enablePositionalOptions();
	fleet
		.command("slurm")
		.description(
			"give a run to Slurm: a job array that measures a shard a task, and a merge that waits for it",
		)
		.argument("[words...]", "after --: the options of ./run.sh, or versions with its own")
		.addOption(
			new Option("--shards <n>", "share the run among so many tasks")
				.argParser(parseShards)
				.makeOptionMandatory(),
		)
		.addOption(shardWays("scenarios", "blocks", "versions"))
		.option("--partition <name>", "the nodes to use (default: the cluster's own choice)", parseWord)
		.option(
			"--time <limit>",
			"the limit of a task, as sbatch takes it (default: that of the partition)",
			parseWord,
		)
		.option("--at-once <n>", "run no more tasks at once", parseWholeNumber(1))
		.option(
			"--header <line>",
			"one more option of sbatch for all jobs: --account=NAME; may be repeated",
			collect,
		)
		.option("--template <file>", "the script of a job (default: orchestrator/fleet/job.sbatch)")
		.addOption(
			new Option(
				"--local <dir>",
				"folder on each node's own disk, in which the program is set up once (default: in /tmp)",
			).conflicts("inPlace"),
		)
		.option("--in-place", "run the program where it lies, for nodes that reach no package registry")
		.option("--output <dir>", "folder of the fleet, which all nodes see (default: results/<time>-fleet)")
		.option("--print", "print the jobs, and write and submit nothing")
		.option("--watch", "stay, and show how far it is, until all is merged")
		.addHelpText(
			"after",
			`
Every task has a node for itself, and is resumed where it was when its node fails or is taken away.

Examples:
  ./run.sh fleet slurm --shards 8 --partition compute --watch
  ./run.sh fleet slurm --shards 4 --shard-by blocks -- --scenarios single-message --blocks 16
  ./run.sh fleet slurm --shards 4 --shard-by versions -- versions typescript 2.0.0-alpha.3..2.0.0-alpha.114
  ./run.sh fleet slurm --shards 8 --header --account=lab --header --constraint=epyc --print`,
		)
		.action(async (words: string[], flags) => {
			const parsed = parseRun(words);
			await (await import("../commands/fleet-slurm.ts")).fleetSlurmCommand(parsed, flags);
		});
	withFolder(fleet.command("status"), "say how far a fleet is, what failed, and what to do")
		.option("--watch", "stay until nothing of it is in the queue")
		.option("--json", "machine-readable")
		.addHelpText(
			"after",
			"\nExit status: 0 all is well so far, 1 something failed.\n\n" +
				"Example:\n  ./run.sh fleet status results/2026-02-06T10-00-00-fleet --watch",
		)
		.action(async (path: string, flags) =>
			(await import("../commands/fleet-status.ts")).fleetStatusCommand(path, flags),
		);
	withFolder(fleet.command("cancel"), "end what a fleet has in the queue; what is measured is kept").action(
		async (path: string) => (await import("../commands/fleet-cancel.ts")).fleetCancelCommand(path),
	);
	withFolder(fleet.command("retry"), "submit only the shards that are not complete, and the merge, again")
		.option("--print", "print the jobs, and submit nothing")
		.option("--watch", "stay, and show how far it is, until all is merged")
		.action(async (path: string, flags) =>
			(await import("../commands/fleet-cancel.ts")).fleetRetryCommand(path, flags),
		);
	withFolder(
		fleet.command("merge"),
		"merge what there is, in place of an earlier merge; the last job does it",
	)
		.option("--json", "print the comparison as JSON")
		.action(async (path: string, flags) =>
			(await import("../commands/fleet-merge.ts")).fleetMergeCommand(path, flags),
		);
	withFolder(fleet.command("task"), "measure one shard here, or go on with it; the tasks of the array do it")
		.argument("<shard>", "its number", parseWholeNumber(1))
		.action(async (path: string, shard: number) =>
			(await import("../commands/fleet-task.ts")).fleetTaskCommand(path, shard, run),
		);
}

function withFolder(command: Command, description: string): Command {
	return command.description(description).argument("<fleet>", "its folder, as fleet slurm printed it");
}

function parseShards(text: string): number {
	const value = parseWholeNumber(2)(text);
	if (value <= MOST_SHARDS) return value;
	throw new InvalidArgumentError(`It takes at most ${MOST_SHARDS}.`);
}

function parseWord(text: string): string {
	if (/^[^\s\p{Cc}]+$/u.test(text)) return text;
	throw new InvalidArgumentError("It takes one word.");
}

/** These are chosen for each task, or make no sense there. */
const NOT_FOR_TASKS: Record<string, string> = {
	shard: "--shard is each task's own",
	shardBy: "--shard-by stands before --",
	output: "--output stands before --: each shard has a folder in that of the fleet",
	resume: "tasks resume by themselves, and ./run.sh fleet retry does the rest",
	json: "--json belongs to ./run.sh fleet merge",
	databaseUrl: "one server for many nodes would measure their sum: each task starts its own",
};

/** @throws {UserError} for words that begin no run, or name what is not for the user to say here */
function parseRun(words: readonly string[]): FleetRun {
	let found: FleetRun | null = null;
	const program = withMeasureOptions(new Command("./run.sh fleet slurm --").enablePositionalOptions())
		.exitOverride()
		.configureOutput({ writeErr: () => {}, writeOut: () => {} })
		.action((flags) => {
			found = { kind: "run", flags };
		});
	addMeasuringCommands(program);
	program.commands
		.find((command) => command.name() === "versions")
		?.action((runtime: string, versions: string[], flags) => {
			found = { kind: "versions", runtime, versions, flags };
		});
	const [first] = words;
	if (first !== undefined && !first.startsWith("-") && first !== "versions")
		throw new UserError(`fleet runs ./run.sh itself or ./run.sh versions, and not '${first}'`);
	try {
		program.parse(words, { from: "user" });
	} catch (error) {
		if (error instanceof CommanderError)
			throw new UserError(
				`${plainText(error.message).replace(/^error: /, "")} (after --; ./run.sh --help lists the options)`,
			);
		throw error;
	}
	if (found === null) throw new UserError("there is no run after --");
	const { flags } = found as FleetRun;
	for (const [name, why] of Object.entries(NOT_FOR_TASKS))
		if (flags[name as keyof typeof flags] !== undefined) throw new UserError(`leave it out after --: ${why}`);
	return found;
}
