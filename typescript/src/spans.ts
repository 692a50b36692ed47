/**
 * Spans as numbers in preallocated buffers: a wrapped call writes three clock readings and its label, and
 * nothing else happens while a message is timed.
 */
import { now } from "./clocks.ts";

/** Bun tells a promise's state without a turn of the queue; elsewhere every promise is taken for pending. */
const peekStatus = (globalThis as { Bun?: { peek?: { status?: (promise: Promise<unknown>) => string } } }).Bun
	?.peek?.status;
const isSettled = peekStatus ? (promise: Promise<unknown>) => peekStatus(promise) !== "pending" : () => false;

type Method = (this: unknown, ...args: never[]) => unknown;

/** Room for a few hundred messages; beyond it the buffers double. */
const INITIAL_CAPACITY = 1 << 14;

export class Spans {
	/** Until then a wrapped call is only passed on: seeding is in no message. */
	armed = false;
	count = 0;
	start = new Float64Array(INITIAL_CAPACITY);
	/** When the call gave its promise (or result) back: up to here it ran synchronously. */
	returned = new Float64Array(INITIAL_CAPACITY);
	/**
	 * When the promise settled (with the return, if nothing was left to wait for); infinite if it never did.
	 */
	end = new Float64Array(INITIAL_CAPACITY);
	label = new Int32Array(INITIAL_CAPACITY);

	/** @param onSettled called when a call's promise has settled */
	wrap<T extends Method>(label: number, method: T, onSettled: (() => void) | null = null): T {
		const spans = this;
		return function (this: unknown, ...args: never[]) {
			if (!spans.armed) return method.apply(this, args);
			const span = spans.open(label);
			let result: unknown;
			try {
				result = method.apply(this, args);
			} catch (error) {
				spans.end[span] = spans.returned[span] = now();
				throw error;
			}
			spans.returned[span] = now();
			if (!(result instanceof Promise) || isSettled(result)) {
				spans.end[span] = spans.returned[span] as number;
				onSettled?.();
				return result;
			}
			// Attached first, so it runs before whatever awaits the call; the caller gets the method's own
			// promise and waits no turn longer.
			const settle = () => {
				spans.end[span] = now();
				onSettled?.();
			};
			result.then(settle, settle);
			return result;
		} as T;
	}

	/**
	 * Makes the buffers ready for another iteration: one set serves them all, so that no fresh page is
	 * touched while a message is timed.
	 */
	clear(): void {
		this.armed = false;
		this.count = 0;
		for (const times of [this.start, this.returned, this.end]) times.fill(0);
	}

	/** @returns the span's index */
	open(label: number): number {
		if (this.count === this.label.length) this.#grow();
		const span = this.count++;
		this.label[span] = label;
		this.end[span] = Number.POSITIVE_INFINITY;
		this.start[span] = now();
		return span;
	}

	#grow(): void {
		const enlarge = <A extends Float64Array | Int32Array>(old: A, fresh: A): A => {
			fresh.set(old);
			return fresh;
		};
		const capacity = this.label.length * 2;
		this.start = enlarge(this.start, new Float64Array(capacity));
		this.returned = enlarge(this.returned, new Float64Array(capacity));
		this.end = enlarge(this.end, new Float64Array(capacity));
		this.label = enlarge(this.label, new Int32Array(capacity));
	}
}
