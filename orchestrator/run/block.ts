/**
 * Runs a block: every target is alive in its own fresh process for one scenario. They take turns in
 * shuffled order, and exactly one works at any moment.
 */

import { Random } from "../../shared/random.ts";
import type { MeasurementFile, ProcessRecord, RunSettings, Scenario, Target } from "../../shared/types.ts";
import { CellProcess, type RunContext } from "./cell.ts";
import { messagesPerIteration } from "./profiles.ts";

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
}

type Step = (cell: CellProcess) => Promise<void>;

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
	const random = Random.of(context.seed, scenario.id, place.block, place.attempt);
	const cells = new Map<string, CellProcess>();
	const turns: string[][] = [];
	const rounds = scenario.kind === "startup" ? 0 : place.iterations;
	const total = participants.length * (scenario.warmup + rounds + 1 + place.observe);
	let done = 0;
	const round = async (work: Step, order: readonly Participant[] = random.shuffle(participants)) => {
		turns.push(order.map(({ name }) => name));
		for (const { name } of order) {
			const cell = cells.get(name);
			if (!context.stop.requested && cell) await work(cell);
		}
	};
	const counted = (work: Step): Step => {
		return async (cell) => {
			await work(cell);
			onStep(++done, total);
		};
	};
	try {
		for (const participant of random.shuffle(participants)) {
			if (context.stop.requested) break;
			const cell = new CellProcess(context, scenario, participant.target, {
				...place,
				role: participant.role,
			});
			cells.set(participant.name, cell);
			await cell.start();
			await counted(() => cell.step((worker) => worker.command({ cmd: "cold" })))(cell);
			for (let index = 0; index < scenario.warmup && !context.stop.requested; index++) {
				await counted(() => cell.step((worker) => worker.command({ cmd: "iterate", phase: "warmup" })))(cell);
			}
			cell.warm();
		}
		for (let index = 0; index < rounds && !context.stop.requested; index++) {
			if (place.alternate === "iterations")
				await round(
					counted((cell) => cell.timed((worker) => worker.command({ cmd: "iterate", phase: "plain" }))),
				);
			else await alternateMessages(scenario, round, counted);
		}
		for (let index = 0; index < place.observe && !context.stop.requested; index++) {
			// An observed iteration and its control share a turn, so that the machine is in the same state for
			// both.
			const pair = random.shuffle(["observed", "control"] as const);
			await round(
				counted((cell) =>
					cell.step(async (worker) => {
						for (const phase of pair) await worker.command({ cmd: "iterate", phase });
					}),
				),
			);
		}
		// This holds after a stop too: the iterations that are done are kept.
		for (const cell of cells.values()) await cell.finish();
	} finally {
		await Promise.all([...cells.values()].map((cell) => cell.kill()));
	}
	return {
		processes: [...cells.values()].map(({ record, measurement }) => ({ record, measurement })),
		turns,
	};
}

/** Runs one iteration of every worker. They take turns message by message. */
async function alternateMessages(
	scenario: Scenario,
	round: (work: Step) => Promise<void>,
	counted: (work: Step) => Step,
): Promise<void> {
	await round((cell) => cell.step((worker) => worker.command({ cmd: "begin", phase: "plain" })));
	for (let message = 0; message < messagesPerIteration(scenario); message++) {
		await round((cell) => cell.timed((worker) => worker.command({ cmd: "message" })));
	}
	await round(counted((cell) => cell.step((worker) => worker.command({ cmd: "end" }))));
}

/** How many of a scenario's observed iterations belong to a block: they are spread over all blocks. */
export function observedInBlock(total: number, block: number, blocks: number): number {
	return block >= blocks
		? 0
		: Math.floor((total * (block + 1)) / blocks) - Math.floor((total * block) / blocks);
}
