/** Runs a runtime's tools to their end, and reads what they have written. */
import { plainText } from "../../shared/text.ts";
import { EXIT, messageOf, UserError } from "../errors.ts";
import { ROOT } from "../files.ts";
import { runGuarded } from "../process/guarded.ts";

const LOG_TAIL_LINES = 5;

/**
 * @returns what it printed on stdout
 * @throws {UserError} with the tool's last words when it fails
 */
export async function runTool(
	file: string,
	args: readonly string[],
	env: Record<string, string>,
): Promise<string> {
	const { problem, stdout, stderr } = await runGuarded(file, args, { cwd: ROOT, env, captures: true });
	if (problem === null) return stdout;
	const tail = stderr.trimEnd().split("\n").slice(-LOG_TAIL_LINES).join("\n");
	throw new UserError(`${file} failed (${problem}); it said last:\n${tail}`, EXIT.failed);
}

/**
 * Asks a package manager which versions there are.
 * @returns what it printed on stdout
 * @throws {UserError} with its last line when it fails
 */
export async function askForVersions(file: string, args: readonly string[]): Promise<string> {
	const { problem, stdout, stderr } = await runGuarded(file, args, { cwd: ROOT, captures: true });
	if (problem === null) return stdout;
	const words = stderr || problem;
	throw new UserError(`${file} cannot say which versions there are: ${words.trim().split("\n").at(-1)}`);
}

/**
 * Reads what a tool has written.
 * @param what it is and where it lies, for the error
 * @throws {UserError} when it is something else
 */
export function readToolOutput<T>(what: string, read: () => T): T {
	try {
		return read();
	} catch (error) {
		throw new UserError(`cannot read ${what}: ${plainText(messageOf(error))}`, EXIT.failed);
	}
}
