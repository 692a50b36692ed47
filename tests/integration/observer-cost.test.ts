// What observing a message costs, and how much of the message it leaves unattributed, on the real frameworks.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { readJson } from "../../orchestrator/files.ts";
import { benchmarkResult, type RuntimeName } from "../../shared/types.ts";
import { LIMIT_MS } from "../support/program.ts";
import { measure } from "../support/real.ts";

const MOST_OBSERVER_COST: Record<RuntimeName, number> = { typescript: 0.05, python: 0.05, rust: 0.1 };
/** Of the message; Rust's framework keeps more to itself. */
const MOST_UNATTRIBUTED = 0.15;
/** On a shared machine some runs show a neighbour's burst instead of the observer. The best of a few is taken. */
const TRIES = 6;

async function observe(runtime: RuntimeName, scenario: string, iterations: number) {
	const { folder } = await measure({
		scenarios: scenario,
		targets: runtime,
		iterations: 1,
		warmup: 3,
		observe: iterations,
	});
	const result = readJson(join(folder, `${runtime}.json`), benchmarkResult, "result file");
	return result.scenarios[scenario]?.pipeline.observed ?? assert.fail("it was not observed");
}

for (const runtime of ["typescript", "python", "rust"] as const) {
	test(`observing a ${runtime} message costs little and leaves little unattributed`, {
		timeout: LIMIT_MS,
	}, async () => {
		const pending = new Map([
			["single-message", 40],
			["conversation-100", 8],
		]);
		for (let attempt = 1; attempt <= TRIES && pending.size > 0; attempt++) {
			for (const [scenario, iterations] of [...pending]) {
				const { observer_cost, unattributed_share } = await observe(runtime, scenario, iterations);
				assert.ok(observer_cost !== null);
				const percents = [observer_cost, unattributed_share].map((share) => `${(100 * share).toFixed(1)} %`);
				console.log(`${runtime} ${scenario}: observer ${percents[0]}, unattributed ${percents[1]}`);
				const attributed =
					runtime === "rust" || scenario !== "single-message" || unattributed_share < MOST_UNATTRIBUTED;
				if (observer_cost <= MOST_OBSERVER_COST[runtime] && attributed) pending.delete(scenario);
			}
		}
		assert.deepEqual([...pending.keys()], []);
	});
}
