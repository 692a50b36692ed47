/** Calls the methods that seed and read a database by the names and shapes that a version has. */
import type { AgentRuntime, InMemoryDatabaseAdapter, Memory } from "@elizaos/core";
import type { Id } from "../messages.ts";

type Participants = (entityIds: Id[], roomId: Id) => Promise<boolean>;

/**
 * Later versions name this method `createRoomParticipants`. A version that has neither method raises its own
 * error here.
 */
export function addParticipants(runtime: AgentRuntime, entityIds: Id[], roomId: Id): Promise<boolean> {
	const offered = runtime as unknown as {
		addParticipantsRoom: Participants;
		createRoomParticipants?: Participants;
	};
	return offered.createRoomParticipants
		? offered.createRoomParticipants(entityIds, roomId)
		: offered.addParticipantsRoom(entityIds, roomId);
}

/** This store takes and returns one memory at a time. */
export interface MemoryStore {
	createMemory(memory: Memory, tableName: string): Promise<unknown>;
	getMemoryById(id: Id): Promise<Memory | null>;
	getMemories: InMemoryDatabaseAdapter["getMemories"];
}

interface Lists extends Pick<MemoryStore, "getMemories"> {
	createMemories(rows: { memory: Memory; tableName: string }[]): Promise<unknown>;
	getMemoriesByIds(ids: Id[]): Promise<Memory[]>;
}

/** Later versions take and return lists only, so they are called with lists of one. */
export function adaptMemoryStore(store: InMemoryDatabaseAdapter | AgentRuntime): MemoryStore {
	const offered = store as unknown as Partial<MemoryStore> & Lists;
	if (offered.createMemory && offered.getMemoryById) return store;
	return {
		createMemory: (memory, tableName) => offered.createMemories([{ memory, tableName }]),
		getMemoryById: async (id) => (await offered.getMemoriesByIds([id]))[0] ?? null,
		getMemories: (query) => offered.getMemories(query),
	};
}
