/** Runs the commands of a set-up and keeps a log of what each was and what it said. */
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { SetUpError } from "../errors.ts";
import { ROOT } from "../files.ts";
import { runGuarded } from "../process/guarded.ts";
import type { Command, CommandLog } from "../runtimes/runtime.ts";

const LOG_TAIL_LINES = 8;

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

	/** @throws {UserError} with the command's last words */
	async run(command: Command): Promise<void> {
		await this.#run(command, false);
	}

	/**
	 * @returns its standard output, which is kept out of the log
	 * @throws {UserError} with the command's last words
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
			const message = `setting up ${this.#name} failed (${problem})`;
			throw new SetUpError(
				`${message}; its log ends:\n${said.slice(-LOG_TAIL_LINES).join("\n")}`,
				errorLines(said) || message,
			);
		}
		return stdout;
	}
}

/** Chooses lines that mention an error, or the last ones where there are none. */
function errorLines(said: readonly string[]): string {
	const telling = said.filter((line) => /\berror\b/i.test(line));
	return (telling.length > 0 ? telling : said.slice(-LOG_TAIL_LINES)).slice(0, LOG_TAIL_LINES).join(" ");
}
