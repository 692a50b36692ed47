/**
 * Database scenarios: the adapter's own methods in a loop, until the operations are done or the time box
 * closes; then the runtime's in the same loop.
 */
import type { InMemoryDatabaseAdapter, Memory } from "@elizaos/core";
import type { IterationRecord, Scenario, WorkLedger } from "../../shared/types.ts";
import type { Agent } from "./agent.ts";
import { now, since } from "./clocks.ts";
import type { Contract } from "./contract.ts";
import { MESSAGES, memoryRecord } from "./database-setup.ts";
import { FrameworkError, guarded } from "./failure.ts";
import { type MemoryStore, memoryStore } from "./framework-differences.ts";
import { type Id, type Plan, prefixedId } from "./messages.ts";

type Load = NonNullable<Scenario["database"]>;
type Timing = IterationRecord["operations"][number];
type Checked = WorkLedger["operations"][number];

/** A prime, so that reads by id visit the records in no order of theirs. */
const ID_STRIDE = 7919;
/** Operations between two looks at the clock. */
const CLOCK_STRIDE = 16;

export class DatabaseRun {
	readonly timings: Timing[] = [];
	readonly checked: Checked[] = [];
	readonly #contract: Contract;
	readonly #load: Load;
	readonly #kind: Scenario["kind"];
	readonly #records: Memory[];

	/** Builds the records that will be written or read. */
	constructor(contract: Contract, { kind }: Scenario, load: Load, plan: Plan) {
		this.#contract = contract;
		this.#load = load;
		this.#kind = kind;
		const total = kind === "database-write" ? 2 * load.operations : load.records;
		const started = Date.now();
		this.#records = Array.from({ length: total }, (_, index) =>
			memoryRecord(contract, {
				id: prefixedId(contract.fixtures.recordIdPrefix, index),
				roomId: this.#roomOf(index),
				entityId: plan.entities[0] as Id,
				number: index + 1,
				createdAt: started - (total - index) * contract.fixtures.historyIntervalMs,
			}),
		);
	}

	/** What must be in the store before a read. */
	async seed(adapter: InMemoryDatabaseAdapter): Promise<void> {
		if (this.#kind !== "database-read") return;
		const store = memoryStore(adapter);
		for (const record of this.#records) await guarded(() => store.createMemory(record, MESSAGES));
	}

	/** @param check keeps every result and counts the right ones: for verification, never for timing */
	async run({ adapter, runtime }: Pick<Agent, "adapter" | "runtime">, check: boolean): Promise<void> {
		const writing = this.#kind === "database-write";
		// The adapter itself first, then the same loops through the runtime's own methods.
		for (const [store, suffix] of [
			[memoryStore(adapter), ""],
			[memoryStore(runtime), "_via_runtime"],
		] as const) {
			if (writing)
				await this.#write(store, `write${suffix}`, suffix === "" ? 0 : this.#load.operations, check);
			else await this.#read(store, suffix, check);
		}
	}

	/** @param first the first record to write: a second loop writes records that are not in the store yet */
	async #write(store: MemoryStore, operation: string, first: number, check: boolean): Promise<void> {
		const done = await this.#loop(
			operation,
			(index) => store.createMemory(this.#record(first + index), MESSAGES),
			null,
		);
		if (!check) return;
		let correct = 0;
		for (const record of this.#records.slice(first, first + done)) {
			const found = await guarded(() => store.getMemoryById(record.id as Id));
			if (found?.content.text === record.content.text) correct++;
		}
		this.checked.push({ operation, done, correct, newest: null });
	}

	async #read(store: MemoryStore, suffix: string, check: boolean): Promise<void> {
		const idOf = (index: number) => this.#record((index * ID_STRIDE) % this.#records.length).id as Id;
		const byId: Checked = { operation: `read_by_id${suffix}`, done: 0, correct: 0, newest: null };
		byId.done = await this.#loop(
			byId.operation,
			(index) => store.getMemoryById(idOf(index)),
			check
				? (index, found) => {
						if (found?.id === idOf(index)) byId.correct++;
					}
				: null,
		);
		const byRoom: Checked = { operation: `read_by_room${suffix}`, done: 0, correct: 0, newest: true };
		byRoom.done = await this.#loop(
			byRoom.operation,
			(index) =>
				store.getMemories({ tableName: MESSAGES, roomId: this.#roomOf(index), count: this.#load.readLimit }),
			check ? (index, found) => this.#checkRoom(byRoom, this.#roomOf(index), found) : null,
		);
		if (check) this.checked.push(byId, byRoom);
	}

	async #loop<T>(
		operation: string,
		work: (index: number) => Promise<T>,
		check: ((index: number, result: T) => void) | null,
	): Promise<number> {
		const { operations, boxMs } = this.#load;
		const started = now();
		const closes = started + boxMs;
		let done = 0;
		while (done < operations && (done % CLOCK_STRIDE > 0 || now() < closes)) {
			let result: T;
			// Not `guarded`: its extra turn of the microtask queue would be in the figure.
			try {
				result = await work(done);
			} catch (error) {
				throw new FrameworkError(error);
			}
			if (check) check(done, result);
			done++;
		}
		this.timings.push({
			operation,
			requested: operations,
			done,
			totalNs: since(started),
			boxClosed: done < operations,
		});
		return done;
	}

	#checkRoom(row: Checked, roomId: Id, found: Memory[]): void {
		const { readLimit } = this.#load;
		if (found.length === readLimit && found.every((memory) => memory.roomId === roomId)) row.correct++;
		const newest = this.#records.filter((record) => record.roomId === roomId).slice(-readLimit);
		row.newest = row.newest === true && newest.every(({ id }) => found.some((memory) => memory.id === id));
	}

	#record(index: number): Memory {
		const record = this.#records[index];
		if (!record) throw new RangeError(`there is no record ${index}`);
		return record;
	}

	#roomOf(index: number): Id {
		return prefixedId(this.#contract.fixtures.roomIdPrefix, index % this.#load.rooms);
	}
}
