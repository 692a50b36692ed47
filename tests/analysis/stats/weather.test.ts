// A machine wanders: its speed is another from minute to minute. What a target's own interval says must not be true
// of one minute only.
import assert from "node:assert/strict";
import { test } from "node:test";
import { medianEstimate } from "../../../analysis/stats/intervals.ts";
import { median } from "../../../analysis/stats/statistics.ts";
import { Machine, TYPESCRIPT } from "../../support/machine.ts";

const ITERATIONS = 10;
const BLOCKS = 8;
const RUNS = 500;
/** A block of three targets takes some two seconds, in a run of ten minutes a scenario has one every half minute. */
const SECONDS_OF_BLOCK = 2;
const SECONDS_BETWEEN = 30;

function process(machine: Machine): Float64Array {
	const slower = machine.start(TYPESCRIPT);
	return Float64Array.from({ length: ITERATIONS }, () => machine.iterate(slower, TYPESCRIPT)).sort();
}

/** The median of the machine in the long run, in seconds. */
function longTermMedian(): number {
	const machine = new Machine(1);
	return median(
		Array.from({ length: 20_000 }, () => {
			machine.pass(SECONDS_BETWEEN);
			return median(process(machine));
		}),
	);
}

function coveredShare(secondsBetween: number, truth: number): number {
	let covered = 0;
	for (let run = 0; run < RUNS; run++) {
		const machine = new Machine(1000 + run);
		const processes = Array.from({ length: BLOCKS }, () => {
			machine.pass(secondsBetween);
			return process(machine);
		});
		const estimate = medianEstimate(processes);
		if (estimate && estimate.low <= truth && truth <= estimate.high) covered++;
	}
	return covered / RUNS;
}

test("a target's own interval holds the machine's long-term median when its blocks are spread over the run", () => {
	const truth = longTermMedian();
	const together = coveredShare(SECONDS_OF_BLOCK, truth);
	const spread = coveredShare(SECONDS_BETWEEN, truth);
	if (globalThis.process.env.PRINT_TABLES)
		console.error(
			`one after the other ${(100 * together).toFixed(1)} %, spread ${(100 * spread).toFixed(1)} %`,
		);
	assert.ok(spread > 0.92 && spread < 0.975, `${spread}`);
	assert.ok(together < 0.85, `the scenario's blocks in a row: ${together}`);
});
