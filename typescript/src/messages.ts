/** Makes the messages of an iteration from a scenario's templates, with their numbers, ids and digests. */
import { createHash } from "node:crypto";
import type { CharacterFile, Scenario } from "../../shared/types.ts";

type Fixtures = CharacterFile["fixtures"];

const ID_DIGITS = 12;
const ITERATION_DIGITS = 7;
const UNIT_SEPARATOR = "\u001f";

/** The framework expects UUIDs in this type. */
export type Id = `${string}-${string}-${string}-${string}-${string}`;

export interface PlannedMessage {
	entityId: Id;
	roomId: Id;
	text: string;
}

/** An iteration sends these messages. Rooms and users are in the order of their first appearance. */
export interface MessagePlan {
	messages: PlannedMessage[];
	rooms: Id[];
	entities: Id[];
	/** They are in the first room too, and send nothing. */
	members: Id[];
}

/** Database scenarios send nothing, but their messages name the user to whom the records belong. */
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
	const members = Array.from({ length: scenario.config.members ?? 0 }, (_, index) =>
		makeId(fixtures.memberIdPrefix, index),
	);
	return { messages, rooms: [...rooms.values()], entities: [...entities.values()], members };
}

/** A scenario's texts have the number of their message here. */
export const NUMBER_PLACE = "{n}";

/** Puts a number into its places in a text. */
export function insertNumber(text: string, number: number): string {
	return text.replaceAll(NUMBER_PLACE, String(number));
}

/** The control of a decision sends one message by the first user to the first room. */
export function planControl(plan: MessagePlan, text: string): MessagePlan {
	return { ...plan, messages: plan.messages.slice(0, 1).map((message) => ({ ...message, text })) };
}

/** @param iteration the number of the iteration in its process */
export function makeMessageId(iteration: number, index: number): Id {
	return `e${toIterationDigits(iteration)}-0000-4000-8000-${toHexDigits(index)}` as Id;
}

/** Makes an id, or a prefix, that is the given one for number 0, and another one for every other number. */
export function varyId<T extends string>(id: T, number: number): T {
	return `${id.slice(0, 1)}${toIterationDigits(number)}${id.slice(1 + ITERATION_DIGITS)}` as T;
}

/** Makes the id of a room, a user, a history memory or a record. */
export function makeId(prefix: string, number: number): Id {
	return `${prefix}${toHexDigits(number)}` as Id;
}

/** Hashes one line `id|entityId|roomId|text` per message with SHA-256, with the ids of iteration 0. */
export function digestInput({ messages }: MessagePlan): string {
	const hash = createHash("sha256");
	messages.forEach(({ entityId, roomId, text }, index) => {
		hash.update(`${makeMessageId(0, index)}|${entityId}|${roomId}|${text}\n`);
	});
	return hash.digest("hex");
}

/** Hashes one line per message with SHA-256: its non-empty reply texts, joined by U+001F. */
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

function toIterationDigits(iteration: number): string {
	return iteration.toString(16).padStart(ITERATION_DIGITS, "0");
}

function toHexDigits(number: number): string {
	return number.toString(16).padStart(ID_DIGITS, "0");
}
