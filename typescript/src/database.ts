/**
 * Runs the operations of a database scenario: first the adapter's own methods, then those of the runtime.
 * Each loop ends when its operations are done or its time box closes.
 */
import type { InMemoryDatabaseAdapter, Memory } from "@elizaos/core";
import type { IterationRecord, Scenario, WorkLedger } from "../../shared/types.ts";
import type { Agent } from "./agent.ts";
import { now, nsSince } from "./clocks.ts";
import type { Contract } from "./contract.ts";
import { buildMemory, MESSAGES } from "./database-setup.ts";
import type { SeededRows } from "./databases/saved-rows.ts";
import { callFramework, FrameworkError } from "./failure.ts";
import { adaptMemoryStore, type MemoryStore } from "./frameworks/methods.ts";
import { type Id, insertNumber, type MessagePlan, makeId } from "./messages.ts";

type Load = NonNullable<Scenario["database"]>;
type OperationTiming = IterationRecord["operations"][number];
type OperationCheck = WorkLedger["operations"][number];

/** The number is a prime, so that reads by id do not follow the order of the writes. */
const ID_STRIDE = 7919;
/** The clock is read once in this many operations. */
const CLOCK_STRIDE = 16;

export class DatabaseRun {
	readonly timings: OperationTiming[] = [];
	readonly checks: OperationCheck[] = [];
	readonly #contract: Contract;
	readonly #load: Load;
	readonly #kind: Scenario["kind"];
	readonly #records: Memory[];
	readonly #written: { store: MemoryStore; operation: string; first: number; done: number }[] = [];

	/** Builds the records that will be written or read. */
	constructor(contract: Contract, { kind }: Scenario, load: Load, plan: MessagePlan) {
		this.#contract = contract;
		this.#load = load;
		this.#kind = kind;
		const total = kind === "database-write" ? 2 * load.operations : load.records;
		const started = Date.now();
		const { recordIdPrefix, historyText, historyIntervalMs } = contract.fixtures;
		this.#records = Array.from({ length: total }, (_, index) =>
			buildMemory(contract, {
				id: makeId(recordIdPrefix, index),
				entityId: plan.entities[0] as Id,
				roomId: this.#getRoom(index),
				text: insertNumber(historyText, index + 1),
				createdAt: started - (total - index) * historyIntervalMs,
			}),
		);
	}

	/** The rooms that records lie in. */
	get rooms(): Id[] {
		return Array.from({ length: this.#load.rooms }, (_, index) => this.#getRoom(index));
	}

	/** Describes what {@link seed} stores, and is null where it stores nothing. */
	get seeded(): SeededRows | null {
		if (this.#kind !== "database-read" || this.#records.length === 0) return null;
		const { recordIdPrefix, historyIntervalMs } = this.#contract.fixtures;
		const count = this.#records.length;
		const name = `records_${count}_${this.#load.rooms}`;
		return { name, idPrefix: recordIdPrefix, count, ageOfNewestMs: historyIntervalMs };
	}

	/** Stores the records that will be read. */
	async seed(adapter: InMemoryDatabaseAdapter): Promise<void> {
		if (this.#kind !== "database-read") return;
		const store = adaptMemoryStore(adapter);
		for (const record of this.#records) await callFramework(() => store.createMemory(record, MESSAGES));
	}

	/** @param check counts the correct results, for verification and never in a timed run */
	async run({ adapter, runtime }: Pick<Agent, "adapter" | "runtime">, check: boolean): Promise<void> {
		const writing = this.#kind === "database-write";
		for (const [store, suffix] of [
			[adaptMemoryStore(adapter), ""],
			[adaptMemoryStore(runtime), "_via_runtime"],
		] as const) {
			if (writing)
				await this.#runWrites(store, `write${suffix}`, suffix === "" ? 0 : this.#load.operations, check);
			else await this.#runReads(store, suffix, check);
		}
	}

	/** @param first the first record to write, so that a second loop does not repeat records of the first */
	async #runWrites(store: MemoryStore, operation: string, first: number, check: boolean): Promise<void> {
		const done = await this.#loop(
			operation,
			(index) => store.createMemory(this.#getRecord(first + index), MESSAGES),
			null,
		);
		if (check) this.#written.push({ store, operation, first, done });
	}

	/** Looks for what the operations have written. It is no part of them, and comes when they are over. */
	async findWritten(): Promise<void> {
		for (const { store, operation, first, done } of this.#written.splice(0)) {
			let correct = 0;
			for (const record of this.#records.slice(first, first + done)) {
				const found = await callFramework(() => store.getMemoryById(record.id as Id));
				if (found?.content.text === record.content.text) correct++;
			}
			this.checks.push({ operation, done, correct, newest: null });
		}
	}

	async #runReads(store: MemoryStore, suffix: string, check: boolean): Promise<void> {
		const recordIdAt = (index: number) =>
			this.#getRecord((index * ID_STRIDE) % this.#records.length).id as Id;
		const byId: OperationCheck = { operation: `read_by_id${suffix}`, done: 0, correct: 0, newest: null };
		byId.done = await this.#loop(
			byId.operation,
			(index) => store.getMemoryById(recordIdAt(index)),
			check
				? (index, found) => {
						if (found?.id === recordIdAt(index)) byId.correct++;
					}
				: null,
		);
		const byRoom: OperationCheck = { operation: `read_by_room${suffix}`, done: 0, correct: 0, newest: true };
		byRoom.done = await this.#loop(
			byRoom.operation,
			(index) =>
				store.getMemories({ tableName: MESSAGES, roomId: this.#getRoom(index), count: this.#load.readLimit }),
			check ? (index, found) => this.#checkRoom(byRoom, this.#getRoom(index), found) : null,
		);
		if (check) this.checks.push(byId, byRoom);
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
			// `callFramework` would add a turn of the microtask queue to every operation.
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
			totalNs: nsSince(started),
			boxClosed: done < operations,
		});
		return done;
	}

	#checkRoom(row: OperationCheck, roomId: Id, found: Memory[]): void {
		const { readLimit } = this.#load;
		if (found.length === readLimit && found.every((memory) => memory.roomId === roomId)) row.correct++;
		const newest = this.#records.filter((record) => record.roomId === roomId).slice(-readLimit);
		row.newest = row.newest === true && newest.every(({ id }) => found.some((memory) => memory.id === id));
	}

	#getRecord(index: number): Memory {
		const record = this.#records[index];
		if (!record) throw new RangeError(`there is no record ${index}`);
		return record;
	}

	#getRoom(index: number): Id {
		return makeId(this.#contract.fixtures.roomIdPrefix, index % this.#load.rooms);
	}
}
