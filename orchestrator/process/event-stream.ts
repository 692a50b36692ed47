/**
 * What a harness writes, within bounds: however much it says, neither the disk nor the orchestrator's memory
 * fills up.
 */
import { closeSync, fstatSync, ftruncateSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { readOptional } from "../machine/kernel.ts";

const KB = 1024;
export const LOG_HEAD_BYTES = 512 * KB;
export const LOG_TAIL_BYTES = 64 * KB;
const TAIL_LINES = 5;
/** Of the lines that go into an error report. */
const TAIL_CHARACTERS = 2000;

/**
 * The file that a harness's standard output and error go to: whole up to a limit; beyond it its beginning, a
 * line on what is left out, and its end. A file
 * and no pipe, which a full buffer or an engine's non-blocking mode would make part of the measurement: so it
 * has to be trimmed from time to time.
 */
export class Log {
	/** For both descriptors of the process: it writes at the end, wherever that is. */
	readonly fd: number;
	#leftOut = 0;
	/** The newest of what is left out. */
	#end: Buffer = Buffer.alloc(0);

	/** @throws the system's error when the file cannot be made */
	constructor(path: string) {
		rmSync(path, { force: true });
		this.fd = openSync(path, "a+");
	}

	/** Takes what is beyond the limit off the disk. */
	trim(): void {
		const { size } = fstatSync(this.fd);
		if (size <= LOG_HEAD_BYTES + LOG_TAIL_BYTES) return;
		this.#end = this.#read(size - LOG_TAIL_BYTES, LOG_TAIL_BYTES);
		this.#leftOut += size - LOG_HEAD_BYTES;
		ftruncateSync(this.fd, LOG_HEAD_BYTES);
	}

	/**
	 * When the process is gone: puts the end in its place, where something was left out, and closes the file.
	 */
	close(): void {
		try {
			this.trim();
			if (this.#leftOut === 0) return;
			// What came after the last cut.
			const { size } = fstatSync(this.fd);
			const end = Buffer.concat([this.#end, this.#read(LOG_HEAD_BYTES, size - LOG_HEAD_BYTES)]).subarray(
				-LOG_TAIL_BYTES,
			);
			const bytes = this.#leftOut + size - LOG_HEAD_BYTES - end.length;
			ftruncateSync(this.fd, LOG_HEAD_BYTES);
			writeSync(this.fd, `\n[cut: ${bytes} bytes are left out here]\n`);
			writeSync(this.fd, end);
		} finally {
			closeSync(this.fd);
		}
	}

	#read(from: number, bytes: number): Buffer {
		const buffer = Buffer.alloc(bytes);
		return buffer.subarray(0, readSync(this.fd, buffer, 0, bytes, from));
	}
}

/** The last lines of a closed log, for an error report. */
export function tailOf(path: string): string {
	const text = readOptional(path) ?? "";
	const lines = text.trimEnd().split("\n").slice(-TAIL_LINES).join("\n");
	return lines.length > TAIL_CHARACTERS ? `…${lines.slice(-TAIL_CHARACTERS)}` : lines;
}

/** A failure with its stack is by far the longest event. */
export const MOST_LINE_CHARACTERS = 1024 * KB;

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

	/** What stands behind the last line's end, if anything does. */
	end(): string {
		return this.#rest + this.#decoder.end();
	}
}
