/**
 * Spans are numbers in preallocated buffers. A wrapped call writes three readings of the clock and its label.
 * Nothing else happens while a message is timed.
 */
import { now } from "./clocks.ts";

/** Bun can read a promise's state at once. In other engines every promise counts as pending. */
const peekStatus = (globalThis as { Bun?: { peek?: { status?: (promise: Promise<unknown>) => string } } }).Bun
	?.peek?.status;
const isSettled = peekStatus ? (promise: Promise<unknown>) => peekStatus(promise) !== "pending" : () => false;

type Method = (this: unknown, ...args: never[]) => unknown;

/** This is enough for a few hundred messages. The buffers double when they are full. */
const INITIAL_CAPACITY = 1 << 14;

/** Spans as they were recorded, in the order of their starts. */
export type RecordedSpans = Pick<Spans, "count" | "start" | "returned" | "end" | "label">;

export class Spans {
	/** While it is false, calls are passed on without a span, because seeding belongs to no message. */
	armed = false;
	count = 0;
	start = new Float64Array(INITIAL_CAPACITY);
	/** The call returned its promise or result at this time. Until then it ran synchronously. */
	returned = new Float64Array(INITIAL_CAPACITY);
	/**
	 * The promise settled at this time. It is the time of the return if there was nothing to await, and
	 * infinite if the promise never settled.
	 */
	end = new Float64Array(INITIAL_CAPACITY);
	label = new Int32Array(INITIAL_CAPACITY);

	/** @param onSettled is called when the promise of a call has settled */
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
			// It is attached first, so it runs before anything that awaits the call. The caller gets the
			// method's own promise and waits no turn longer.
			const settle = () => {
				spans.end[span] = now();
				onSettled?.();
			};
			result.then(settle, settle);
			return result;
		} as T;
	}

	/**
	 * Makes the buffers ready for another iteration. All iterations use the same ones, so that no new page is
	 * touched while a message is timed.
	 */
	clear(): void {
		this.armed = false;
		this.count = 0;
		for (const times of [this.start, this.returned, this.end]) times.fill(0);
	}

	/** @returns the index of the span */
	open(label: number): number {
		if (this.count === this.label.length) this.#grow();
		const span = this.count++;
		this.label[span] = label;
		this.end[span] = Number.POSITIVE_INFINITY;
		this.start[span] = now();
		return span;
	}

	/** @returns the spans of some labels alone */
	select(isWanted: (label: number) => boolean): RecordedSpans {
		const { start, returned, end, label } = this;
		const chosen = Array.from({ length: this.count }, (_, span) => span).filter((span) =>
			isWanted(label[span] as number),
		);
		const pick = (times: Float64Array) => Float64Array.from(chosen, (span) => times[span] as number);
		return {
			count: chosen.length,
			start: pick(start),
			returned: pick(returned),
			end: pick(end),
			label: Int32Array.from(chosen, (span) => label[span] as number),
		};
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
