/**
 * Keeps the events of a session as they come: those that were asked for, those that were not, and lines
 * that are no events.
 */
import type { Readable } from "node:stream";
import { type WorkerEvent, workerEvent } from "../../shared/types.ts";
import { EventStream } from "../process/event-stream.ts";

export interface Arrival {
	event: WorkerEvent;
	/** On the clock of `process.hrtime`. */
	atNs: bigint;
}

const QUOTED_CHARACTERS = 120;
/** A harness that writes more than this without being asked has shown what it does. */
const MOST_UNASKED = 100;

export class EventLog {
	/** Lines that are no events, shortened. */
	readonly garbage: string[] = [];
	/** Events that came while nothing was asked. */
	readonly unasked: WorkerEvent[] = [];
	readonly #stream: EventStream<WorkerEvent> | null;
	#waiter: ((arrival: Arrival) => void) | null = null;

	/** @param channel null: the process could not be started */
	constructor(channel: Readable | null) {
		this.#stream =
			channel === null
				? null
				: new EventStream(channel, workerEvent, {
						event: (event) => this.#receive(event),
						garbage: (line) => this.#add(this.garbage, line.slice(0, QUOTED_CHARACTERS)),
						endless: () => this.#add(this.garbage, "a line without an end"),
					});
	}

	/** Waits for the next event, which is then asked for. There is one caller at a time. */
	next(): Promise<Arrival> {
		return new Promise((resolve) => {
			this.#waiter = resolve;
		});
	}

	/** Ends the wait: an event that comes now was not asked for. */
	forget(): void {
		this.#waiter = null;
	}

	#receive(event: WorkerEvent): void {
		const waiter = this.#waiter;
		this.#waiter = null;
		if (waiter) waiter({ event, atNs: process.hrtime.bigint() });
		else this.#add(this.unasked, event);
	}

	#add<T>(list: T[], item: T): void {
		list.push(item);
		if (list.length >= MOST_UNASKED) this.#stream?.stop();
	}
}
