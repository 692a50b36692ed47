/**
 * Runs a block: every target is alive in its own fresh process for one scenario. They take turns in
 * shuffled order, and exactly one works at any moment.
 */

import { sum } from "../../analysis/stats/statistics.ts";
import { Random } from "../../shared/random.ts";
import type { MeasurementFile, ProcessRecord, RunSettings, Scenario, Target } from "../../shared/types.ts";
import { NS_PER_S } from "../../shared/units.ts";
import { secondsSince } from "../elapsed.ts";
import { type BlockAmount, type BlockLimits, fitIntoTime, isWarm } from "./block-time.ts";
import { CellProcess } from "./cell.ts";
import { messagesPerIteration } from "./profiles.ts";
import { iterateUntil } from "./warm-up.ts";
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
	readonly #planned: Pick<BlockAmount, "iterations" | "observe">;
	#amount: BlockAmount;
	#steps: number;
	#done = 0;
	/** The time of one iteration of every process: of the last warm-up or, without one, of the first turn. */
	#roundSeconds = 0;
	#setupSeconds = 0;

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
		this.#planned = {
			iterations: scenario.kind === "startup" ? 0 : place.iterations,
			observe: place.observe,
		};
		this.#amount = { ...this.#planned, controls: true };
		this.#steps = this.#countSteps();
	}

	#countSteps(): number {
		const { iterations, observe } = this.#amount;
		return this.#participants.length * (this.#scenario.warmup + iterations + 1 + observe);
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
			this.#roundSeconds += await this.#warmUp(cell);
			cell.endWarmup();
		}
		this.#setupSeconds = secondsSince(begun);
		this.#fitIntoTime();
	}

	#fitIntoTime(): void {
		const { limits } = this.#place;
		this.#amount = fitIntoTime(this.#planned, limits, this.#setupSeconds, this.#roundSeconds);
		this.#steps = this.#countSteps();
	}

	/** @returns the seconds of an iteration, as far as it is known then */
	async #warmUp(cell: CellProcess): Promise<number> {
		const begun = performance.now();
		await this.#count(cell.step((worker) => worker.command({ cmd: "cold" })));
		let seconds = secondsSince(begun);
		const messages = messagesPerIteration(this.#scenario);
		for (let index = 0; index < this.#scenario.warmup && !this.#stopped; index++) {
			if (isWarm(secondsSince(begun), index * messages)) break;
			// Where an iteration does not take very long all of it is done, so that processes are alike.
			const isEnough = () => this.#stopped || isWarm(secondsSince(begun), 0);
			await this.#count(
				cell.step(async (worker) => {
					const look = cell.isServed ? () => cell.noteServerMemory() : null;
					seconds = await iterateUntil(worker, this.#scenario, isEnough, look);
				}),
			);
		}
		// Who is lost takes no part in a round.
		return cell.alive ? seconds : 0;
	}

	async measure(): Promise<void> {
		for (let index = 0; index < this.#amount.iterations && !this.#stopped; index++) {
			if (this.#place.alternate === "messages") await this.#alternateMessages();
			else
				await this.#takeTurns((cell) =>
					this.#count(cell.timeStep((worker) => worker.command({ cmd: "iterate", phase: "plain" }))),
				);
			if (index > 0 || this.#scenario.warmup > 0) continue;
			// Before it there was the cold start only, which tells little of an iteration.
			const alive = [...this.#cells.values()].filter((cell) => cell.alive);
			this.#roundSeconds = sum(alive.map(({ record }) => record.turnsNs ?? 0)) / NS_PER_S;
			this.#fitIntoTime();
		}
	}

	async observe(): Promise<void> {
		const { observe, controls } = this.#amount;
		for (let index = 0; index < observe && !this.#stopped; index++) {
			// An observed iteration and its control share a turn, so that both find the machine alike.
			const phases = this.#random.shuffle(["observed", ...(controls ? (["control"] as const) : [])] as const);
			await this.#takeTurns((cell) =>
				this.#count(
					cell.step(async (worker) => {
						for (const phase of phases) await worker.command({ cmd: "iterate", phase });
					}),
				),
			);
		}
	}

	/** Has every process write its file, after a stop too: the iterations that are done are kept. */
	async finish(): Promise<void> {
		await Promise.all([...this.#cells.values()].map((cell) => cell.finish()));
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
