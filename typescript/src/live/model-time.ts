/**
 * The time in which a message waits for its models. Which message a call belongs to is known by its
 * asynchronous context. That costs a little in every promise, so it is only used where a model takes time.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { now, nsBetween } from "../clocks.ts";

/** What one message has waited. Calls that overlap count once. */
export class ModelWaits {
	#open = 0;
	#since = 0;
	#doneNs = 0;

	begin(): void {
		if (this.#open++ === 0) this.#since = now();
	}

	end(): void {
		if (--this.#open === 0) this.#doneNs += nsBetween(this.#since, now());
	}

	/** Up to now, in nanoseconds. */
	get totalNs(): number {
		return this.#doneNs + (this.#open > 0 ? nsBetween(this.#since, now()) : 0);
	}
}

export class ModelTime {
	readonly #messages = new AsyncLocalStorage<ModelWaits>();

	/** Does something for a message: what it calls, now or later, belongs to that message. */
	follow<T>(waits: ModelWaits, work: () => T): T {
		return this.#messages.run(waits, work);
	}

	/** Takes the mock model's time. */
	readonly wait = async (milliseconds: number): Promise<void> => {
		const waits = this.#messages.getStore();
		waits?.begin();
		try {
			await sleep(milliseconds);
		} finally {
			waits?.end();
		}
	};
}
