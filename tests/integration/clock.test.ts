// The wall clock is set while a run is under way: the dates that are written down jump, and nothing else does.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { GROWTH_METRIC } from "../../analysis/metrics.ts";
import { ROOT, readJson } from "../../orchestrator/files.ts";
import { readResults } from "../../orchestrator/run/results.ts";
import { runFile } from "../../shared/types.ts";
import { LIMIT_MS } from "../support/program.ts";
import { wordsOf } from "../support/real.ts";

const MINUTE = 60_000;
const folder = mkdtempSync(join(tmpdir(), "eliza-benchmark-clock-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Loaded first, it sets the orchestrator's wall clock all the time. */
const STEPPING = fileURLToPath(new URL("../support/stepping-clock.ts", import.meta.url));
const steppingRun = (...args: string[]) =>
	spawnSync(
		process.execPath,
		["--import", "tsx", "--import", STEPPING, join(ROOT, "orchestrator/main.ts"), ...args],
		{ cwd: ROOT, encoding: "utf8" },
	);

/** Every number in a value, with the names that lead to it. */
function* numbersIn(data: unknown, path = ""): Generator<[string, number]> {
	if (typeof data === "number") yield [path, data];
	else if (typeof data === "object" && data !== null)
		for (const [key, value] of Object.entries(data)) yield* numbersIn(value, `${path}.${key}`);
}

test("a run whose wall clock jumps an hour forth and back all the time measures what it would have measured", {
	timeout: LIMIT_MS,
}, () => {
	const output = join(folder, "run");
	const amount = ["--blocks", "2", "--iterations", "3", "--warmup", "1", "--observe", "1"];
	const started = performance.now();
	const { status, stderr } = steppingRun(
		"--scenarios",
		"single-message,startup-cold",
		...amount,
		"--output",
		output,
	);
	const seconds = (performance.now() - started) / 1000;
	assert.equal(status, 0, stderr);
	const run = readJson(join(output, "run.json"), runFile, "run file");
	assert.equal(run.status, "complete");
	assert.ok(
		Math.abs(Date.parse(run.startedAt) - Date.now()) > 30 * MINUTE,
		"the orchestrator saw the clock jump",
	);
	assert.ok(run.elapsedSeconds > 0 && run.elapsedSeconds < seconds, `${run.elapsedSeconds} s of ${seconds}`);
	for (const { spawnToReadyNs, setupNs, turnsNs } of run.processes)
		for (const ns of [spawnToReadyNs, setupNs, turnsNs])
			assert.ok(ns === null || (ns >= 0 && ns < seconds * 1e9), `${ns} ns`);
	const results = readResults(output);
	assert.equal(results.length, 3);
	for (const { scenarios, target } of results) {
		for (const [id, { status: judged, reasons, latency, iteration, cold, samples }] of Object.entries(
			scenarios,
		)) {
			assert.equal(judged, "comparable", `${target.id} ${id}: ${wordsOf(reasons)}`);
			const numbers = [...numbersIn({ raw: latency?.raw_ms, iterations: iteration?.raw_ms, cold, samples })];
			// A process may end with less memory than it had.
			const times = numbers.filter(([path]) => !path.endsWith(GROWTH_METRIC));
			assert.ok(times.length > 5);
			for (const [path, value] of times) assert.ok(value >= 0, `${target.id} ${id}${path}: ${value}`);
			// An hour would show in any time that contains it.
			for (const time of [...(latency?.raw_ms ?? []), ...(iteration?.raw_ms ?? [])])
				assert.ok(time > 0 && time < seconds * 1000, `${time} ms`);
		}
	}
	const report = steppingRun(
		"report",
		output,
		"--format",
		"html,markdown,csv,json",
		"--output",
		join(folder, "report"),
	);
	assert.equal(report.status, 0, report.stderr);
	const change = steppingRun(
		"compare",
		output,
		output,
		"--base",
		"python",
		"--head",
		"rust",
		"--fail-on",
		"none",
		"--json",
	);
	assert.equal(change.status, 0, change.stderr);
});
