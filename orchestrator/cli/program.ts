/**
 * Runs the command line. The files beside this one add its commands and options; `commands/` says what they
 * do.
 */
import { Command, CommanderError } from "commander";
import { type MeasureFlags, runCommand } from "../commands/run.ts";
import { EXIT, messageOf, UserError } from "../errors.ts";
import { listenForSignals } from "../process/signals.ts";
import { outputProblem, surviveLostOutput } from "../terminal/output.ts";
import { closeProgress } from "../terminal/progress.ts";
import { addAgentCommand } from "./agent.ts";
import { addEverythingCommand } from "./everything.ts";
import { addFleetCommand } from "./fleet.ts";
import { addGrowthCommands } from "./growth.ts";
import { addMeasuringCommands } from "./measuring.ts";
import { withMeasureOptions } from "./options.ts";
import { addReadingCommands } from "./reading.ts";
import { addToolCommands } from "./tools.ts";

const DESCRIPTION =
	"Measures how fast the TypeScript, Python and Rust Eliza agent runtimes process messages " +
	"when the model takes no time.";

const EXAMPLES = `
Examples:
  ./run.sh                                            measure everything, print the comparison
  ./run.sh --profile quick                            a first look in a few minutes
  ./run.sh --scenarios single-message,burst-100       two scenarios
  ./run.sh --targets typescript,rust --iterations 30  two runtimes, more iterations
  ./run.sh --targets typescript@2.0.0-alpha.10,rust   another version of a framework
  ./run.sh --targets rust,rust=path:../eliza          the published framework and a checkout
  ./run.sh --precision 2% --budget 15m                until ratios are known to 2 %, or for 15 minutes
  ./run.sh --aa --scenarios single-message            how noisy is this machine? every target against itself
  ./run.sh --resume results/2026-02-06T10-00-00       resume after Ctrl-C, a crash or a power cut
  ./run.sh verify --scenarios with-actions            prove what each runtime does, measure nothing
  ./run.sh report results/2026-02-06T10-00-00         print a stored run again
  ./run.sh compare results/monday results/tuesday     what changed from one run to the other
  ./run.sh ab typescript typescript=path:../mine      what did my change do, in three minutes?

Exit status: 0 measured (or verified), 1 a cell failed, 2 wrong input or a missing toolchain,
3 results that cannot be compared, 130 interrupted.`;

/**
 * Runs one command.
 * @param words those of the command line, without the program's own name
 * @returns the exit status; errors are printed on standard error
 */
export async function runProgram(words: readonly string[]): Promise<number> {
	surviveLostOutput();
	listenForSignals();
	let status: number;
	try {
		await newProgram().parseAsync(words, { from: "user" });
		status = Number(process.exitCode ?? EXIT.done);
	} catch (error) {
		closeProgress();
		status = reportError(error);
	}
	const problem = await outputProblem();
	if (problem === null) return status;
	console.error(`error: ${problem}; nothing else was lost by that`);
	return status === EXIT.done ? EXIT.failed : status;
}

function newProgram(): Command {
	const program = new Command("./run.sh")
		.description(DESCRIPTION)
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
	addAgentCommand(program);
	addGrowthCommands(program);
	const run = async (words: readonly string[]) => {
		await newProgram().parseAsync(words, { from: "user" });
	};
	addEverythingCommand(program, run);
	addFleetCommand(program, run);
	addReadingCommands(program);
	addToolCommands(program);
	// The program takes a word to say that it is no command. Commands take over what it takes.
	for (const command of withSubcommands(program.commands)) command.allowExcessArguments(false);
	return program;
}

function withSubcommands(commands: readonly Command[]): Command[] {
	return commands.flatMap((command) => [command, ...withSubcommands(command.commands)]);
}

function reportError(error: unknown): number {
	if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.wrongInput;
	if (error instanceof UserError) {
		console.error(`error: ${error.message}`);
		return error.exitCode;
	}
	if (isRefusal(error)) {
		console.error(`error: ${messageOf(error)}`);
		return EXIT.wrongInput;
	}
	console.error(error instanceof Error ? error.stack : messageOf(error));
	return EXIT.failed;
}

/** Says whether the system has refused something: its own words name what, and no stack says more. */
function isRefusal(error: unknown): boolean {
	const { code, syscall } = error as NodeJS.ErrnoException;
	return error instanceof Error && code !== undefined && syscall !== undefined;
}
