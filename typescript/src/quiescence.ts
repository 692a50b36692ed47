/** Waits, after a verification's last message, until the framework has nothing left to do. */
import { setTimeout as sleep } from "node:timers/promises";
import type { WorkLedger } from "../../shared/types.ts";
import { now, nsBetween, readCpuNs } from "./clocks.ts";

type Afterwards = NonNullable<WorkLedger["afterwards"]>;

/** Names of an adapter's methods that change nothing. */
const READING = /^(get|search|count|find|list|is|has|ensure)/;
/** A framework that has called no model and changed nothing for so long is at rest. */
const PAUSE_MS = 500;
/** One that is not at rest by then is left at work. */
const LONGEST_MS = 20_000;
const LOOK_MS = 20;

export class RestWatch {
	#started = false;
	#embeddings = 0;
	#calls = 0;
	/** Null until the last message has returned. */
	#returnedAt: number | null = null;
	#cpuAtReturnNs = 0;
	#lastAt = 0;
	#cpuAtLastNs = 0;

	/** Is called before the first message. */
	start(): void {
		this.#started = true;
	}

	noteModel(isEmbedding: boolean): void {
		if (!this.#started) return;
		if (isEmbedding) this.#embeddings++;
		this.#note();
	}

	/** Who only reads may be looking, on a timer of its own, whether there is anything to do. */
	noteDatabase(method: string): void {
		if (this.#started && !READING.test(method)) this.#note();
	}

	#note(): void {
		if (this.#returnedAt === null) return;
		this.#calls++;
		this.#lastAt = now();
		this.#cpuAtLastNs = readCpuNs();
	}

	/** Is called when the last message has returned. */
	begin(): void {
		this.#returnedAt = this.#lastAt = now();
		this.#cpuAtReturnNs = this.#cpuAtLastNs = readCpuNs();
	}

	async wait(): Promise<Afterwards> {
		const returnedAt = this.#returnedAt ?? now();
		const isAtRest = () => now() - this.#lastAt >= PAUSE_MS;
		while (!isAtRest() && now() - returnedAt < LONGEST_MS) await sleep(LOOK_MS);
		return {
			atRest: isAtRest(),
			lastCallNs: nsBetween(returnedAt, this.#lastAt),
			cpuNs: this.#cpuAtLastNs - this.#cpuAtReturnNs,
			calls: this.#calls,
			embeddings: this.#embeddings,
		};
	}
}
