/**
 * The time in which a message waits for its models. Which message a call belongs to is known by its
 * asynchronous context. That costs a little in every promise, so it is only used where a model takes time.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { NS_PER_MS, now, nsBetween } from "../clocks.ts";

/** A timer may be late by this. What comes later finds the process busy, which is no model's time. */
const TIMER_MS = 1;

/** What one message has waited. Calls that overlap count once. */
export class ModelWaits {
	#open = 0;
	#since = 0;
	/** The longest that the open calls count, in nanoseconds. */
	#mostNs = 0;
	#doneNs = 0;

	begin(milliseconds: number): void {
		if (this.#open++ === 0) [this.#since, this.#mostNs] = [now(), 0];
		const endNs = nsBetween(this.#since, now()) + (milliseconds + TIMER_MS) * NS_PER_MS;
		this.#mostNs = Math.max(this.#mostNs, endNs);
	}

	end(): void {
		if (--this.#open === 0) this.#doneNs += this.#spanNs();
	}

	/** Up to now, in nanoseconds. */
	get totalNs(): number {
		return this.#doneNs + (this.#open > 0 ? this.#spanNs() : 0);
	}

	#spanNs(): number {
		return Math.min(nsBetween(this.#since, now()), this.#mostNs);
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
		waits?.begin(milliseconds);
		try {
			await sleep(milliseconds);
		} finally {
			waits?.end();
		}
	};
}
