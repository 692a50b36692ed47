/** Runs a tool to its end. */
import { execa } from "execa";
import { plainText } from "../../../shared/text.ts";
import { messageOf, UserError } from "../../errors.ts";

const LOG_TAIL_LINES = 5;
const FAILED = 1;

/**
 * @returns what it printed on stdout
 * @throws {UserError} with the tool's last words when it fails
 */
export async function runTool(
	file: string,
	args: string[],
	env: Record<string, string | undefined>,
): Promise<string> {
	const result = await execa(file, args, { env, extendEnv: false, reject: false, stdin: "ignore" });
	if (!result.failed) return result.stdout;
	const tail = result.stderr.trimEnd().split("\n").slice(-LOG_TAIL_LINES).join("\n");
	throw new UserError(`${file} failed (${result.shortMessage}); it said last:\n${tail}`, FAILED);
}

/**
 * What a tool has written, as `read` finds it.
 * @param what and where it is, for the error
 * @throws {UserError} when it is something else
 */
export function understood<T>(what: string, read: () => T): T {
	try {
		return read();
	} catch (error) {
		throw new UserError(`cannot read ${what}: ${plainText(messageOf(error))}`, FAILED);
	}
}
