/**
 * Where core brings its bootstrap it stores what it replies. Where the bootstrap is a package of its own it
 * hands the reply to the callback, and the server that is published with that version stores it there. The
 * harness does as that server does: the same memory, within the message.
 */
import { randomUUID } from "node:crypto";
import type { AgentRuntime, Content, HandlerCallback, Memory } from "@elizaos/core";
import { MESSAGES } from "../database-setup.ts";
import type { Framework } from "./framework.ts";

/** @param texts gets the text of every reply. A reply without a text adds an empty one. */
export function makeCallback(
	{ bootstrap }: Framework,
	runtime: AgentRuntime,
	message: Memory,
	texts: string[],
): HandlerCallback {
	if (!bootstrap)
		return async (content) => {
			texts.push(content.text ?? "");
			return [];
		};
	return async (content) => {
		const text = content.text ?? "";
		texts.push(text);
		return text === "" ? [] : [await storeReply(runtime, message, content)];
	};
}

async function storeReply(runtime: AgentRuntime, message: Memory, content: Content): Promise<Memory> {
	const { agentId } = runtime;
	const { roomId, worldId } = message;
	const { responseId } = content as { responseId?: Memory["id"] };
	const reply = {
		id: responseId ?? randomUUID(),
		entityId: agentId,
		agentId,
		roomId,
		worldId,
		content,
		createdAt: Date.now(),
	} as Memory;
	await runtime.createMemory(reply, MESSAGES);
	return reply;
}
