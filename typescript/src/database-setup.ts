/** Seeds a database before the first message, and reads back what is in it. */
import type { AgentRuntime, InMemoryDatabaseAdapter, Memory } from "@elizaos/core";
import type { Scenario, WorkLedger } from "../../shared/types.ts";
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

/**
 * Creates the world, rooms, users and participants, in the order in which they need each other. The number is
 * that of the iteration in its process.
 */
export async function seedDatabase(
	{ runtime }: { runtime: AgentRuntime },
	{ bootstrap }: Pick<Framework, "bootstrap">,
	contract: Contract,
	{ plan, number }: { plan: MessagePlan; number: number },
): Promise<void> {
	const { fixtures, character } = contract;
	const agentId = fixtures.agentId as Id;
	const worldId = fixtures.worldId as Id;
	const server = describeServer(fixtures, bootstrap !== null, number);
	const world = { id: worldId, name: fixtures.worldName, agentId, ...server.ofWorld };
	await callFramework(() => runtime.createWorld(world));
	const agent = { id: agentId, names: [character.name], agentId, metadata: {} };
	const users = plan.entities.map((id, index) => ({
		id,
		names: [`User ${index + 1}`],
		agentId,
		metadata: {},
	}));
	const members = plan.members.map((id, index) => ({
		id,
		names: [makeMemberName(fixtures, index)],
		agentId,
		metadata: {},
	}));
	const known = await callFramework(() => runtime.getEntityById(agentId));
	await callFramework(() => runtime.createEntities([...(known ? [] : [agent]), ...users, ...members]));
	for (const [index, id] of plan.rooms.entries()) {
		const room = {
			id,
			name: `Room ${index + 1}`,
			agentId,
			source: fixtures.source,
			type: GROUP,
			worldId,
			...server.ofRoom,
		};
		await callFramework(() => runtime.createRoom(room as Parameters<typeof runtime.createRoom>[0]));
		const present = plan.messages.filter(({ roomId }) => roomId === id).map(({ entityId }) => entityId);
		const participants = [...new Set(present), agentId, ...(index === 0 ? plan.members : [])];
		await callFramework(() => addParticipants(runtime, participants, id));
	}
}

/** Stores the history of the first room. */
export async function storeHistory(
	adapter: InMemoryDatabaseAdapter,
	contract: Contract,
	scenario: Scenario,
	plan: MessagePlan,
): Promise<void> {
	const { fixtures } = contract;
	const agentId = fixtures.agentId as Id;
	const [room, user] = [plan.rooms[0], plan.entities[0]];
	const started = Date.now();
	const store = adaptMemoryStore(adapter);
	for (let index = 0; index < scenario.config.history && room && user; index++) {
		const id = makeId(fixtures.historyIdPrefix, index);
		const age = (scenario.config.history - index) * fixtures.historyIntervalMs;
		const entityId = index % 2 === 0 ? user : agentId;
		const record = buildMemory(contract, {
			id,
			entityId,
			roomId: room,
			text: insertNumber(fixtures.historyText, index + 1),
			createdAt: started - age,
		});
		await callFramework(() => store.createMemory(record, MESSAGES));
	}
}

/**
 * Versions with a bootstrap of its own look for the server in the room too, some of them by another name:
 * where it is missing they log an error with every message. Some keep what they found of a server in their
 * module, where nothing can make them forget it, so it is another server in every iteration.
 */
function describeServer(
	fixtures: Contract["fixtures"],
	hasOwnBootstrap: boolean,
	number: number,
): { ofWorld: { messageServerId: Id }; ofRoom: object } {
	if (!hasOwnBootstrap) return { ofWorld: { messageServerId: fixtures.messageServerId as Id }, ofRoom: {} };
	const messageServerId = varyId(fixtures.messageServerId, number);
	const server = { messageServerId, serverId: messageServerId };
	return { ofWorld: server, ofRoom: server };
}

/** Builds a message in the form in which the framework itself stores one. */
export function buildMemory(
	{ fixtures: { agentId, source } }: Contract,
	{ id, entityId, roomId, text, createdAt }: PlannedMessage & { id: Id; createdAt: number },
): Memory {
	return { id, agentId, entityId, roomId, content: { text, source }, createdAt } as Memory;
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
