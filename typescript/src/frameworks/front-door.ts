/**
 * Hands a message to the framework by its public entry point. Later versions have a message service. Earlier
 * ones answer an event, whose emission resolves once the message is answered and evaluated.
 */
import type { AgentRuntime } from "@elizaos/core";
import type { Sender } from "../iteration.ts";

export const MESSAGE_EVENT = "MESSAGE_RECEIVED";

type EventDoor = (event: string, payload: object) => Promise<void>;

export const sendToFramework: Sender = ({ runtime, message, callback, onStreamChunk }) => {
	const { messageService } = runtime;
	if (messageService && onStreamChunk)
		return messageService.handleMessage(runtime, message, callback, { onStreamChunk });
	if (messageService) return messageService.handleMessage(runtime, message, callback);
	return emitMessage(runtime, { runtime, message, callback, source: message.content.source });
};

/** Such a version does not say whether it responded. */
async function emitMessage(runtime: AgentRuntime, payload: object): Promise<{ didRespond?: undefined }> {
	const { emitEvent } = runtime as unknown as { emitEvent: EventDoor };
	if (!(runtime.getEvent(MESSAGE_EVENT)?.length ?? 0))
		throw new Error(`the runtime has no message service, and nothing that listens to ${MESSAGE_EVENT}`);
	await emitEvent.call(runtime, MESSAGE_EVENT, payload);
	return {};
}
