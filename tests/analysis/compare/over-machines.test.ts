// Two machines made from real blocks: one is 1.7 times slower and has another noise. A target is compared with
// itself, so the truth is known.
import assert from "node:assert/strict";
import { test } from "node:test";
import { aaSamples, measuringSamples, pairableValues } from "../../../analysis/cell/samples.ts";
import { pairOfCells, verdictOver } from "../../../analysis/compare/over-machines.ts";
import type { ProcessSample, RatioPair, ScenarioResult } from "../../../shared/types.ts";
import { recordedResults } from "../../support/recorded.ts";
import { Simulation } from "../../support/simulate.ts";

const METRIC = "message_latency_p50_ms";
const MERGES = 2000;
const BLOCKS = 8;

/** The processes of a block that were the same target, as they were measured. */
const REAL = recordedResults().flatMap(({ scenarios }) =>
	Object.values(scenarios).flatMap(({ samples }) =>
		measuringSamples(samples).flatMap((one) => {
			const other = aaSamples(samples).find(({ block }) => block === one.block);
			const series = [one, other].map((sample) => (sample ? pairableValues(sample, METRIC) : []));
			return series.every(({ length }) => length > 0) ? [series as [number[], number[]]] : [];
		}),
	),
);

interface Machine {
	factor: number;
	/** A standard deviation of logarithms, beside that of the real blocks. */
	noise: number;
}
const PAIR: readonly Machine[] = [
	{ factor: 1, noise: 0 },
	{ factor: 1.7, noise: 0.1 },
];

/** @param between the standard deviation of what each machine adds to one of the two, on the log scale */
function mergeOnce(random: Simulation, machines: readonly Machine[], between: number): RatioPair {
	const [a, b]: [ProcessSample[], ProcessSample[]] = [[], []];
	for (const [machine, { factor, noise }] of machines.entries()) {
		const own = between * random.normal();
		for (let block = 0; block < BLOCKS; block++) {
			const real = REAL[Math.floor(random.random.next() * REAL.length)] ?? assert.fail("no block");
			// Which of the two comes first is chance.
			const [one, other] = random.random.next() < 0.5 ? real : [real[1], real[0]];
			const times = factor * Math.exp(own + noise * random.normal());
			const place = { block: machine * BLOCKS + block, machine };
			a.push(
				sampleOf(
					place,
					one.map((value) => value * times),
				),
			);
			b.push(
				sampleOf(
					place,
					other.map((value) => value * factor),
				),
			);
		}
	}
	return (
		pairOfCells({ target: "a", cell: cellOf(a) }, { target: "b", cell: cellOf(b) }, METRIC, "lower") ??
		assert.fail()
	);
}

function sampleOf(place: { block: number; machine: number }, values: number[]): ProcessSample {
	const series = { [METRIC]: values };
	const fixed = { attempt: 1, role: "measure", counted: true, steadiness: null } as const;
	return { ...place, ...fixed, disturbed: [], series, values: {}, messages: values.length, stages_ms: null };
}

const [anyCell] = Object.values(recordedResults()[0]?.scenarios ?? {});
function cellOf(samples: ProcessSample[]): ScenarioResult {
	return { ...(anyCell ?? assert.fail()), samples, precision: null, earlier_aa: {} };
}

function simulate(between: number): { covered: number; different: number } {
	const random = new Simulation(17);
	let [covered, different] = [0, 0];
	for (let merge = 0; merge < MERGES; merge++) {
		const { interval, over_machines: over } = mergeOnce(random, PAIR, between);
		assert.ok(interval && over);
		if (interval.low <= 1 && interval.high >= 1) covered++;
		if ((over.heterogeneity?.p ?? 1) < 0.05) different++;
	}
	return { covered: (100 * covered) / MERGES, different: (100 * different) / MERGES };
}

test("the interval over two machines made from real blocks covers, and they are not called different", () => {
	assert.ok(REAL.length > 40, `${REAL.length} blocks`);
	const { covered, different } = simulate(0);
	assert.ok(covered >= 93 && covered <= 97, `${covered} % covered`);
	assert.ok(different <= 7, `${different} % called different`);
});

test("it covers too where the machines favour the two unlike, and then they are called different", () => {
	const near = simulate(0.05);
	assert.ok(near.covered >= 93 && near.covered <= 97, `${near.covered} % covered`);
	const far = simulate(2);
	assert.ok(far.covered >= 93 && far.covered <= 97, `${far.covered} % covered`);
	assert.ok(far.different > 85, `${far.different} % called different`);
});

test("a target that is ahead on every machine is ahead, and one that is not keeps the verdict over them", () => {
	assert.equal(verdictOver("tie", ["worse", "worse"]), "worse");
	assert.equal(verdictOver("tie", ["worse", "better"]), "tie");
	assert.equal(verdictOver("tie", ["worse", "tie"]), "tie");
	assert.equal(verdictOver("better", ["worse", "worse"]), "better");
	assert.equal(verdictOver("tie", ["undecided", "undecided"]), "tie");
	assert.equal(verdictOver("undecided", []), "undecided");
});
