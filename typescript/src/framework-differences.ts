/** What differs between published versions of the framework: found by what a version offers, never by its number. */
import type { AgentRuntime } from "@elizaos/core";
import type { Id } from "./messages.ts";

type Participants = (entityIds: Id[], roomId: Id) => Promise<boolean>;

/** Later versions call it `createRoomParticipants`. A version that has neither raises here, with its own error. */
export function addParticipants(runtime: AgentRuntime, entityIds: Id[], roomId: Id): Promise<boolean> {
	const offered = runtime as unknown as { addParticipantsRoom: Participants; createRoomParticipants?: Participants };
	return offered.createRoomParticipants
		? offered.createRoomParticipants(entityIds, roomId)
		: offered.addParticipantsRoom(entityIds, roomId);
}
