/** Reads the events of a harness, within bounds: whatever it writes, the memory here does not fill up. */
import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import type { z } from "zod";
import { BYTES_PER_KB } from "../../shared/units.ts";

/** A failure with its stack is by far the longest event. */
const MOST_LINE_CHARACTERS = 1024 * BYTES_PER_KB;

export interface EventReader<Event> {
	event(event: Event): void;
	/** Called for a line that is no event. */
	garbage(line: string): void;
	/** Called for a line longer than any event. Nothing more is read after it. */
	endless(): void;
}

export class EventStream<Event> {
	readonly #channel: Readable;
	readonly #schema: z.ZodType<Event>;
	readonly #reader: EventReader<Event>;
	#stopped = false;

	/** @param schema of the protocol's events: those of a worker, or of a live harness */
	constructor(channel: Readable, schema: z.ZodType<Event>, reader: EventReader<Event>) {
		this.#channel = channel;
		this.#schema = schema;
		this.#reader = reader;
		const lines = new Lines();
		channel.on("error", () => {});
		channel.on("data", (chunk: Buffer) => {
			const whole = lines.push(chunk);
			if (whole === null) {
				this.stop();
				reader.endless();
			}
			for (const line of whole ?? []) this.#read(line);
		});
		channel.on("end", () => {
			const rest = lines.end();
			if (rest !== "") this.#read(rest);
		});
	}

	/** Reads no more. */
	stop(): void {
		this.#stopped = true;
		this.#channel.destroy();
	}

	#read(line: string): void {
		// It may have been stopped by what came before in the same chunk.
		if (this.#stopped) return;
		const event = this.#parse(line);
		if (event === null) this.#reader.garbage(line);
		else this.#reader.event(event);
	}

	#parse(line: string): Event | null {
		try {
			return this.#schema.safeParse(JSON.parse(line)).data ?? null;
		} catch {
			return null;
		}
	}
}

/** Cuts a stream into lines. */
export class Lines {
	readonly #decoder = new StringDecoder("utf8");
	#rest = "";

	/**
	 * @returns the lines that the chunk ends, without their ends; null: a line is longer than any event, and
	 * nothing more should be read
	 */
	push(chunk: Buffer): string[] | null {
		const [first = "", ...others] = this.#decoder.write(chunk).split("\n");
		const lines = [this.#rest + first, ...others];
		this.#rest = lines.pop() ?? "";
		if (this.#rest.length > MOST_LINE_CHARACTERS) return null;
		return lines.map((line) => line.replace(/\r$/, ""));
	}

	/** The text behind the end of the last line. */
	end(): string {
		return this.#rest + this.#decoder.end();
	}
}
