/**
 * This file computes the messages of a scenario independently of the harnesses: all three must report the
 * same digest of them.
 */
import { createHash } from "node:crypto";
import { type CharacterFile, type Scenario, sendsMessages } from "../../shared/types.ts";

/** The number behind an id prefix has this many hex digits. */
const ID_DIGITS = 12;

export interface InputMessage {
	id: string;
	entityId: string;
	roomId: string;
	text: string;
}

/**
 * Returns the messages of one iteration with the ids of a process's iteration 0 (docs/harness-contract.md);
 * none where it sends none.
 * @throws {RangeError} for a scenario without messages
 */
export function inputMessages(scenario: Scenario, fixtures: CharacterFile["fixtures"]): InputMessage[] {
	const rooms = new Map<string, number>();
	const entities = new Map<string, number>();
	const total = sendsMessages(scenario) ? (scenario.repeat ?? scenario.messages.length) : 0;
	return Array.from({ length: total }, (_, index) => {
		const message = scenario.messages[index % scenario.messages.length];
		if (!message) throw new RangeError(`scenario ${scenario.id} has no messages`);
		const insertNumber = (text: string) => text.replaceAll("{n}", String(index + 1));
		return {
			id: `e0000000-0000-4000-8000-${hex(index)}`,
			entityId: fixtures.entityIdPrefix + hex(numberOf(entities, insertNumber(message.entityId))),
			roomId: fixtures.roomIdPrefix + hex(numberOf(rooms, insertNumber(message.roomId))),
			text: insertNumber(message.content),
		};
	});
}

/** Returns the texts that a message has to be answered with, with all that the model streams. */
export function expectedReplies(
	{ expect, config }: Pick<Scenario, "expect" | "config">,
	{ streamedChunk }: CharacterFile["fixtures"],
): string[] {
	const chunks = Array.from({ length: config.streamedChunks ?? 0 }, (_, index) =>
		streamedChunk.replaceAll("{n}", String(index + 1)),
	).join("");
	return expect.replies.map((text) => text.replaceAll("{chunks}", chunks));
}

/** Returns the SHA-256 over one line `id|entityId|roomId|text` per message, in hex. */
export function inputDigest(messages: readonly InputMessage[]): string {
	const hash = createHash("sha256");
	for (const { id, entityId, roomId, text } of messages) hash.update(`${id}|${entityId}|${roomId}|${text}\n`);
	return hash.digest("hex");
}

function numberOf(names: Map<string, number>, name: string): number {
	const known = names.get(name);
	if (known !== undefined) return known;
	names.set(name, names.size);
	return names.size - 1;
}

function hex(number: number): string {
	return number.toString(16).padStart(ID_DIGITS, "0");
}
