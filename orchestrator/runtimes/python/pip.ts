/** Runs pip with what reaches its index, and nothing else of the user's configuration. */
import { devNull } from "node:os";
import type { CommandLog } from "../runtime.ts";

const PIP = ["-m", "pip"];

/** What pip's configuration files may say. Everything else there would shape what is installed. */
const NETWORK = [
	"index-url",
	"extra-index-url",
	"no-index",
	"find-links",
	"trusted-host",
	"proxy",
	"cert",
	"client-cert",
	"timeout",
	"default-timeout",
	"retries",
	"keyring-provider",
	"cache-dir",
];

/** pip of one environment. */
export class Pip {
	readonly #interpreter: string;
	readonly #log: CommandLog;
	readonly #env: Record<string, string>;

	private constructor(interpreter: string, log: CommandLog, env: Record<string, string>) {
		this.#interpreter = interpreter;
		this.#log = log;
		this.#env = env;
	}

	/** @throws {UserError} when there is no pip */
	static async of(interpreter: string, log: CommandLog): Promise<Pip> {
		const settings = await log.outputOf({ file: interpreter, args: [...PIP, "config", "list"] });
		return new Pip(interpreter, log, {
			...networkSettings(settings),
			PIP_CONFIG_FILE: devNull,
			PIP_DISABLE_PIP_VERSION_CHECK: "1",
			PIP_NO_INPUT: "1",
		});
	}

	/** @throws {UserError} with pip's last words */
	async install(...words: readonly string[]): Promise<void> {
		await this.#log.run({
			file: this.#interpreter,
			args: [...PIP, "install", ...words],
			env: this.#env,
		});
	}

	/** @returns every package with its version, one a line */
	async list(): Promise<string> {
		return this.#log.outputOf({
			file: this.#interpreter,
			args: [...PIP, "freeze", "--all"],
			env: this.#env,
		});
	}
}

/**
 * Chooses the settings that reach the index.
 * @param list the output of `pip config list`: `global.index-url='https://...'`, one setting a line
 * @returns environment variables
 */
export function networkSettings(list: string): Record<string, string> {
	const settings: Record<string, string> = {};
	// The later of these sections overrule the earlier ones, as in pip.
	for (const section of ["global", "install", ":env:"])
		for (const line of list.split("\n")) {
			const [, of, key = "", text = ""] = /^([^.]+)\.([\w-]+)=(.*)$/.exec(line.trim()) ?? [];
			if (of !== section || !NETWORK.includes(key)) continue;
			settings[`PIP_${key.toUpperCase().replaceAll("-", "_")}`] = readText(text);
		}
	return settings;
}

/** Reads a text as Python's repr() writes it. Several values stand on lines of their own. */
function readText(text: string): string {
	return text
		.replace(/^(['"])(.*)\1$/s, "$2")
		.replaceAll(/\\(.)/g, (_, character: string) => (character === "n" ? " " : character))
		.trim();
}
