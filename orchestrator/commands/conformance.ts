/**
 * `./run.sh conformance` tests whether an executable keeps to the harness contract, whatever language it is
 * written in.
 */

import { accessSync, constants, existsSync, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { renderConformance } from "../../report/console/conformance.ts";
import { MS_PER_S } from "../../shared/units.ts";
import { testConformance } from "../conformance/run.ts";
import { chooseScenarios, USUAL } from "../conformance/scenarios.ts";
import { loadContract } from "../contract.ts";
import { harnessEnvironment } from "../environment/environment.ts";
import { EXIT, UserError } from "../errors.ts";
import type { Launch } from "../process/launch.ts";

export interface ConformanceFlags {
	scenarios?: string;
	seed: number;
	timeout: number;
	output?: string;
	json?: true;
}

/** Prints a line per check and sets the exit status: 1 when one of them failed, 0 otherwise. */
export async function conformanceCommand(
	executable: string,
	args: string[],
	flags: ConformanceFlags,
): Promise<void> {
	refuseServer(args);
	const contract = loadContract({});
	// An orderly end removes the temporary folder, which is of no use any more.
	const launch: Launch = {
		file: executableFile(executable),
		args: args.map(absolute),
		env: harnessEnvironment(),
	};
	const report = await testConformance({
		launch,
		contract,
		seed: flags.seed,
		timeoutMs: flags.timeout * MS_PER_S,
		keep: flags.output,
		scenarios: chooseScenarios(contract, flags.scenarios ?? USUAL),
		onCheck: ({ name, about }, index, of) =>
			console.error(`[${String(index + 1).padStart(2)}/${of}] ${name}: ${about}`),
	});
	console.log(flags.json ? JSON.stringify(report) : renderConformance(report));
	process.exitCode = report.passed ? EXIT.done : EXIT.failed;
}

/** Every start of the harness would need a database of its own. */
function refuseServer(args: readonly string[]): void {
	if (
		args.some(
			(word, index) =>
				word === "--database=postgres" || (word === "--database" && args[index + 1] === "postgres"),
		)
	)
		throw new UserError(
			"conformance tests a harness without a database server: leave out --database postgres",
		);
}

/**
 * Looks a name up as a shell does: with a slash it is a path, otherwise it is in PATH.
 * @throws {UserError} when it is not there or cannot be executed
 */
function executableFile(name: string): string {
	const candidates = name.includes("/")
		? [resolve(name)]
		: (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, name));
	const found = candidates.find(isExecutable);
	if (found !== undefined) return found;
	const where = name.includes("/")
		? "there is no executable file of that name (chmod +x?)"
		: "it is not in PATH (for a file, give its path: ./name)";
	throw new UserError(`cannot run '${name}': ${where}`);
}

/** Makes names of files absolute, because a harness is started in a folder of its own. */
function absolute(argument: string): string {
	return existsSync(argument) ? resolve(argument) : argument;
}

function isExecutable(path: string): boolean {
	try {
		accessSync(path, constants.X_OK);
		return statSync(path).isFile();
	} catch {
		return false;
	}
}
