/** Reads the messages that a user wants sent, one a line. */
import { readFileSync } from "node:fs";
import { plainText } from "../../shared/text.ts";
import { MOST_MESSAGE_CHARACTERS, MOST_MESSAGES, type Scenario } from "../../shared/types.ts";
import { messageOf, UserError } from "../errors.ts";
import { withoutMark } from "../files.ts";

/** @throws {UserError} where the file cannot be read or has no messages, or too long or too many ones */
export function readMessages(path: string): string[] {
	let text: string;
	try {
		text = withoutMark(readFileSync(path, "utf8"));
	} catch (error) {
		throw new UserError(`cannot read ${plainText(path)}: ${messageOf(error)}`);
	}
	const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
	if (lines.length === 0) throw new UserError(`${plainText(path)} has no message: write one a line`);
	if (lines.length > MOST_MESSAGES)
		throw new UserError(`${plainText(path)} has ${lines.length} messages: give at most ${MOST_MESSAGES}`);
	const long = lines.findIndex((line) => line.length > MOST_MESSAGE_CHARACTERS);
	if (long >= 0)
		throw new UserError(
			`message ${long + 1} of ${plainText(path)} has more than ${MOST_MESSAGE_CHARACTERS} characters`,
		);
	return lines;
}

/** @returns the scenario with these messages, by one user in one room, each sent once */
export function withMessages(scenario: Scenario, texts: readonly string[]): Scenario {
	const { repeat: _, scaling: _scaling, ...rest } = scenario;
	const messages = texts.map((content) => ({
		role: "user" as const,
		content,
		entityId: "user",
		roomId: "room",
	}));
	return { ...rest, messages };
}
