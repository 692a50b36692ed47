/** The command line: what the words mean is in `cli/`, what a command does in `commands/`. */
import { Command, CommanderError } from "commander";
import { addMeasuringCommands } from "./cli/measuring.ts";
import { withMeasureOptions } from "./cli/options.ts";
import { addReadingCommands } from "./cli/reading.ts";
import { addToolCommands } from "./cli/tools.ts";
import { type MeasureFlags, runCommand } from "./commands/run.ts";
import { EXIT, messageOf, UserError } from "./errors.ts";

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
  ./run.sh ab typescript typescript=path:../mine      what did my change do, in three minutes?

Exit status: 0 measured (or verified), 1 a cell failed, 2 wrong input or a missing toolchain, 130 interrupted.`;

const program = new Command("./run.sh")
	.description(
		"Measures how fast the TypeScript, Python and Rust Eliza agent runtimes process messages when the model takes no time.",
	)
	.addHelpText("after", EXAMPLES)
	.configureOutput({
		outputError: (text, write) =>
			write(`${text.trim().replaceAll("\n", " ")} (./run.sh --help lists the options)\n`),
	})
	.enablePositionalOptions()
	.exitOverride();

withMeasureOptions(program)
	.allowExcessArguments()
	.action((flags: MeasureFlags) => {
		const [word] = program.args;
		if (word !== undefined)
			throw new UserError(`unknown command '${word}' (./run.sh --help lists the commands)`);
		return runCommand(flags, "measure");
	});
addMeasuringCommands(program);
addReadingCommands(program);
addToolCommands(program);

// Who reads our output may have seen enough (`| head`): what is under way goes on, and says no more.
for (const stream of [process.stdout, process.stderr])
	stream.on("error", (error: NodeJS.ErrnoException) => {
		if (error.code !== "EPIPE") throw error;
	});

try {
	await program.parseAsync();
} catch (error) {
	process.exitCode = reportError(error);
}

function reportError(error: unknown): number {
	if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.wrongInput;
	if (error instanceof UserError) {
		console.error(`error: ${error.message}`);
		return error.exitCode;
	}
	console.error(error instanceof Error ? error.stack : messageOf(error));
	return EXIT.failed;
}
