/** The commands of live mode: one JSON object a line on stdin, which is read as cheaply as it can be. */
import type { LiveCommand } from "../../../shared/types.ts";
import { readMonotonicNs } from "../clocks.ts";
import { InputError } from "../failure.ts";

type Field = "agent" | "count" | "history" | "id" | "user";

/** The whole numbers of a command, with the least that each may be. */
const NUMBERS: Record<LiveCommand["cmd"], readonly (readonly [Field, number])[]> = {
	agents: [["count", 1]],
	users: [
		["agent", 0],
		["count", 1],
		["history", 0],
	],
	message: [
		["id", 0],
		["agent", 0],
		["user", 0],
	],
	stored: [["agent", 0]],
	read: [],
	stores: [],
	empty: [],
	trace: [],
	sites: [],
	drop: [],
	finish: [],
};

/** @throws {InputError} if the line is not a command */
export function parseLiveCommand(line: string): LiveCommand {
	let command: Partial<Record<Field | "cmd" | "collect" | "store", unknown>>;
	try {
		command = JSON.parse(line);
	} catch {
		throw new InputError(`a command is one JSON object on one line, not: ${line.slice(0, 120)}`);
	}
	const name = command?.cmd;
	if (typeof name !== "string" || !Object.hasOwn(NUMBERS, name))
		throw new InputError(`a command has a field 'cmd', one of ${Object.keys(NUMBERS).join(", ")}`);
	for (const [field, least] of NUMBERS[name as LiveCommand["cmd"]]) {
		const value = command[field];
		if (!Number.isSafeInteger(value) || (value as number) < least)
			throw new InputError(`'${name}' needs a whole number '${field}' of at least ${least}`);
	}
	if (name === "read" && typeof command.collect !== "boolean")
		throw new InputError("'read' needs 'collect', true or false");
	if (name === "empty" && typeof command.store !== "string")
		throw new InputError("'empty' needs the name of a 'store'");
	return command as LiveCommand;
}

/**
 * Reads stdin. All lines that have come together were read at one moment, so the clock is read once for them.
 * @param take gets every command with the reading of the clock
 * @param fail gets the {@link InputError} of a line that is none
 * @param end is called once, when stdin has ended
 */
export function readCommands(
	take: (command: LiveCommand, readAtNs: number) => void,
	fail: (error: unknown) => void,
	end: () => void,
): void {
	let rest = "";
	process.stdin.setEncoding("utf8");
	process.stdin.on("data", (text: string) => {
		const readAtNs = readMonotonicNs();
		rest += text;
		let from = 0;
		try {
			for (let to = rest.indexOf("\n"); to >= 0; to = rest.indexOf("\n", from)) {
				const line = rest.slice(from, to);
				from = to + 1;
				if (line.trim() !== "") take(parseLiveCommand(line), readAtNs);
			}
		} catch (error) {
			fail(error);
		}
		rest = rest.slice(from);
	});
	process.stdin.once("end", end);
}
