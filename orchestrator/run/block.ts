/**
 * Runs a block: every target is alive in its own fresh process for one scenario. They take turns in
 * shuffled order, and exactly one works at any moment.
 */

import { Random } from "../../shared/random.ts";
import type { MeasurementFile, ProcessRecord, RunSettings, Scenario, Target } from "../../shared/types.ts";
import { secondsSince } from "../elapsed.ts";
import { type BlockLimits, fitIntoTime, isWarm } from "./block-time.ts";
import { CellProcess } from "./cell.ts";
import { messagesPerIteration } from "./profiles.ts";
import type { RunContext } from "./worker-options.ts";

export interface BlockResult {
	processes: { record: ProcessRecord; measurement: MeasurementFile | null }[];
	/** The names of the participants in the order of their turns, one list for each round. */
	turns: string[][];
}

/**
 * One process of the block. With `aa` every target has a second one, so that it is measured against itself.
 */
export interface Participant {
	name: string;
	target: Target;
	role: "measure" | "aa";
}

export interface BlockPlace {
	block: number;
	attempt: number;
	iterations: number;
	observe: number;
	alternate: RunSettings["alternate"];
	/** How long its turns may take. */
	limits: BlockLimits;
}

export function participantsOf(targets: readonly Target[], aa: boolean): Participant[] {
	return targets.flatMap((target): Participant[] => [
		{ name: target.id, target, role: "measure" },
		...(aa ? [{ name: `${target.id}~aa`, target, role: "aa" as const }] : []),
	]);
}

export async function measureBlock(
	context: RunContext,
	scenario: Scenario,
	participants: readonly Participant[],
	place: BlockPlace,
	onStep: (done: number, total: number) => void = () => {},
): Promise<BlockResult> {
	const block = new Block(context, scenario, participants, place, onStep);
	try {
		await block.start();
		await block.measure();
		await block.observe();
		await block.finish();
	} finally {
		await block.kill();
	}
	return block.result;
}

class Block {
	readonly #context: RunContext;
	readonly #scenario: Scenario;
	readonly #participants: readonly Participant[];
	readonly #place: BlockPlace;
	readonly #onStep: (done: number, total: number) => void;
	readonly #random: Random;
	readonly #cells = new Map<string, CellProcess>();
	readonly #turns: string[][] = [];
	/** Plain iterations of each process, and pairs of an observed one and its control. */
	#iterations: number;
	#observe: number;
	#steps: number;
	#done = 0;
	/** The time of one iteration of every process, as the last one before the turns took. */
	#roundSeconds = 0;

	constructor(
		context: RunContext,
		scenario: Scenario,
		participants: readonly Participant[],
		place: BlockPlace,
		onStep: (done: number, total: number) => void,
	) {
		this.#context = context;
		this.#scenario = scenario;
		this.#participants = participants;
		this.#place = place;
		this.#onStep = onStep;
		this.#random = Random.of(context.seed, scenario.id, place.block, place.attempt);
		this.#iterations = scenario.kind === "startup" ? 0 : place.iterations;
		this.#observe = place.observe;
		this.#steps = this.#countSteps();
	}

	#countSteps(): number {
		return this.#participants.length * (this.#scenario.warmup + this.#iterations + 1 + this.#observe);
	}

	get result(): BlockResult {
		return {
			processes: [...this.#cells.values()].map(({ record, measurement }) => ({ record, measurement })),
			turns: this.#turns,
		};
	}

	/** Starts the processes one after the other, each with its cold start and its warm-up. */
	async start(): Promise<void> {
		const begun = performance.now();
		for (const { name, target, role } of this.#random.shuffle(this.#participants)) {
			if (this.#stopped) return;
			const place = { ...this.#place, role };
			const cell = await CellProcess.start(this.#context, this.#scenario, target, place);
			this.#cells.set(name, cell);
			await cell.ready();
			let started = performance.now();
			await this.#count(cell.step((worker) => worker.command({ cmd: "cold" })));
			const warmFrom = started;
			const messages = messagesPerIteration(this.#scenario);
			for (let index = 0; index < this.#scenario.warmup && !this.#stopped; index++) {
				if (isWarm(secondsSince(warmFrom), index * messages)) break;
				started = performance.now();
				await this.#count(cell.step((worker) => worker.command({ cmd: "iterate", phase: "warmup" })));
			}
			this.#roundSeconds += secondsSince(started);
			cell.endWarmup();
		}
		const planned = { iterations: this.#iterations, observe: this.#observe };
		const fitting = fitIntoTime(planned, this.#place.limits, secondsSince(begun), this.#roundSeconds);
		this.#iterations = fitting.iterations;
		this.#observe = fitting.observe;
		this.#steps = this.#countSteps();
	}

	async measure(): Promise<void> {
		for (let index = 0; index < this.#iterations && !this.#stopped; index++) {
			if (this.#place.alternate === "messages") await this.#alternateMessages();
			else
				await this.#takeTurns((cell) =>
					this.#count(cell.timeStep((worker) => worker.command({ cmd: "iterate", phase: "plain" }))),
				);
		}
		for (const cell of this.#cells.values()) cell.noteServerMemory();
	}

	async observe(): Promise<void> {
		for (let index = 0; index < this.#observe && !this.#stopped; index++) {
			// An observed iteration and its control share a turn, so that both find the machine alike.
			const pair = this.#random.shuffle(["observed", "control"] as const);
			await this.#takeTurns((cell) =>
				this.#count(
					cell.step(async (worker) => {
						for (const phase of pair) await worker.command({ cmd: "iterate", phase });
					}),
				),
			);
		}
	}

	/** Has every process write its file, after a stop too: the iterations that are done are kept. */
	async finish(): Promise<void> {
		for (const cell of this.#cells.values()) await cell.finish();
	}

	async kill(): Promise<void> {
		await Promise.all([...this.#cells.values()].map((cell) => cell.kill()));
	}

	get #stopped(): boolean {
		return this.#context.stop.requested;
	}

	/** Has every worker do one iteration. They take turns message by message. */
	async #alternateMessages(): Promise<void> {
		await this.#takeTurns((cell) => cell.step((worker) => worker.command({ cmd: "begin", phase: "plain" })));
		for (let message = 0; message < messagesPerIteration(this.#scenario); message++)
			await this.#takeTurns((cell) => cell.timeStep((worker) => worker.command({ cmd: "message" })));
		await this.#takeTurns((cell) => this.#count(cell.step((worker) => worker.command({ cmd: "end" }))));
	}

	/** Gives every process one turn, in shuffled order. */
	async #takeTurns(work: (cell: CellProcess) => Promise<void>): Promise<void> {
		const order = this.#random.shuffle(this.#participants);
		this.#turns.push(order.map(({ name }) => name));
		for (const { name } of order) {
			const cell = this.#cells.get(name);
			if (!this.#stopped && cell) await work(cell);
		}
	}

	async #count(step: Promise<void>): Promise<void> {
		await step;
		this.#onStep(++this.#done, this.#steps);
	}
}

/** Returns how many of a scenario's observed iterations belong to a block. All blocks share them. */
export function countObservedInBlock(total: number, block: number, blocks: number): number {
	return block >= blocks
		? 0
		: Math.floor((total * (block + 1)) / blocks) - Math.floor((total * block) / blocks);
}
