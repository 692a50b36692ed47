/** A model that streams its answer in chunks, and what is seen of them where they leave it and where they arrive. */
import type { TextStreamResult } from "@elizaos/core";
import type { IterationRecord } from "../../shared/types.ts";
import { now, nsBetween } from "./clocks.ts";
import type { Contract } from "./contract.ts";
import { insertNumber } from "./messages.ts";

/** These stand in an answer for the text that is streamed. */
const CHUNKS = "{chunks}";

/** Replaces the chunks' place in an answer by the chunks. Without chunks the answer is one piece. */
export function cutAnswer(answer: string, chunks: readonly string[]): string[] {
	const [before = "", after] = answer.split(CHUNKS);
	return chunks.length === 0 || after === undefined ? [answer] : [before, ...chunks, after];
}

export function makeChunks({ fixtures }: Contract, count: number): string[] {
	return Array.from({ length: count }, (_, index) => insertNumber(fixtures.streamedChunk, index + 1));
}

/** Sees the stream of one message. */
export class StreamWatch {
	/** The chunks that arrived under the id of the first one. */
	readonly texts: string[] = [];
	/** The chunks that came under another id. */
	repeated = 0;
	#id: string | undefined;
	#firstAt: number | null = null;
	#lastAt: number | null = null;
	#modelFirstAt: number | null = null;
	#modelLastAt: number | null = null;

	/** It is handed to the framework with the message. */
	readonly receive = async (chunk: string, id?: string): Promise<void> => {
		const at = now();
		if (this.#firstAt === null) {
			this.#firstAt = at;
			this.#id = id;
		}
		if (id !== this.#id) {
			this.repeated++;
			return;
		}
		this.#lastAt = at;
		this.texts.push(chunk);
	};

	/** The mock model calls it with every chunk of text that it is about to send. */
	noteSent(): void {
		const at = now();
		this.#modelFirstAt ??= at;
		this.#modelLastAt = at;
	}

	/** @param sentAt the clock when the message was sent */
	record(sentAt: number): NonNullable<IterationRecord["streams"]>[number] {
		const since = (at: number | null) => (at === null ? null : nsBetween(sentAt, at));
		return {
			chunks: this.texts.length,
			firstNs: since(this.#firstAt),
			lastNs: since(this.#lastAt),
			modelFirstNs: since(this.#modelFirstAt),
			modelLastNs: since(this.#modelLastAt),
		};
	}
}

/** Streams an answer without a pause. The first and the last piece of several are not the text. */
export function streamAnswer(pieces: readonly string[], watch: StreamWatch | null): TextStreamResult {
	return {
		textStream: sendPieces(pieces, watch),
		text: Promise.resolve(pieces.join("")),
		usage: Promise.resolve(undefined),
		finishReason: Promise.resolve("stop"),
	};
}

async function* sendPieces(pieces: readonly string[], watch: StreamWatch | null): AsyncGenerator<string> {
	const last = pieces.length - 1;
	for (const [index, piece] of pieces.entries()) {
		if (last === 0 || (index > 0 && index < last)) watch?.noteSent();
		yield piece;
	}
}
