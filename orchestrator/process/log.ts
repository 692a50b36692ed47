/** Keeps what a harness prints in a file of limited size, so that no harness fills the disk. */
import { closeSync, fstatSync, ftruncateSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { BYTES_PER_KB } from "../../shared/units.ts";
import { readOptional } from "../machine/kernel.ts";

export const LOG_HEAD_BYTES = 512 * BYTES_PER_KB;
export const LOG_TAIL_BYTES = 64 * BYTES_PER_KB;
/** An error report quotes this much of a log. */
const TAIL_LINES = 5;
const TAIL_CHARACTERS = 2000;

/**
 * A log is whole up to a limit. Beyond it the log keeps its beginning, a line on what is left out, and its
 * end. It is a file and no pipe: a full pipe, or an engine that writes to one without blocking, would become
 * part of the measurement. So it has to be trimmed from time to time.
 */
export class Log {
	/** The descriptor for the process. Writes are appended, even after the file was cut. */
	readonly fd: number;
	#leftOut = 0;
	/** The newest bytes of those left out. */
	#end: Buffer = Buffer.alloc(0);

	/** @throws the system's error when the file cannot be made */
	constructor(path: string) {
		rmSync(path, { force: true });
		this.fd = openSync(path, "a+");
	}

	/** Cuts the file to the limit. */
	trim(): void {
		const { size } = fstatSync(this.fd);
		if (size <= LOG_HEAD_BYTES + LOG_TAIL_BYTES) return;
		this.#end = this.#read(size - LOG_TAIL_BYTES, LOG_TAIL_BYTES);
		this.#leftOut += size - LOG_HEAD_BYTES;
		ftruncateSync(this.fd, LOG_HEAD_BYTES);
	}

	/** Writes the end behind what was left out, and closes the file. Call it when the process has ended. */
	close(): void {
		try {
			this.trim();
			if (this.#leftOut === 0) return;
			// The process may have written since the last cut.
			const { size } = fstatSync(this.fd);
			const written = this.#read(LOG_HEAD_BYTES, size - LOG_HEAD_BYTES);
			const end = Buffer.concat([this.#end, written]).subarray(-LOG_TAIL_BYTES);
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

/** Returns the last lines of a closed log, for an error report. */
export function tailOf(path: string): string {
	const text = readOptional(path) ?? "";
	const lines = text.trimEnd().split("\n").slice(-TAIL_LINES).join("\n");
	return lines.length > TAIL_CHARACTERS ? `…${lines.slice(-TAIL_CHARACTERS)}` : lines;
}
