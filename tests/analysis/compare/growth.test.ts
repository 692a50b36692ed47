import assert from "node:assert/strict";
import { test } from "node:test";
import { compare } from "../../../analysis/compare/comparison.ts";
import type { BenchmarkResult } from "../../../shared/types.ts";
import { evidenceOf, processOf, resultOf, scenarioOf, targets } from "../../support/evidence.ts";

const SIZES = [10, 50, 100];
const MESSAGES_PER_ITERATION = 10;

/** Makes results of the built-in series of providers: each target has a base and a cost per provider. */
function providerResults(blocks: number): BenchmarkResult[] {
	return targets.map((target, place) =>
		resultOf(
			target,
			SIZES.map((size) => {
				const scenario = scenarioOf(`provider-scaling-${size}`);
				const processes = Array.from({ length: blocks }, (_, block) => {
					const noise = 1 + 0.001 * ((block * 7 + size + place) % 5);
					const time = Math.round((1e6 + (place + 1) * 1e4 * size) * noise);
					return processOf(target, scenario, Array(10).fill(time), { block });
				});
				return evidenceOf(scenario, processes);
			}),
		),
	);
}

test("the points of a growth have their intervals, and the messages that warmed them up", () => {
	const { growth } = compare(providerResults(5));
	assert.deepEqual(
		growth.map(({ dimension, points }) => [dimension, points.map(({ size }) => size)]),
		targets.map(() => ["providers", SIZES]),
	);
	for (const { points } of growth)
		for (const { size, value_ms, interval, warmup_messages } of points) {
			assert.ok(interval && interval.low <= value_ms && value_ms <= interval.high);
			const { warmup } = scenarioOf(`provider-scaling-${size}`);
			assert.equal(warmup_messages, warmup * MESSAGES_PER_ITERATION);
		}
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
