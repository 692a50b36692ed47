/** Runs the commands of a set-up and keeps a log of what each was and what it said. */
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { SetUpError } from "../errors.ts";
import { ROOT } from "../files.ts";
import { runGuarded } from "../process/guarded.ts";
import type { Command, CommandLog } from "../runtimes/runtime.ts";

const MOST_LINES = 8;
const TELLING = /\berror\b(?!-)|\w+Error: /i;
/** How npm's command is used, which it says after some mistakes. */
const USAGE = { begins: /^npm (?:error|ERR!) Usage:/, ends: /^npm (?:error|ERR!) Run "npm help/ } as const;
/** Nothing, or where npm's own log is. */
const EMPTY = /^npm (?:error|ERR!)\s*(?:A complete log of this run can be found in.*)?$/;

export class SetUpLog implements CommandLog {
	/** Relative to the repository. */
	readonly shownPath: string;
	readonly #name: string;
	readonly #path: string;

	/** @param name of the set-up; an earlier log is overwritten */
	constructor(name: string) {
		this.#name = name;
		this.shownPath = `.cache/provision/${name}.log`;
		this.#path = join(ROOT, this.shownPath);
		mkdirSync(dirname(this.#path), { recursive: true });
		writeFileSync(this.#path, "");
	}

	/** @throws {UserError} with the command's words about what was wrong */
	async run(command: Command): Promise<void> {
		await this.#run(command, false);
	}

	/**
	 * @returns its standard output, which is kept out of the log
	 * @throws {UserError} with the command's words about what was wrong
	 */
	async outputOf(command: Command): Promise<string> {
		return (await this.#run(command, true)).trim();
	}

	async #run({ file, args, cwd = ROOT, env = {} }: Command, piped: boolean): Promise<string> {
		const before = readFileSync(this.#path, "utf8").split("\n").length;
		appendFileSync(this.#path, `$ ${file} ${args.join(" ")}\n`);
		const options = { cwd, addedEnv: env, log: this.#path, captures: piped };
		const { problem, stdout } = await runGuarded(file, args, options);
		if (problem !== null) {
			const said = readFileSync(this.#path, "utf8").trimEnd().split("\n").slice(before);
			const lines = errorLines(said);
			// The command itself is long, and stands in the log.
			const how = lines.length > 0 ? problem.split(`: ${file} `)[0] : problem;
			const message = `setting up ${this.#name} failed (${how})`;
			throw new SetUpError([`${message}:`, ...lines].join("\n"), lines.join(" ") || message);
		}
		return stdout;
	}
}

/** Chooses the first lines that tell an error, or the last ones where there are none. */
export function errorLines(said: readonly string[]): string[] {
	const telling = withoutUsage(said.filter((line) => !EMPTY.test(line))).filter((line) => TELLING.test(line));
	return telling.length > 0
		? telling.slice(0, MOST_LINES)
		: said.filter((line) => line.trim() !== "").slice(-MOST_LINES);
}

/** The line before the usage says what the command is for. */
function withoutUsage(lines: readonly string[]): string[] {
	const begin = lines.findIndex((line) => USAGE.begins.test(line));
	if (begin < 0) return [...lines];
	const end = lines.findIndex((line, index) => index > begin && USAGE.ends.test(line));
	return [...lines.slice(0, Math.max(0, begin - 1)), ...(end < 0 ? [] : lines.slice(end + 1))];
}
