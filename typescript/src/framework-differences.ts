/**
 * What differs between published versions of the framework: found by what a version offers, never by its
 * number.
 */
import type { AgentRuntime, InMemoryDatabaseAdapter, Memory, Plugin } from "@elizaos/core";
import type { Core } from "./agent.ts";
import type { Id } from "./messages.ts";

/**
 * What the same step of the database is called in several versions: a version is watched where it has one.
 */
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
 * Later versions call it `createRoomParticipants`. A version that has neither raises here, with its own
 * error.
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
 * Later versions have a model type of their own for plans, and take the small model where no plugin offers
 * it. What earlier ones
 * plan with answers there too: the large model.
 */
export function addPlannerModel({ ModelType }: Pick<Core, "ModelType">, plugin: Plugin): Plugin {
	const { ACTION_PLANNER: planner } = ModelType as { ACTION_PLANNER?: string };
	const large = plugin.models?.TEXT_LARGE;
	return planner === undefined || !large
		? plugin
		: { ...plugin, models: { ...plugin.models, [planner]: large } };
}

/** What keeps memories, one record at a time. */
export interface MemoryStore {
	createMemory(memory: Memory, tableName: string): Promise<unknown>;
	getMemoryById(id: Id): Promise<Memory | null>;
	getMemories: InMemoryDatabaseAdapter["getMemories"];
}

interface Lists extends Pick<MemoryStore, "getMemories"> {
	createMemories(rows: { memory: Memory; tableName: string }[]): Promise<unknown>;
	getMemoriesByIds(ids: Id[]): Promise<Memory[]>;
}

/** Later databases take and give lists only: then a list of one. Others are used as they are. */
export function adaptMemoryStore(store: InMemoryDatabaseAdapter | AgentRuntime): MemoryStore {
	const offered = store as unknown as Partial<MemoryStore> & Lists;
	if (offered.createMemory && offered.getMemoryById) return store;
	return {
		createMemory: (memory, tableName) => offered.createMemories([{ memory, tableName }]),
		getMemoryById: async (id) => (await offered.getMemoriesByIds([id]))[0] ?? null,
		getMemories: (query) => offered.getMemories(query),
	};
}
