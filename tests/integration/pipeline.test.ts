// The pipeline breakdown on the real frameworks: it adds up, and it finds what it should.
import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readJson } from "../../orchestrator/files.ts";
import { RUNTIME_NAMES } from "../../orchestrator/runtimes/index.ts";
import { benchmarkResult, type RuntimeName, runFile, type ScenarioResult } from "../../shared/types.ts";
import { isLong, LONG } from "../support/long.ts";
import { LIMIT_MS } from "../support/program.ts";
import { measure } from "../support/real.ts";

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
	timeout: LIMIT_MS,
}, async () => {
	const scenarios = [
		...["single-message", "with-should-respond", "with-actions", "multi-step"],
		...(isLong
			? ["conversation-10", "provider-scaling-50", "history-scaling-1000", "minimal-bootstrap"]
			: []),
	];
	let observed = 0;
	for (const [runtime, scenario, { status, pipeline }] of await cells({
		scenarios: scenarios.join(),
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
	// One cell may be divergent, and one unsupported.
	const least = scenarios.length * RUNTIME_NAMES.length - 4;
	assert.ok(observed >= least, `${observed} cells`);
});

test("providers overlap where the framework starts them together, and not where it awaits each", {
	timeout: LIMIT_MS,
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

test("a measurement of ten thousand messages stays under five megabytes", LONG, async () => {
	const { folder } = await measure({
		scenarios: "burst-1000",
		targets: "python",
		iterations: 10,
		observe: 1,
	});
	const { processes } = readJson(join(folder, "run.json"), runFile, "run file");
	// The verification and the measurement; a disturbed block is repeated.
	assert.equal(processes.filter(({ superseded }) => !superseded).length, 2);
	const sizes = processes.map(
		({ file }) => statSync(join(folder, file ?? assert.fail("a file is missing"))).size,
	);
	for (const size of sizes) assert.ok(size < LARGEST_FILE_BYTES, `${size} bytes`);
});
