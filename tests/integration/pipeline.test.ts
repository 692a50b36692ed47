// The pipeline breakdown on the real frameworks: it adds up, it finds what it should, and it costs little.
import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readJson } from "../../orchestrator/files.ts";
import { benchmarkResult, type RuntimeName, runFile, type ScenarioResult } from "../../shared/types.ts";
import { measure } from "../support/real.ts";

const RUNTIMES = ["typescript", "python", "rust"] as const;
const MOST_OBSERVER_COST: Record<RuntimeName, number> = { typescript: 0.05, python: 0.05, rust: 0.1 };
/** Of the message; Rust's framework keeps more to itself. */
const MOST_UNATTRIBUTED = 0.15;
/**
 * On a shared machine one run in some shows a neighbour's burst instead of the observer: the best of a few
 * shows the observer.
 */
const TRIES = 6;
const LARGEST_FILE_BYTES = 5e6;

async function cells(
	options: Parameters<typeof measure>[0],
): Promise<[RuntimeName, string, ScenarioResult][]> {
	const { folder } = await measure(options);
	const { targets } = readJson(join(folder, "run.json"), runFile, "run file");
	return targets.flatMap(({ id, runtime }) =>
		Object.entries(readJson(join(folder, `${id}.json`), benchmarkResult, "result file").scenarios).map(
			([scenario, cell]): [RuntimeName, string, ScenarioResult] => [runtime, scenario, cell],
		),
	);
}

test("self times and the rest add up to the message in every comparable cell that is observed", {
	timeout: 600_000,
}, async () => {
	const scenarios =
		"single-message,conversation-10,with-should-respond,with-actions,provider-scaling-50,history-scaling-1000,multi-step,minimal-bootstrap";
	let observed = 0;
	for (const [runtime, scenario, { status, pipeline }] of await cells({
		scenarios,
		iterations: 1,
		observe: 4,
	})) {
		if (status !== "comparable") continue;
		assert.ok(pipeline.observed, `${scenario} on ${runtime} was not observed`);
		assert.ok(
			Math.abs(pipeline.observed.self_time_share - 1) <= 0.01,
			`${scenario} on ${runtime}: ${pipeline.observed.self_time_share}`,
		);
		assert.ok((pipeline.provider_count ?? 0) > 0);
		assert.ok((pipeline.provider_execution_avg_ms ?? 0) > 0, `${scenario} on ${runtime}: no provider ran`);
		observed++;
	}
	assert.ok(observed >= 20, `${observed} cells`);
});

for (const runtime of RUNTIMES) {
	test(`observing a ${runtime} message costs little and leaves little unattributed`, {
		timeout: 600_000,
	}, async () => {
		const limit = MOST_OBSERVER_COST[runtime];
		const pending = new Map([
			["single-message", 40],
			["conversation-100", 8],
		]);
		for (let attempt = 1; attempt <= TRIES && pending.size > 0; attempt++) {
			for (const [scenario, observe] of [...pending]) {
				const [row] = await cells({
					scenarios: scenario,
					targets: runtime,
					iterations: 1,
					warmup: 3,
					observe,
				});
				const observed = row?.[2].pipeline.observed;
				assert.ok(observed && observed.observer_cost !== null);
				const { observer_cost, unattributed_share } = observed;
				console.log(
					`${runtime} ${scenario}: observer ${(100 * observer_cost).toFixed(1)} %, unattributed ${(100 * unattributed_share).toFixed(1)} %`,
				);
				const attributed =
					runtime === "rust" || scenario !== "single-message" || unattributed_share < MOST_UNATTRIBUTED;
				if (observer_cost <= limit && attributed) pending.delete(scenario);
			}
		}
		assert.deepEqual([...pending.keys()], []);
	});
}

test("providers run side by side where the framework starts them together, one after another where it awaits each", {
	timeout: 120_000,
}, async () => {
	const overlap = new Map(
		(await cells({ scenarios: "fresh-rooms-100", iterations: 1, observe: 1 })).map(
			([runtime, , { pipeline }]) => [runtime, pipeline.observed?.provider_overlap],
		),
	);
	assert.ok((overlap.get("typescript") ?? 0) > 1.2, String(overlap.get("typescript")));
	for (const runtime of ["python", "rust"] as const)
		assert.ok(Math.abs((overlap.get(runtime) ?? 0) - 1) < 0.05, String(overlap.get(runtime)));
});

test("a measurement of ten thousand messages stays under five megabytes", { timeout: 300_000 }, async () => {
	const { folder } = await measure({
		scenarios: "burst-1000",
		targets: "python",
		iterations: 10,
		observe: 1,
	});
	const { processes } = readJson(join(folder, "run.json"), runFile, "run file");
	const files = processes.flatMap(({ file }) => (file ? [statSync(join(folder, file)).size] : []));
	assert.equal(files.length, 2);
	for (const size of files) assert.ok(size < LARGEST_FILE_BYTES, `${size} bytes`);
});
