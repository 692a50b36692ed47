/**
 * Core's own `InMemoryDatabaseAdapter`: filling it before the first message and reading back what is in it.
 * Nothing of it is replaced.
 */
import type { AgentRuntime, InMemoryDatabaseAdapter, Memory } from "@elizaos/core";
import type { Scenario, WorkLedger } from "../../shared/types.ts";
import type { Contract } from "./contract.ts";
import { guarded } from "./failure.ts";
import { addParticipants, memoryStore } from "./framework-differences.ts";
import { type Id, type Plan, prefixedId } from "./messages.ts";

/** The table that the framework keeps messages in. */
export const MESSAGES = "messages";

/** `ChannelType.GROUP`; the enum itself would be an import of the framework before its import is timed. */
const GROUP = "GROUP";

/** World, rooms, users, participants, and the history of the first room. */
export async function seed(
	runtime: AgentRuntime,
	adapter: InMemoryDatabaseAdapter,
	contract: Contract,
	scenario: Scenario,
	plan: Plan,
): Promise<void> {
	const { fixtures, character } = contract;
	const agentId = fixtures.agentId as Id;
	const worldId = fixtures.worldId as Id;
	const world = {
		id: worldId,
		name: fixtures.worldName,
		agentId,
		messageServerId: fixtures.messageServerId as Id,
	};
	await guarded(() => runtime.createWorld(world));
	const agent = { id: agentId, names: [character.name], agentId, metadata: {} };
	const users = plan.entities.map((id, index) => ({
		id,
		names: [`User ${index + 1}`],
		agentId,
		metadata: {},
	}));
	const known = await guarded(() => runtime.getEntityById(agentId));
	await guarded(() => runtime.createEntities(known ? users : [agent, ...users]));
	for (const [index, id] of plan.rooms.entries()) {
		const room = { id, name: `Room ${index + 1}`, agentId, source: fixtures.source, type: GROUP, worldId };
		await guarded(() => runtime.createRoom(room as Parameters<typeof runtime.createRoom>[0]));
		const present = plan.messages.filter(({ roomId }) => roomId === id).map(({ entityId }) => entityId);
		const participants = [...new Set(present), agentId];
		await guarded(() => addParticipants(runtime, participants, id));
	}
	const [room, user] = [plan.rooms[0], plan.entities[0]];
	const started = Date.now();
	const store = memoryStore(adapter);
	for (let index = 0; index < scenario.config.history && room && user; index++) {
		const id = prefixedId(fixtures.historyIdPrefix, index);
		const age = (scenario.config.history - index) * fixtures.historyIntervalMs;
		const entityId = index % 2 === 0 ? user : agentId;
		const record = memoryRecord(contract, {
			id,
			roomId: room,
			entityId,
			number: index + 1,
			createdAt: started - age,
		});
		await guarded(() => store.createMemory(record, MESSAGES));
	}
}

/** A message as the framework itself stores one. */
export function memoryRecord(
	{ fixtures }: Contract,
	{
		id,
		roomId,
		entityId,
		number,
		createdAt,
	}: { id: Id; roomId: Id; entityId: Id; number: number; createdAt: number },
): Memory {
	const text = fixtures.historyText.replaceAll("{n}", String(number));
	return {
		id,
		agentId: fixtures.agentId,
		entityId,
		roomId,
		content: { text, source: fixtures.source },
		createdAt,
	} as Memory;
}

/** Messages found in the rooms after an iteration, without the seeded history. */
export async function storedMessages(
	adapter: InMemoryDatabaseAdapter,
	{ fixtures }: Contract,
	plan: Plan,
): Promise<WorkLedger["stored"]> {
	const rows: WorkLedger["stored"] = [];
	for (const roomId of plan.rooms) {
		const found = (await adapter.getMemories({ tableName: MESSAGES, roomId })).filter(
			({ id }) => !id?.startsWith(fixtures.historyIdPrefix),
		);
		for (const author of ["user", "agent", "other"] as const) {
			const records = found.filter(
				({ entityId }) => authorOf(entityId, fixtures.agentId, plan) === author,
			).length;
			if (records > 0) rows.push({ roomId, author, records });
		}
	}
	return rows;
}

/**
 * Whether two reads of one stored message share nothing that a reader could change for the other; null where
 * none is stored.
 */
export async function readsCopied(
	adapter: InMemoryDatabaseAdapter,
	{ rooms: [roomId] }: Plan,
): Promise<boolean | null> {
	if (!roomId) return null;
	const [first] = await adapter.getMemories({ tableName: MESSAGES, roomId });
	const again = (await adapter.getMemories({ tableName: MESSAGES, roomId })).find(
		({ id }) => id === first?.id,
	);
	return first && again ? first !== again && first.content !== again.content : null;
}

function authorOf(entityId: string, agentId: string, { entities }: Plan): "user" | "agent" | "other" {
	if (entityId === agentId) return "agent";
	return entities.some((id) => id === entityId) ? "user" : "other";
}
