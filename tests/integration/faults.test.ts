// A harness with a fault costs its own cell only, and the run says what happened.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { readJson } from "../../orchestrator/files.ts";
import type { Launch } from "../../orchestrator/process/launch.ts";
import { LOG_HEAD_BYTES, LOG_TAIL_BYTES } from "../../orchestrator/process/log.ts";
import { RUNTIME_NAMES } from "../../orchestrator/runtimes/index.ts";
import { launchOf } from "../../orchestrator/targets/launch.ts";
import { benchmarkResult, type RuntimeName, runFile } from "../../shared/types.ts";
import { LONG } from "../support/long.ts";
import { processesWith } from "../support/processes.ts";
import { LIMIT_MS } from "../support/program.ts";
import { type Fault, faultyLaunch, measure, wordsOf } from "../support/real.ts";

const FAULTS: [Fault, RegExp][] = [
	["crash", /killed by|exited with status/],
	["hang", /gave no answer to 'iterate' within 5 s/],
	["garbage", /not an event of the worker protocol/],
	["flood", /gave no answer to 'iterate' within 5 s; its log ends: .*Loading plugins/s],
	["events-flood", /flooded its events|sent 'done' before it was asked/],
	["endless-line", /wrote a line without an end where its events belong/],
	["exit-zero", /exited with status 0/],
	["child", /left a process of its own behind, which was killed/],
	["daemon", /left a process of its own behind, which was killed/],
	["no-file", /cannot read the measurement file .*ENOENT/],
	["torn-file", /the measurement file .* is not complete JSON/],
];

/** All processes that a run starts, and those that they start, are known by their mark. */
function newMark(): { mark: string; marked: (launch: Launch) => Launch } {
	const id = randomUUID();
	return {
		mark: `FAULTS_TEST=${id}`,
		marked: (launch) => ({ ...launch, env: { ...launch.env, FAULTS_TEST: id } }),
	};
}

function logsOf(folder: string): { name: string; bytes: number }[] {
	const names = readdirSync(join(folder, "logs"), { recursive: true, encoding: "utf8" }).filter((name) =>
		name.endsWith(".log"),
	);
	return names.map((name) => ({ name, bytes: statSync(join(folder, "logs", name)).size }));
}

// Many of these harnesses make a run wait.
describe("faults", { concurrency: 2 }, () => {
	for (const [runtimeIndex, runtime] of RUNTIME_NAMES.entries()) {
		const other: RuntimeName = runtime === "python" ? "rust" : "python";
		for (const [index, [fault, reason]] of FAULTS.entries()) {
			// Each fault is tried on one runtime, and by the long tests on all.
			const options = index % RUNTIME_NAMES.length === runtimeIndex ? { timeout: LIMIT_MS } : LONG;
			test(
				`a ${runtime} harness with the fault '${fault}' fails its own cell, after one retry, and no other`,
				options,
				async () => {
					const { mark, marked } = newMark();
					const { comparison, failed, folder } = await measure({
						scenarios: "single-message",
						targets: `${runtime},${other}`,
						iterations: 2,
						warmup: 1,
						timeoutMs: 5000,
						launch: (target, role) =>
							marked(target.runtime === runtime ? faultyLaunch(runtime, fault) : launchOf(target, role)),
					});
					const cells = comparison?.scenarios[0]?.cells ?? {};
					assert.equal(cells[runtime]?.status, "failed");
					assert.match(wordsOf(cells[runtime]?.reasons), reason);
					assert.equal(cells[other]?.status, "comparable");
					const result = readJson(join(folder, `${other}.json`), benchmarkResult, "result file");
					assert.equal(result.scenarios["single-message"]?.processes, 1);
					assert.equal(failed, 1);
					const { processes, status } = readJson(join(folder, "run.json"), runFile, "run file");
					assert.equal(status, "complete");
					const attempts = processes
						.filter(({ target, role, superseded }) => target === runtime && role === "measure" && !superseded)
						.map(({ attempt }) => attempt);
					assert.deepEqual(attempts, [1, 2]);
					for (const { problem } of processes) assert.ok((problem ?? "").length < 3000);
					for (const { name, bytes } of logsOf(folder))
						assert.ok(bytes < LOG_HEAD_BYTES + LOG_TAIL_BYTES + 100, `${name}: ${bytes}`);
					assert.deepEqual(processesWith(mark), []);
				},
			);
		}
	}

	for (const runtime of ["typescript", "python"] as const) {
		test(`a ${runtime} harness that writes a lot is measured, and its log says what was cut`, async () => {
			const { mark, marked } = newMark();
			const { comparison, failed, folder } = await measure({
				scenarios: "single-message",
				targets: runtime,
				iterations: 2,
				warmup: 1,
				launch: () => marked(faultyLaunch(runtime, "chatter")),
			});
			assert.equal(comparison?.scenarios[0]?.cells[runtime]?.status, "comparable");
			assert.equal(failed, 0);
			const log = readFileSync(join(folder, `logs/single-message/${runtime}.measure-0.log`), "utf8");
			assert.ok(log.length < LOG_HEAD_BYTES + LOG_TAIL_BYTES + 100);
			assert.match(log, /^\[cut: \d{7} bytes are left out here\]$/m);
			assert.match(log.slice(0, 100), /^Loading plugins \.\.\.$/m);
			assert.deepEqual(processesWith(mark), []);
		});
	}
});

test("a stop in the middle of a run keeps what is measured and leaves no process behind", async () => {
	const { mark, marked } = newMark();
	const stop = { requested: false };
	const { comparison, folder, interrupted } = await measure({
		scenarios: "single-message,burst-100",
		iterations: 3,
		warmup: 1,
		stop,
		launch: (target, role) => marked(launchOf(target, role)),
		listener: {
			advance: (_done, _total, detail) => {
				if (detail.startsWith("burst-100, block")) stop.requested = true;
			},
		},
	});
	assert.ok(interrupted);
	const finished = comparison?.scenarios.find(({ id }) => id === "single-message");
	assert.equal(Object.keys(finished?.cells ?? {}).length, 3);
	assert.equal(readJson(join(folder, "run.json"), runFile, "run file").status, "interrupted");
	assert.equal(JSON.parse(readFileSync(join(folder, "comparison.json"), "utf8")).complete, false);
	assert.deepEqual(processesWith(mark), []);
});
