/** Seeds a database before the first message, and reads back what is in it. */
import type { InMemoryDatabaseAdapter, Memory } from "@elizaos/core";
import type { WorkLedger } from "../../shared/types.ts";
import type { Agent } from "./agent.ts";
import { countBookkeeping } from "./bookkeeping.ts";
import type { Contract } from "./contract.ts";
import { callFramework } from "./failure.ts";
import type { Framework } from "./frameworks/framework.ts";
import { adaptMemoryStore, addParticipants } from "./frameworks/methods.ts";
import { GROUP } from "./frameworks/options.ts";
import { type Id, insertNumber, type MessagePlan, makeId, type PlannedMessage, varyId } from "./messages.ts";
import { makeMemberName } from "./provided-texts.ts";

/** The framework keeps messages in this table. */
export const MESSAGES = "messages";

/** The agent whose database is seeded. */
export type Owner = Pick<Agent, "agentId" | "runtime">;

/** What the rooms of an agent have in common. */
export interface World {
	id: Id;
	/** Tells this world's server from those of other agents, or of the same agent's other iterations. */
	number: number;
}

/** Creates the world, rooms, users and participants, in the order in which they need each other. */
export async function seedDatabase(
	{ runtime, agentId }: Owner,
	{ bootstrap }: Pick<Framework, "bootstrap">,
	contract: Contract,
	plan: MessagePlan,
	world: World,
): Promise<void> {
	const { fixtures, character } = contract;
	const { ofWorld } = describeServer(fixtures, bootstrap !== null, world);
	await callFramework(() =>
		runtime.createWorld({ id: world.id, name: fixtures.worldName, agentId, ...ofWorld }),
	);
	const entity = (id: Id, name: string) => ({ id, names: [name], agentId, metadata: {} });
	const users = plan.entities.map((id, index) => entity(id, nameUser(index)));
	const members = plan.members.map((id, index) => entity(id, makeMemberName(fixtures, index)));
	const known = await callFramework(() => runtime.getEntityById(agentId));
	const own = known ? [] : [entity(agentId, character.name)];
	await callFramework(() => runtime.createEntities([...own, ...users, ...members]));
	const rooms = new RoomMaker({ runtime, agentId }, bootstrap !== null, contract, world);
	for (const [index, id] of plan.rooms.entries()) {
		const present = plan.messages.filter(({ roomId }) => roomId === id).map(({ entityId }) => entityId);
		await rooms.make(id, index, [...new Set(present)], index === 0 ? plan.members : []);
	}
}

/**
 * Adds users, each in a room of their own, to a database that has been seeded.
 * @param atOnce the number of rooms that are made at a time
 */
export async function addUsers(
	owner: Owner,
	{ bootstrap }: Pick<Framework, "bootstrap">,
	contract: Contract,
	world: World,
	users: readonly { number: number; entityId: Id; roomId: Id }[],
	atOnce: number,
): Promise<void> {
	const { runtime, agentId } = owner;
	const entities = users.map(({ entityId, number }) => ({
		id: entityId,
		names: [nameUser(number)],
		agentId,
		metadata: {},
	}));
	await callFramework(() => runtime.createEntities(entities));
	const rooms = new RoomMaker(owner, bootstrap !== null, contract, world);
	await inGroups(users, atOnce, ({ number, entityId, roomId }) => rooms.make(roomId, number, [entityId], []));
}

/** Does something for all, so many at a time. */
export async function inGroups<T>(
	all: readonly T[],
	atOnce: number,
	work: (one: T) => Promise<void>,
): Promise<void> {
	for (let first = 0; first < all.length; first += atOnce)
		await Promise.all(all.slice(first, first + atOnce).map(work));
}

class RoomMaker {
	readonly #owner: Owner;
	readonly #common: object;

	constructor(owner: Owner, hasOwnBootstrap: boolean, { fixtures }: Contract, world: World) {
		this.#owner = owner;
		this.#common = {
			agentId: owner.agentId,
			source: fixtures.source,
			type: GROUP,
			worldId: world.id,
			...describeServer(fixtures, hasOwnBootstrap, world).ofRoom,
		};
	}

	/** @param senders who sends messages in the room; members send none */
	async make(id: Id, index: number, senders: readonly Id[], members: readonly Id[]): Promise<void> {
		const { runtime, agentId } = this.#owner;
		const room = { id, name: `Room ${index + 1}`, ...this.#common };
		await callFramework(() => runtime.createRoom(room as Parameters<typeof runtime.createRoom>[0]));
		await callFramework(() => addParticipants(runtime, [...senders, agentId, ...members], id));
	}
}

function nameUser(index: number): string {
	return `User ${index + 1}`;
}

/** Where older memories go: to these rooms in turn; those of a room are by its user and the agent in turn. */
export interface HistoryPlan {
	agentId: Id;
	rooms: readonly { entityId: Id; roomId: Id }[];
	idPrefix: string;
	/** The number of the first one, and one more than that of the last. */
	from: number;
	to: number;
	/** The number of memories that are stored at a time. */
	atOnce: number;
}

export async function storeHistory(
	adapter: InMemoryDatabaseAdapter,
	contract: Contract,
	{ agentId, rooms, idPrefix, from, to, atOnce }: HistoryPlan,
): Promise<void> {
	const { fixtures } = contract;
	const started = Date.now();
	const store = adaptMemoryStore(adapter);
	const numbers = Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
	await inGroups(numbers, atOnce, async (index) => {
		const room = rooms[index % rooms.length];
		if (!room) return;
		const record = buildMemory(contract, {
			id: makeId(idPrefix, index),
			agentId,
			entityId: Math.floor(index / rooms.length) % 2 === 0 ? room.entityId : agentId,
			roomId: room.roomId,
			text: insertNumber(fixtures.historyText, index + 1),
			createdAt: started - (to - index) * fixtures.historyIntervalMs,
		});
		await callFramework(() => store.createMemory(record, MESSAGES));
	});
}

/**
 * Versions with a bootstrap of its own look for the server in the room too, some of them by another name:
 * where it is missing they log an error with every message. Some keep what they found of a server in their
 * module, where nothing can make them forget it, so it is another server in every iteration.
 */
function describeServer(
	fixtures: Contract["fixtures"],
	hasOwnBootstrap: boolean,
	{ number }: World,
): { ofWorld: { messageServerId: Id }; ofRoom: object } {
	if (!hasOwnBootstrap) return { ofWorld: { messageServerId: fixtures.messageServerId as Id }, ofRoom: {} };
	const messageServerId = varyId(fixtures.messageServerId as Id, number);
	const server = { messageServerId, serverId: messageServerId };
	return { ofWorld: server, ofRoom: server };
}

/** Builds a message in the form in which the framework itself stores one. */
export function buildMemory(
	{ fixtures }: Contract,
	{
		id,
		agentId = fixtures.agentId as Id,
		entityId,
		roomId,
		text,
		createdAt,
	}: PlannedMessage & { id: Id; agentId?: Id; createdAt: number },
): Memory {
	return { id, agentId, entityId, roomId, content: { text, source: fixtures.source }, createdAt } as Memory;
}

/** Counts the seeded history records in the first room. */
export async function countSeededHistory(
	adapter: InMemoryDatabaseAdapter,
	{ fixtures }: Contract,
	{ rooms: [roomId] }: MessagePlan,
): Promise<number> {
	if (!roomId) return 0;
	const found = await adapter.getMemories({ tableName: MESSAGES, roomId });
	return found.filter(({ id }) => id?.startsWith(fixtures.historyIdPrefix)).length;
}

/**
 * Counts the messages in every room by author, without the seeded history.
 * @param replies the texts that the callbacks got
 */
export async function countStoredMessages(
	adapter: InMemoryDatabaseAdapter,
	{ fixtures }: Contract,
	plan: MessagePlan,
	replies: ReadonlySet<string>,
): Promise<WorkLedger["stored"]> {
	const rows: WorkLedger["stored"] = [];
	for (const roomId of plan.rooms) {
		const found = (await adapter.getMemories({ tableName: MESSAGES, roomId })).filter(
			({ id }) => !id?.startsWith(fixtures.historyIdPrefix),
		);
		for (const author of ["user", "agent", "other"] as const) {
			const own = found.filter(({ entityId }) => classifyAuthor(entityId, fixtures.agentId, plan) === author);
			const bookkeeping = countBookkeeping(own, replies);
			if (own.length > 0)
				rows.push({ roomId, author, records: own.length, ...(bookkeeping > 0 ? { bookkeeping } : {}) });
		}
	}
	return rows;
}

/**
 * Reads one stored message twice. The result is true if no reader can change what the other one got, and null
 * if nothing is stored.
 */
export async function areReadsCopied(
	adapter: InMemoryDatabaseAdapter,
	{ rooms: [roomId] }: MessagePlan,
): Promise<boolean | null> {
	if (!roomId) return null;
	const [first] = await adapter.getMemories({ tableName: MESSAGES, roomId });
	const again = (await adapter.getMemories({ tableName: MESSAGES, roomId })).find(
		({ id }) => id === first?.id,
	);
	return first && again ? first !== again && first.content !== again.content : null;
}

function classifyAuthor(
	entityId: string,
	agentId: string,
	{ entities }: MessagePlan,
): "user" | "agent" | "other" {
	if (entityId === agentId) return "agent";
	return entities.some((id) => id === entityId) ? "user" : "other";
}
