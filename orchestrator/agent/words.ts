/** What `./run.sh agent` is asked, and the words that ask the same again from any folder. */
import { isAbsolute, resolve } from "node:path";

export interface AgentFlags {
	on?: string;
	plugin?: string[];
	without?: string[];
	each?: true;
	messages?: string;
	/** False: what messages leave in a process, and when it is at rest, is not measured. */
	growth: boolean;
	scenarios: string;
	profile: string;
	blocks?: number;
	precision?: number;
	/** Seconds. */
	budget?: number;
	scenarioFile?: string;
	beside?: true;
	output?: string;
	json?: true;
}

/** What of it is kept in the words of a run, and is no part of its targets and scenarios. */
export type AgentManner = Pick<AgentFlags, "each" | "growth" | "blocks" | "precision" | "budget" | "profile">;

const PATH = "path:";
const COMMAND = ["./run.sh", "agent"] as const;

/** Says a plugin in a way that means the same from any folder. */
export function absolutePlugin(word: string): string {
	const isPath = word.startsWith(PATH);
	const text = isPath ? word.slice(PATH.length) : word;
	return isPath || text.startsWith(".") || isAbsolute(text) ? `${PATH}${resolve(text)}` : word;
}

/** Where the results went and how they were shown is no part of it. */
export function agentWords(path: string, flags: AgentFlags): string[] {
	const { on, plugin = [], without = [], each, messages, growth, scenarios, profile } = flags;
	const { blocks, precision, budget, scenarioFile } = flags;
	const option = (name: string, value: string | number | undefined) =>
		value === undefined ? [] : [`--${name}`, String(value)];
	return [
		...COMMAND,
		resolve(path),
		...option("on", on),
		...plugin.flatMap((word) => option("plugin", absolutePlugin(word))),
		...without.flatMap((name) => option("without", name)),
		...(each ? ["--each"] : []),
		...option("messages", messages && resolve(messages)),
		...(growth ? [] : ["--no-growth"]),
		...option("scenarios", scenarios),
		...option("profile", profile),
		...option("blocks", blocks),
		...option("precision", precision === undefined ? undefined : `${100 * precision}%`),
		...option("budget", budget === undefined ? undefined : `${budget}s`),
		...option("scenario-file", scenarioFile && resolve(scenarioFile)),
	];
}

/** @returns null where the words are those of another command */
export function readAgentManner(words: readonly string[]): (AgentManner & { without: string[] }) | null {
	if (COMMAND.some((word, index) => words[index] !== word)) return null;
	const options = words.slice(COMMAND.length + 1);
	const valuesOf = (name: string) =>
		options.flatMap((word, index) => (word === `--${name}` ? (options[index + 1] ?? []) : []));
	const numberOf = (name: string) => {
		const number = Number.parseFloat(valuesOf(name)[0] ?? "");
		return Number.isFinite(number) && number > 0 ? number : null;
	};
	const [blocks, percent, budget] = [numberOf("blocks"), numberOf("precision"), numberOf("budget")];
	return {
		growth: !options.includes("--no-growth"),
		profile: valuesOf("profile")[0] ?? "quick",
		without: valuesOf("without"),
		...(options.includes("--each") ? { each: true as const } : {}),
		...(blocks === null ? {} : { blocks: Math.round(blocks) }),
		...(percent === null ? {} : { precision: percent / 100 }),
		...(budget === null ? {} : { budget }),
	};
}
