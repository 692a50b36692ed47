/** From a scenario's message templates to the messages of an iteration: numbers, ids, digests. */
import { createHash } from "node:crypto";
import type { CharacterFile, Scenario } from "../../shared/types.ts";

type Fixtures = CharacterFile["fixtures"];

const ID_DIGITS = 12;
const ITERATION_DIGITS = 7;
const UNIT_SEPARATOR = "\u001f";

/** UUIDs, with the type that the framework wants for them. */
export type Id = `${string}-${string}-${string}-${string}-${string}`;

export interface PlannedMessage {
	entityId: Id;
	roomId: Id;
	text: string;
}

/** What one iteration sends, and the rooms and users it needs, in order of first appearance. */
export interface MessagePlan {
	messages: PlannedMessage[];
	rooms: Id[];
	entities: Id[];
}

/** Database scenarios send nothing, but their messages name the user of their records. */
export function planMessages(scenario: Scenario, fixtures: Fixtures): MessagePlan {
	const rooms = new Map<string, Id>();
	const entities = new Map<string, Id>();
	const total = scenario.repeat ?? scenario.messages.length;
	const messages = Array.from({ length: total }, (_, index) => {
		const template = scenario.messages[index % scenario.messages.length];
		if (!template) throw new RangeError(`scenario ${scenario.id} has no messages`);
		const fill = (text: string) => insertNumber(text, index + 1);
		return {
			entityId: assignId(entities, fill(template.entityId), fixtures.entityIdPrefix),
			roomId: assignId(rooms, fill(template.roomId), fixtures.roomIdPrefix),
			text: fill(template.content),
		};
	});
	return { messages, rooms: [...rooms.values()], entities: [...entities.values()] };
}

/** Puts a number into the `{n}` of a text. */
export function insertNumber(text: string, number: number): string {
	return text.replaceAll("{n}", String(number));
}

/** One message to the first room by the first user: the control of a decision. */
export function planControl({ messages, rooms, entities }: MessagePlan, text: string): MessagePlan {
	return { messages: messages.slice(0, 1).map((message) => ({ ...message, text })), rooms, entities };
}

/** @param iteration the iteration's number in its process */
export function makeMessageId(iteration: number, index: number): Id {
	return `e${iteration.toString(16).padStart(ITERATION_DIGITS, "0")}-0000-4000-8000-${toHexDigits(index)}` as Id;
}

/** An id of a prefix and a number, for rooms, users, history and records. */
export function makeId(prefix: string, number: number): Id {
	return `${prefix}${toHexDigits(number)}` as Id;
}

/** SHA-256 over one line `id|entityId|roomId|text` per message, ids as in iteration 0. */
export function digestInput({ messages }: MessagePlan): string {
	const hash = createHash("sha256");
	messages.forEach(({ entityId, roomId, text }, index) => {
		hash.update(`${makeMessageId(0, index)}|${entityId}|${roomId}|${text}\n`);
	});
	return hash.digest("hex");
}

/** SHA-256 over one line per message: its non-empty reply texts, joined by U+001F. */
export function digestReplies(replies: readonly string[][]): string {
	const hash = createHash("sha256");
	for (const texts of replies) hash.update(`${texts.filter((text) => text !== "").join(UNIT_SEPARATOR)}\n`);
	return hash.digest("hex");
}

function assignId(known: Map<string, Id>, name: string, prefix: string): Id {
	const id = known.get(name) ?? makeId(prefix, known.size);
	known.set(name, id);
	return id;
}

function toHexDigits(number: number): string {
	return number.toString(16).padStart(ID_DIGITS, "0");
}
