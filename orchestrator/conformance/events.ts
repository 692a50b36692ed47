/**
 * The events channel as it is: protocol events that were asked for, those that were not, and lines that are
 * none.
 */
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { type WorkerEvent, workerEvent } from "../../shared/types.ts";

export interface Arrival {
	event: WorkerEvent;
	at: number;
}

export class EventLog {
	/** Lines that are no events, shortened. */
	readonly garbage: string[] = [];
	/** Events that came while nothing was asked. */
	readonly unasked: WorkerEvent[] = [];
	#waiter: ((arrival: Arrival) => void) | null = null;

	constructor(channel: Readable) {
		channel.on("error", () => {});
		createInterface({ input: channel, crlfDelay: Number.POSITIVE_INFINITY }).on("line", (line) =>
			this.#read(line, performance.now()),
		);
	}

	/** The next event, which is then asked for. One caller at a time. */
	next(): Promise<Arrival> {
		return new Promise((resolve) => {
			this.#waiter = resolve;
		});
	}

	/** Nobody waits any longer: what comes now was not asked for. */
	forget(): void {
		this.#waiter = null;
	}

	#read(line: string, at: number): void {
		const event = parsedEvent(line);
		if (event === null) {
			this.garbage.push(line.slice(0, 120));
			return;
		}
		const waiter = this.#waiter;
		this.#waiter = null;
		if (waiter) waiter({ event, at });
		else this.unasked.push(event);
	}
}

function parsedEvent(line: string): WorkerEvent | null {
	try {
		return workerEvent.safeParse(JSON.parse(line)).data ?? null;
	} catch {
		return null;
	}
}
