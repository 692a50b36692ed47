import assert from "node:assert/strict";
import { test } from "node:test";
import { compare } from "../../../analysis/compare/comparison.ts";
import type { BenchmarkResult } from "../../../shared/types.ts";
import { evidenceOf, processOf, resultOf, scenarioOf, targets } from "../../support/evidence.ts";

const SIZES = [10, 50, 100];
const MESSAGES_PER_ITERATION = 10;

/** Makes results of the built-in series of providers: each target has a base and a cost per provider. */
function providerResults(blocks: number, warmups: readonly number[] = []): BenchmarkResult[] {
	return targets.map((target, place) =>
		resultOf(
			target,
			SIZES.map((size) => {
				const scenario = scenarioOf(`provider-scaling-${size}`);
				const processes = Array.from({ length: blocks }, (_, block) => {
					const noise = 1 + 0.001 * ((block * 7 + size + place) % 5);
					const time = Math.round((1e6 + (place + 1) * 1e4 * size) * noise);
					const process = processOf(target, scenario, Array(10).fill(time), { block });
					const iterations = process.measurement?.cells[0]?.iterations ?? [];
					const [first] = iterations;
					for (let count = warmups[block % warmups.length] ?? 0; first && count > 0; count--)
						iterations.push({ ...first, phase: "warmup" });
					return process;
				});
				return evidenceOf(scenario, processes);
			}),
		),
	);
}

test("the points of a growth have their intervals, and the fewest messages that warmed a process up", () => {
	const { growth } = compare(providerResults(5, [3, 2, 4]));
	assert.deepEqual(
		growth.map(({ dimension, points }) => [dimension, points.map(({ size }) => size)]),
		targets.map(() => ["providers", SIZES]),
	);
	for (const { points } of growth)
		for (const { value_ms, interval, warmup_messages } of points) {
			assert.ok(interval && interval.low <= value_ms && value_ms <= interval.high);
			assert.equal(warmup_messages, 2 * MESSAGES_PER_ITERATION);
		}
});

test("an earlier result, which does not count them, has as many of these messages as were planned", () => {
	const results = providerResults(2, [1]);
	for (const { scenarios } of results)
		for (const cell of Object.values(scenarios)) delete cell.warmup_messages;
	for (const { points } of compare(results).growth)
		for (const { size, warmup_messages } of points)
			assert.equal(warmup_messages, scenarioOf(`provider-scaling-${size}`).warmup * MESSAGES_PER_ITERATION);
});

test("nobody is called the fastest at the largest size before there are two blocks", () => {
	const scaleOf = (blocks: number) =>
		compare(providerResults(blocks)).categories.find(({ category }) => category === "scale");
	assert.deepEqual(scaleOf(1)?.at_largest, []);
	assert.deepEqual(
		scaleOf(5)?.at_largest.map(({ size, leaders }) => [size, leaders]),
		[[100, [targets[0]?.id]]],
	);
});
