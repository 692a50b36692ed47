/** A block: every target alive in its own fresh process for one scenario, iterations alternating in shuffled order, exactly one working at any moment. */
import type { MeasurementFile, ProcessRecord, Scenario, Target } from "../shared/types.ts";
import { CellProcess, type RunContext } from "./cell.ts";
import type { Random } from "./random.ts";

export interface BlockResult {
	processes: { record: ProcessRecord; measurement: MeasurementFile | null }[];
	/** Target ids in the order of their turns, one list a round. */
	turns: string[][];
}

export async function measureBlock(
	context: RunContext,
	scenario: Scenario,
	targets: readonly Target[],
	place: { block: number; attempt: number; observe: number },
	random: Random,
	onStep: (done: number, total: number) => void = () => {},
): Promise<BlockResult> {
	const cells = new Map<string, CellProcess>();
	const turns: string[][] = [];
	const total = targets.length * (scenario.warmup + iterationsIn(scenario) + 1 + place.observe);
	let done = 0;
	const inTurn = async (work: (cell: CellProcess) => Promise<void>, order: readonly Target[]) => {
		for (const target of order) {
			const cell = cells.get(target.id);
			if (context.stop.requested || !cell) continue;
			await work(cell);
			onStep(++done, total);
		}
	};
	try {
		for (const target of random.shuffle(targets)) {
			if (context.stop.requested) break;
			const cell = new CellProcess(context, scenario, target, { role: "measure", block: place.block, attempt: place.attempt });
			cells.set(target.id, cell);
			await cell.start();
			await cell.step((worker) => worker.command({ cmd: "cold" }));
			onStep(++done, total);
			for (let index = 0; index < scenario.warmup; index++) {
				await inTurn((warming) => warming.step((worker) => worker.command({ cmd: "iterate", phase: "warmup" })), [target]);
			}
		}
		for (let index = 0; index < iterationsIn(scenario); index++) {
			const order = random.shuffle(targets);
			turns.push(order.map(({ id }) => id));
			await inTurn((cell) => cell.step((worker) => worker.command({ cmd: "iterate", phase: "plain" })), order);
		}
		for (let index = 0; index < place.observe; index++) {
			const order = random.shuffle(targets);
			turns.push(order.map(({ id }) => id));
			// An observed iteration and its control share a turn, so that the machine's weather is the same for both.
			const pair = random.shuffle(["observed", "control"] as const);
			await inTurn(
				(cell) =>
					cell.step(async (worker) => {
						for (const phase of pair) await worker.command({ cmd: "iterate", phase });
					}),
				order,
			);
		}
		// Also after a stop: what is measured is kept.
		for (const cell of cells.values()) await cell.finish();
	} finally {
		await Promise.all([...cells.values()].map((cell) => cell.kill()));
	}
	return { processes: [...cells.values()].map(({ record, measurement }) => ({ record, measurement })), turns };
}

/** A cold start is its process's first runtime: a startup scenario has one process per iteration, and no iteration after it. */
function iterationsIn(scenario: Scenario): number {
	return scenario.kind === "startup" ? 0 : scenario.iterations;
}

/** How many blocks a scenario takes: a startup scenario's iterations are blocks. */
export function blocksOf(scenario: Scenario, blocks: number): number {
	return scenario.kind === "startup" ? scenario.iterations * blocks : blocks;
}
