/** The events of live mode. Whoever sends one goes on at once, whether or not somebody reads them. */
import { write } from "node:fs";
import type { LiveEvent } from "../../../shared/types.ts";

/** A pipe that another process has made non-blocking is tried again after this time when it is full. */
const RETRY_MS = 1;

export class LiveEvents {
	readonly #fd: number;
	readonly #lost: (error: NodeJS.ErrnoException) => void;
	/** Lines that are not on their way yet. Those that pile up while one is written go together. */
	#waiting = "";
	#isWriting = false;
	#flushed: (() => void)[] = [];

	/** @param lost is called if nothing can be written any more */
	constructor(fd: number, lost: (error: NodeJS.ErrnoException) => void) {
		this.#fd = fd;
		this.#lost = lost;
	}

	send(event: LiveEvent): void {
		this.#waiting += `${JSON.stringify(event)}\n`;
		if (!this.#isWriting) this.#writeWaiting();
	}

	/** Resolves when everything has been written. */
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
