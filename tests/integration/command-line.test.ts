// The main job as a user runs it, ends it with Ctrl-C, or kills it.
import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ROOT, readJson } from "../../orchestrator/files.ts";
import { benchmarkResult, comparisonFile, measurementFile, runFile } from "../../shared/types.ts";
import { LIMIT_MS, startProgramUntil } from "../support/program.ts";
import { wordsOf } from "../support/real.ts";

const newFolder = () => join(mkdtempSync(join(tmpdir(), "eliza-benchmark-cli-")), "run");

function workersOf(folder: string): string[] {
	return execFileSync("ps", ["-eo", "args"], { encoding: "utf8" })
		.split("\n")
		.filter((line) => line.includes("--worker") && line.includes(folder));
}

/** Starts a run and resolves once `text` has come out of it. */
function startUntil(folder: string, text: string, ...args: string[]): Promise<ChildProcess> {
	return startProgramUntil(text, [...args, "--output", folder]);
}

test("a run leaves one valid result per target, every raw measurement, and the comparison it printed", {
	timeout: LIMIT_MS,
}, () => {
	const folder = newFolder();
	const args = [
		"--profile",
		"quick",
		"--scenarios",
		"single-message,db-write-throughput,startup-cold,multi-step",
		"--output",
		folder,
	];
	const { status, stdout } = spawnSync(join(ROOT, "run.sh"), args, { encoding: "utf8" });
	assert.equal(status, 0);
	for (const id of ["single-message", "db-write-throughput", "startup-cold", "multi-step"])
		assert.ok(stdout.includes(`Scenario: ${id} (`), id);
	const run = readJson(join(folder, "run.json"), runFile, "run file");
	assert.equal(run.status, "complete");
	for (const { id, framework, versions } of run.targets) {
		const result = readJson(join(folder, `${id}.json`), benchmarkResult, "result file");
		assert.equal(versions?.framework, framework.version);
		assert.equal(Object.keys(result.scenarios).length, 4);
		for (const [scenario, cell] of Object.entries(result.scenarios)) {
			assert.ok(
				["comparable", "divergent", "unsupported"].includes(cell.status),
				`${scenario} on ${id}: ${wordsOf(cell.reasons)}`,
			);
			if (cell.status === "comparable") assert.deepEqual(cell.reasons, []);
			else assert.ok(cell.reasons.length > 0);
		}
		assert.ok((result.scenarios["startup-cold"]?.cold?.startup_time_ms ?? 0) > 0);
		assert.ok((result.scenarios["single-message"]?.resources?.memory_rss_peak_mb ?? 0) > 0);
	}
	for (const { file } of run.processes)
		if (file) readJson(join(folder, file), measurementFile, "measurement file");
	// A block of a cold start is one process of every target, and how many blocks there are depends on
	// the time.
	const starts = run.processes.filter(
		({ scenario, role, superseded }) => scenario === "startup-cold" && role === "measure" && !superseded,
	);
	const blocks = new Set(starts.map(({ block }) => block)).size;
	assert.ok(blocks > 0);
	assert.equal(starts.length, 3 * blocks);
	const again = spawnSync(join(ROOT, "run.sh"), ["report", folder, "--json"], { encoding: "utf8" });
	assert.equal(again.status, 0);
	assert.deepEqual(
		comparisonFile.parse(JSON.parse(again.stdout)),
		readJson(join(folder, "comparison.json"), comparisonFile, "comparison"),
	);
});

test("verify prints what each runtime does and exits with 0", {
	timeout: LIMIT_MS,
}, () => {
	const { status, stdout } = spawnSync(
		join(ROOT, "run.sh"),
		["verify", "--scenarios", "with-should-respond,concurrent-same-room-10"],
		{
			encoding: "utf8",
		},
	);
	assert.equal(status, 0);
	assert.match(stdout, /Model: shouldRespond/);
	assert.match(stdout, /Prompt characters/);
});

test("a .env and a bunfig.toml in the user's folder reach no measured process", { timeout: LIMIT_MS }, () => {
	const [folder, cwd] = [newFolder(), mkdtempSync(join(tmpdir(), "eliza-benchmark-cwd-"))];
	writeFileSync(join(cwd, "bunfig.toml"), 'preload = ["./preload.ts"]\n');
	writeFileSync(join(cwd, "preload.ts"), "process.exit(77);\n");
	writeFileSync(join(cwd, ".env"), "LOG_LEVEL=trace\n");
	const what = ["--scenarios", "single-message", "--targets", "typescript", "--output", folder];
	const amount = ["--blocks", "1", "--iterations", "1", "--warmup", "0", "--observe", "0"];
	assert.equal(spawnSync(join(ROOT, "run.sh"), [...what, ...amount], { cwd }).status, 0);
	const { scenarios } = readJson(join(folder, "typescript.json"), benchmarkResult, "result file");
	assert.equal(scenarios["single-message"]?.status, "comparable");
});

test("results of unlike settings are not compared: exit 3", { timeout: LIMIT_MS }, () => {
	const [plain, delayed] = [newFolder(), newFolder()];
	const small = ["--scenarios", "single-message", "--blocks", "1", "--iterations", "1"];
	for (const options of [
		["--targets", "rust", "--output", plain],
		["--targets", "python", "--model-delay-ms", "1", "--output", delayed],
	])
		spawnSync(join(ROOT, "run.sh"), [...small, ...options]);
	const { status, stderr } = spawnSync(
		join(ROOT, "run.sh"),
		["report", join(plain, "rust.json"), join(delayed, "python.json")],
		{
			encoding: "utf8",
		},
	);
	assert.equal(status, 3);
	assert.match(stderr, /different settings/);
});

test("Ctrl-C ends the run after the current iteration, keeps what is measured and exits with 130", {
	timeout: LIMIT_MS,
}, async () => {
	const folder = newFolder();
	const child = await startUntil(
		folder,
		"[2/2 burst-1000]",
		"--profile",
		"quick",
		"--scenarios",
		"single-message,burst-1000",
		"--targets",
		"rust,python",
	);
	await sleep(1000);
	child.kill("SIGINT");
	const [status] = await once(child, "exit");
	assert.equal(status, 130);
	const comparison = readJson(join(folder, "comparison.json"), comparisonFile, "comparison");
	assert.equal(comparison.complete, false);
	assert.ok(comparison.scenarios.some(({ id }) => id === "single-message"));
	assert.equal(readJson(join(folder, "run.json"), runFile, "run file").status, "interrupted");
	assert.deepEqual(workersOf(folder), []);
});

test("kill -9 of the orchestrator leaves no process behind, frozen ones included, and no half-written file", {
	timeout: LIMIT_MS,
}, async () => {
	const folder = newFolder();
	const child = await startUntil(
		folder,
		"[2/2 conversation-100]",
		"--scenarios",
		"single-message,conversation-100",
		"--blocks",
		"1",
		"--iterations",
		"50",
	);
	while (
		workersOf(folder).length < 3 ||
		readdirSync(join(folder, "measurements/conversation-100")).length < 3
	)
		await sleep(100);
	await sleep(1500);
	child.kill("SIGKILL");
	await once(child, "exit");
	for (let waited = 0; workersOf(folder).length > 0 && waited < 5000; waited += 100) await sleep(100);
	assert.deepEqual(workersOf(folder), []);
	assert.ok(existsSync(join(folder, "typescript.json")));
	readJson(join(folder, "run.json"), runFile, "run file");
});
