/** The events of live mode. Whoever sends one goes on at once, whether or not somebody reads them. */
import { write } from "node:fs";
import type { LiveEvent } from "../../../shared/types.ts";

/** A pipe that another process has made non-blocking is tried again after this time when it is full. */
const RETRY_MS = 1;

type Lost = (error: NodeJS.ErrnoException) => void;

export interface LiveEvents {
	send(event: LiveEvent): void;
	/** Resolves when everything has been written. */
	flush(): Promise<void>;
}

/** @param lost is called if nothing can be written any more */
export function openEvents(fd: number, lost: Lost): LiveEvents {
	const { Bun } = globalThis as { Bun?: Engine };
	return Bun ? new SinkEvents(Bun, fd, lost) : new QueuedEvents(fd, lost);
}

interface Engine {
	file(fd: number): { writer(): Sink };
}

interface Sink {
	write(text: string): unknown;
	flush(): unknown;
	end(): unknown;
}

/** Bun writes what fits, and the rest once there is room. It costs a third less than {@link QueuedEvents}. */
class SinkEvents implements LiveEvents {
	readonly #sink: Sink | null;
	readonly #lost: Lost;

	constructor({ file }: Engine, fd: number, lost: Lost) {
		this.#lost = lost;
		this.#sink = this.#try(() => file(fd).writer());
	}

	send(event: LiveEvent): void {
		this.#try(() => {
			this.#sink?.write(`${JSON.stringify(event)}\n`);
			const rest = this.#sink?.flush();
			if (rest instanceof Promise) rest.catch(this.#lost);
		});
	}

	async flush(): Promise<void> {
		await this.#try(() => this.#sink?.end());
	}

	#try<T>(work: () => T): T | null {
		try {
			return work();
		} catch (error) {
			this.#lost(error as NodeJS.ErrnoException);
			return null;
		}
	}
}

/** For an engine that only has `fs.write`. */
export class QueuedEvents implements LiveEvents {
	readonly #fd: number;
	readonly #lost: Lost;
	/** Lines that are not on their way yet. Those that pile up while one is written go together. */
	#waiting = "";
	#isWriting = false;
	#flushed: (() => void)[] = [];

	constructor(fd: number, lost: Lost) {
		this.#fd = fd;
		this.#lost = lost;
	}

	send(event: LiveEvent): void {
		this.#waiting += `${JSON.stringify(event)}\n`;
		if (!this.#isWriting) this.#writeWaiting();
	}

	async flush(): Promise<void> {
		if (this.#isWriting) await new Promise<void>((resolve) => this.#flushed.push(resolve));
	}

	#writeWaiting(): void {
		const bytes = Buffer.from(this.#waiting);
		this.#waiting = "";
		this.#isWriting = true;
		this.#writeRest(bytes);
	}

	/** A pipe may take only a part of what it is given. */
	#writeRest(bytes: Buffer): void {
		write(this.#fd, bytes, 0, bytes.length, null, (error, written) => {
			if (error?.code === "EAGAIN") setTimeout(() => this.#writeRest(bytes), RETRY_MS);
			else if (error) this.#lost(error);
			else if (written < bytes.length) this.#writeRest(bytes.subarray(written));
			else if (this.#waiting !== "") this.#writeWaiting();
			else {
				this.#isWriting = false;
				for (const resolve of this.#flushed.splice(0)) resolve();
			}
		});
	}
}
