/** Adds the commands that show stored results. */
import type { Command } from "commander";
import { collect } from "./options.ts";

/** Adds `report`, `merge`, `history`, `site` and `compare`. */
export function addReadingCommands(program: Command): void {
	program
		.command("report")
		.description(
			"show a stored run again (its folder, or result files, one per target), " +
				"or write it in the formats that other programs read",
		)
		.argument("<results...>", "run folder or result files")
		.option("--format <a,b>", "files to write: html, markdown, csv, json, bmf, github-action-benchmark")
		.option("--output <dir>", "folder for them (default: the run's own)")
		.option("--json", "print the comparison as JSON")
		.action(async (paths: string[], flags) =>
			(await import("../commands/report.ts")).reportCommand(paths, flags),
		);
	program
		.command("merge")
		.description(
			"make one run from the shards that were measured with --shard, on as many machines (docs/fleet.md)",
		)
		.argument("<shards...>", "the run folders of the shards")
		.option("--allow-missing", "merge what there is, although shards are missing or were interrupted")
		.option("--output <dir>", "folder of the merged run (default: results/<time>-merged)")
		.option("--json", "print the comparison as JSON")
		.action(async (paths: string[], flags) =>
			(await import("../commands/merge.ts")).mergeCommand(paths, flags),
		);
	program
		.command("history")
		.description("draw a metric over many runs, with the points where its level changes")
		.argument("[folder]", "holds run folders or result files (default: results/)")
		.option("--scenarios <a,b>", "scenarios to draw (default: all)")
		.option("--targets <a,b>", "targets to draw (default: all)")
		.option("--metric <name>", "what to draw (default: the deciding metric of each scenario)")
		.option("--output <file>", "the page (default: history.html in the folder)")
		.option("--json", "print the history as JSON")
		.addHelpText(
			"after",
			"\nExample:\n  ./run.sh history results --scenarios single-message,burst-100 --targets rust",
		)
		.action(async (folder: string | undefined, flags) =>
			(await import("../commands/history.ts")).historyCommand(folder, flags),
		);
	program
		.command("site")
		.description(
			"write a static site from many runs: latest verdicts, history, versions, machines, every run's page",
		)
		.argument("<dir>", "the folder of the site: new, empty, or of an earlier site, which is replaced")
		.argument("[runs...]", "run folders, folders that hold them, or result files (default: results/)")
		.addHelpText(
			"after",
			`
Links are relative, and nothing is asked of a network: it opens from a disk, and any page host can serve it.
What cannot be read is named and left out.

Examples:
  ./run.sh site public
  ./run.sh site public results/monday results/tuesday
  ./run.sh site public ci-results`,
		)
		.action(async (output: string, places: string[]) =>
			(await import("../commands/site.ts")).siteCommand(output, places),
		);
	program
		.command("compare")
		.description(
			"compare a head with a base: two runs, or two targets of one run; " +
				"exit status 0 no regression, 1 regression, 3 not comparable",
		)
		.argument("<results...>", "base and head: run folders or result files; one run with --base and --head")
		.option("--base <target>", "target of the base, where it is another than the head's")
		.option("--head <target>", "target of the head")
		.option(
			"--fail-on <rule>",
			"what is a regression: slower:5%, single-message/slower:5%, all/start_to_reply_ms/slower:5%, none " +
				"(default: any significant one in time, memory, growth and start-up)",
			collect,
		)
		.option("--thresholds <file>", "rules of a file, by scenario and metric (docs/ci.md)")
		.option(
			"--allow-unlike",
			"compare despite different machines, schemas or definitions; every page says so",
		)
		.option("--allow-missing", "targets, scenarios and figures that the head lacks are no regression")
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
		.action(async (paths: string[], flags) =>
			(await import("../commands/compare.ts")).compareCommand(paths, flags),
		);
}
