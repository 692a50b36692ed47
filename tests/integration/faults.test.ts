// A harness that misbehaves costs its own cell only, and the run says what happened.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readJson } from "../../orchestrator/files.ts";
import { launchOf } from "../../orchestrator/launch.ts";
import { runFile } from "../../shared/types.ts";
import { type Fault, faultyLaunch, measure } from "../support/real.ts";

const FAULTS: [Fault, RegExp][] = [
	["crash", /killed by|exited with status/],
	["hang", /gave no answer to 'iterate' within 5 s/],
	["garbage", /not an event of the worker protocol/],
];

function liveHarnesses(): string[] {
	return execFileSync("ps", ["-eo", "args"], { encoding: "utf8" })
		.split("\n")
		.filter((line) => line.includes("--worker") && line.includes("eliza-benchmark-test-"));
}

for (const runtime of ["typescript", "python", "rust"] as const) {
	for (const [fault, reason] of FAULTS) {
		test(`a ${runtime} harness with the fault '${fault}' fails its own cell, after one retry, and no other`, async () => {
			const { comparison, failed, folder } = await measure({
				...{ scenarios: "single-message", iterations: 2, warmup: 1, timeoutMs: 5000 },
				launch: (target, role) => (target.runtime === runtime ? faultyLaunch(runtime, fault) : launchOf(target, role)),
			});
			const cells = comparison?.scenarios[0]?.cells ?? {};
			assert.equal(cells[runtime]?.status, "failed");
			assert.match(cells[runtime]?.reasons.join() ?? "", reason);
			for (const [target, { status }] of Object.entries(cells)) if (target !== runtime) assert.equal(status, "comparable", target);
			assert.equal(failed, 1);
			const { processes } = readJson(join(folder, "run.json"), runFile, "run file");
			const attempts = processes.filter(({ target, role }) => target === runtime && role === "measure").map(({ attempt }) => attempt);
			assert.deepEqual(attempts, [1, 2]);
			assert.deepEqual(liveHarnesses(), []);
		});
	}
}

test("a stop in the middle of a run keeps what is measured and leaves no process behind", async () => {
	const stop = { requested: false };
	const { comparison, folder, interrupted } = await measure({
		...{ scenarios: "single-message,burst-100", iterations: 3, warmup: 1, stop },
		listener: {
			scenario: ({ id }) => {
				if (id === "burst-100") setTimeout(() => (stop.requested = true), 1500);
			},
		},
	});
	assert.ok(interrupted);
	assert.equal(Object.keys(comparison?.scenarios.find(({ id }) => id === "single-message")?.cells ?? {}).length, 3);
	assert.equal(readJson(join(folder, "run.json"), runFile, "run file").status, "interrupted");
	assert.equal(JSON.parse(readFileSync(join(folder, "comparison.json"), "utf8")).complete, false);
	assert.deepEqual(liveHarnesses(), []);
});
