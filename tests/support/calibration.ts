/** Makes results with a calibration, by the same functions as real ones. */
import type { CellEvidence } from "../../analysis/cell/result.ts";
import type { BenchmarkResult, KernelOperation, Target } from "../../shared/types.ts";
import { kernelOperation } from "../../shared/types.ts";
import { type Served, servedCell } from "./databases.ts";
import { evidenceOf, processOf, resultOf, scenarioOf } from "./evidence.ts";

const BLOCKS = 5;
const ITERATIONS = 4;
const REPEAT = 100;

/** What a target's engine takes. */
export interface Calibrated {
	/** Of every operation that is not named. */
	ns: number;
	each?: Partial<Record<KernelOperation, number>>;
	firstNs: number;
	status?: "comparable" | "divergent";
	/** A message of `single-message`. Absent: the run has none. */
	message?: Served;
}

/** Times scatter by one per cent, and alike in the processes of a block. */
export function calibratedResult(target: Target, one: Calibrated): BenchmarkResult {
	const cells = [calibratedCell(target, one)];
	if (one.message) cells.unshift(servedCell(target, scenarioOf("single-message"), one.message));
	return resultOf(target, cells);
}

function calibratedCell(target: Target, { ns, each = {}, firstNs, status }: Calibrated): CellEvidence {
	const scenario = scenarioOf("calibration");
	const processes = Array.from({ length: BLOCKS }, (_, block) => {
		const process = processOf(target, scenario, Array<number>(ITERATIONS).fill(0), { block });
		const own = 1 + 0.005 * (((2 * block + target.id.length) % 5) - 2);
		for (const cell of process.measurement?.cells ?? []) {
			for (const [index, iteration] of cell.iterations.entries())
				iteration.operations = kernelOperation.options.map((operation) => ({
					operation,
					requested: REPEAT,
					done: REPEAT,
					totalNs: Math.round(REPEAT * (each[operation] ?? ns) * own * (1 + 0.002 * (index % 3))),
					boxClosed: false,
				}));
			if (cell.cold) {
				cell.cold.firstMessageNs = null;
				cell.cold.firstCalls = kernelOperation.options.map((operation) => ({
					operation,
					ns: Math.round(firstNs * own),
				}));
			}
		}
		return process;
	});
	return evidenceOf(scenario, processes, status ?? "comparable");
}
