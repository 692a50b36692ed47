/** What differs between published versions of the framework: found by what a version offers, never by its number. */
import type { AgentRuntime, Plugin } from "@elizaos/core";
import type { Core } from "./agent.ts";
import type { Id } from "./messages.ts";

type Participants = (entityIds: Id[], roomId: Id) => Promise<boolean>;

/** Later versions call it `createRoomParticipants`. A version that has neither raises here, with its own error. */
export function addParticipants(runtime: AgentRuntime, entityIds: Id[], roomId: Id): Promise<boolean> {
	const offered = runtime as unknown as { addParticipantsRoom: Participants; createRoomParticipants?: Participants };
	return offered.createRoomParticipants
		? offered.createRoomParticipants(entityIds, roomId)
		: offered.addParticipantsRoom(entityIds, roomId);
}

/**
 * Later versions have a model type of their own for plans, and take the small model where no plugin offers it. What earlier ones
 * plan with answers there too: the large model.
 */
export function withPlanner({ ModelType }: Pick<Core, "ModelType">, plugin: Plugin): Plugin {
	const { ACTION_PLANNER: planner } = ModelType as { ACTION_PLANNER?: string };
	const large = plugin.models?.["TEXT_LARGE"];
	return planner === undefined || !large ? plugin : { ...plugin, models: { ...plugin.models, [planner]: large } };
}
