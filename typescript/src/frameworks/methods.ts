/**
 * Handles what differs between the published versions of the framework. A difference is found by what a
 * version offers, never by its number.
 */
import type { AgentRuntime, InMemoryDatabaseAdapter, Memory, Plugin } from "@elizaos/core";
import type { Core } from "./agent.ts";
import type { Id } from "./messages.ts";

/** The methods that create and read memories differ between versions, and those that exist are observed. */
export const CREATING_METHODS = ["createMemory", "createMemories"];
export const READING_METHODS = [
	"getMemories",
	"getMemoryById",
	"getMemoriesByIds",
	"getMemoriesByRoomIds",
	"searchMemories",
];

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

/**
 * Later versions have a model type of their own for plans and fall back to the small model. Earlier versions
 * make plans with the large model, so the large model answers there too.
 */
export function addPlannerModel({ ModelType }: Pick<Core, "ModelType">, plugin: Plugin): Plugin {
	const { ACTION_PLANNER: planner } = ModelType as { ACTION_PLANNER?: string };
	const large = plugin.models?.TEXT_LARGE;
	return planner === undefined || !large
		? plugin
		: { ...plugin, models: { ...plugin.models, [planner]: large } };
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
