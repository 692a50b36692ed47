/**
 * Cuts the two directions of a connection into messages of PostgreSQL's protocol, version 3
 * (https://www.postgresql.org/docs/16/protocol-message-formats.html). It keeps only what is asked for, so
 * that no row fills the memory here.
 */

const VERSION_3 = 3 << 16;
const SSL_REQUEST = 80877103;
const GSS_REQUEST = 80877104;
const CANCEL_REQUEST = 80877102;
/** The server takes no longer first packet either. */
const LONGEST_STARTUP_BYTES = 10_000;
/** A message is its type, one byte, and its length, four bytes, which count themselves. */
const HEADER_BYTES = 5;
const LENGTH_BYTES = 4;

export interface Message {
	/** One letter. */
	type: string;
	/** The beginning of its body. */
	body: Buffer;
}

/** Reads the messages of one direction, in whatever pieces they come. */
export class MessageReader {
	readonly #kept: ReadonlyMap<string, number>;
	readonly #onMessage: (message: Message) => void;
	readonly #header = Buffer.alloc(HEADER_BYTES);
	#headerBytes = 0;
	/** What is still to come of the body of the message under way. */
	#toCome = 0;
	#toKeep = 0;
	#pieces: Buffer[] = [];
	#broken = false;

	/**
	 * @param kept so many bytes of the bodies of these types are handed on; none of the others
	 * @param onMessage called at the end of every message
	 */
	constructor(kept: ReadonlyMap<string, number>, onMessage: (message: Message) => void) {
		this.#kept = kept;
		this.#onMessage = onMessage;
	}

	/** Nothing more is read once a length was impossible: then it is another protocol. */
	push(chunk: Buffer): void {
		let at = 0;
		while (at < chunk.length && !this.#broken) {
			if (this.#headerBytes < HEADER_BYTES) {
				const taken = chunk.copy(this.#header, this.#headerBytes, at);
				this.#headerBytes += taken;
				at += taken;
				if (this.#headerBytes === HEADER_BYTES) this.#begin();
			} else {
				const piece = chunk.subarray(at, at + this.#toCome);
				const kept = piece.subarray(0, this.#toKeep);
				if (kept.length > 0) this.#pieces.push(Buffer.from(kept));
				this.#toKeep -= kept.length;
				this.#toCome -= piece.length;
				at += piece.length;
			}
			if (this.#headerBytes === HEADER_BYTES && this.#toCome === 0) this.#end();
		}
	}

	get #type(): string {
		return String.fromCharCode(this.#header[0] ?? 0);
	}

	#begin(): void {
		const length = this.#header.readUInt32BE(1);
		this.#broken = length < LENGTH_BYTES;
		this.#toCome = Math.max(0, length - LENGTH_BYTES);
		this.#toKeep = this.#kept.get(this.#type) ?? 0;
	}

	#end(): void {
		const message = { type: this.#type, body: Buffer.concat(this.#pieces) };
		this.#pieces = [];
		this.#headerBytes = 0;
		if (!this.#broken) this.#onMessage(message);
	}
}

/** The first packet of a client, which has no type. */
export type FirstPacket =
	| { kind: "incomplete" }
	/** It asks for encryption. */
	| { kind: "encryption"; bytes: number }
	| { kind: "startup"; bytes: number; parameters: ReadonlyMap<string, string> }
	/** It asks to cancel a statement of another connection. */
	| { kind: "cancel" }
	/** It is no packet of this protocol. */
	| { kind: "unknown" };

/** @param data what a client has sent so far */
export function parseFirstPacket(data: Buffer): FirstPacket {
	if (data.length < 2 * LENGTH_BYTES) return { kind: "incomplete" };
	const [bytes, code] = [data.readUInt32BE(0), data.readUInt32BE(LENGTH_BYTES)];
	if (bytes < 2 * LENGTH_BYTES || bytes > LONGEST_STARTUP_BYTES) return { kind: "unknown" };
	if (data.length < bytes) return { kind: "incomplete" };
	if (code === SSL_REQUEST || code === GSS_REQUEST) return { kind: "encryption", bytes };
	if (code === CANCEL_REQUEST) return { kind: "cancel" };
	if (code >> 16 !== VERSION_3 >> 16) return { kind: "unknown" };
	const words = data.toString("utf8", 2 * LENGTH_BYTES, bytes).split("\0");
	const parameters = new Map<string, string>();
	for (let index = 0; words[index]; index += 2) parameters.set(words[index] ?? "", words[index + 1] ?? "");
	return { kind: "startup", bytes, parameters };
}

/** The text of a statement in a body of Query or Parse, as far as it was kept. */
export function statementText({ type, body }: Message): string {
	// A Parse message begins with the name of the prepared statement.
	const from = type === "P" ? body.indexOf(0) + 1 : 0;
	const end = body.indexOf(0, from);
	return body.toString("utf8", from, end < 0 ? body.length : end);
}

/** The first word of a CommandComplete's tag, such as `SELECT 3`. */
export function commandWord({ body }: Message): string {
	return body.toString("utf8").split(/[\s\0]/, 1)[0] ?? "";
}
