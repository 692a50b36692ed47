// An interrupted run is resumed: nothing is measured twice, and nothing that was measured is lost.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ROOT, readJson } from "../../orchestrator/files.ts";
import { Random } from "../../shared/random.ts";
import { benchmarkResult, comparisonFile, type RunFile, runFile } from "../../shared/types.ts";
import { isLong } from "../support/long.ts";
import { LIMIT_MS } from "../support/program.ts";

const KILLS = isLong ? 12 : 2;
const LANES = 2;
const ARGS = [
	"--scenarios",
	"single-message,startup-cold",
	"--blocks",
	"2",
	"--iterations",
	"2",
	"--warmup",
	"1",
	"--observe",
	"1",
];
/** The iterations of a startup scenario are its blocks. */
const BLOCKS: Record<string, number> = { "single-message": 2, "startup-cold": 2 };
const seed = 20_261_123;

const newFolder = () => join(mkdtempSync(join(tmpdir(), "eliza-benchmark-resume-")), "run");
const readRun = (folder: string) => readJson(join(folder, "run.json"), runFile, "run file");
const run = (...args: string[]) => spawnSync(join(ROOT, "run.sh"), args, { encoding: "utf8" });

/**
 * Starts a run, waits until its first scenario begins, and kills its orchestrator with SIGKILL a while later.
 * @returns how long it worked
 */
async function startAndKill(folder: string, afterMs: number): Promise<number> {
	const child = spawn(join(ROOT, "run.sh"), [...ARGS, "--output", folder], {
		stdio: ["ignore", "ignore", "pipe"],
	});
	const exited = once(child, "exit");
	let seen = "";
	await new Promise<void>((resolve) => {
		child.stderr?.on("data", (chunk: Buffer) => {
			seen += chunk;
			if (seen.includes("[1/2 ")) resolve();
		});
	});
	const begun = performance.now();
	const timer = new AbortController();
	await Promise.race([exited, sleep(afterMs, undefined, { signal: timer.signal }).catch(() => {})]);
	timer.abort();
	child.kill("SIGKILL");
	await exited;
	return performance.now() - begun;
}

/**
 * Starts a run and kills it before its end. The machine may have been slower when the whole run was timed: then
 * the moment comes too late, and another run is killed after half the time.
 */
async function interruptRun(moment: number, wholeMs: number): Promise<string> {
	for (let share = moment; share > 0.001; share /= 2) {
		const folder = newFolder();
		await startAndKill(folder, share * wholeMs);
		if (readRun(folder).status !== "complete") return folder;
	}
	throw new Error("no kill came before the end");
}

/** All files but the lock, which a killed run leaves behind and the next one takes over. */
function listFiles(folder: string): string[] {
	return readdirSync(folder, { recursive: true, encoding: "utf8" })
		.filter((name) => name !== "run.lock")
		.toSorted();
}

function assertWhole(folder: string, record: RunFile): void {
	assert.equal(record.status, "complete");
	assert.deepEqual(record.finishedScenarios, Object.keys(BLOCKS));
	for (const [scenario, blocks] of Object.entries(BLOCKS)) {
		for (const { id } of record.targets) {
			const rows = record.processes.filter((row) => row.scenario === scenario && row.target === id);
			assert.equal(
				rows.filter(({ role }) => role === "verify").length,
				1,
				`${scenario} of ${id} is verified once`,
			);
			const counted = rows.filter(({ role, superseded }) => role === "measure" && !superseded);
			assert.equal(counted.length, blocks, `${scenario} of ${id} has its blocks`);
			assert.equal(
				new Set(counted.map(({ block }) => block)).size,
				blocks,
				`${scenario} of ${id} has each block once`,
			);
			const result = readJson(join(folder, `${id}.json`), benchmarkResult, "result file");
			assert.ok(result.complete);
			assert.equal(result.scenarios[scenario]?.processes, blocks);
		}
	}
	readJson(join(folder, "comparison.json"), comparisonFile, "comparison");
}

function modificationTimes(folder: string, record: RunFile): Map<string, number> {
	return new Map(
		record.processes.flatMap(({ file }) =>
			file === null ? [] : [[file, statSync(join(folder, file)).mtimeMs]],
		),
	);
}

test(`killed with SIGKILL at ${KILLS} random moments and resumed, every run ends whole`, {
	timeout: LIMIT_MS,
}, async () => {
	const wholeMs = await startAndKill(newFolder(), 120_000);
	const random = new Random(seed);
	const moments = Array.from({ length: KILLS }, () => random.next());
	let kept = 0;
	const lane = async () => {
		for (let moment = moments.shift(); moment !== undefined; moment = moments.shift()) {
			const folder = await interruptRun(moment, wholeMs);
			const before = readRun(folder);
			kept += before.processes.length;
			const files = modificationTimes(folder, before);
			const child = spawn(join(ROOT, "run.sh"), ["--resume", folder], {
				stdio: ["ignore", "ignore", "pipe"],
			});
			let errors = "";
			child.stderr?.on("data", (chunk: Buffer) => {
				errors += chunk;
			});
			const [status] = await once(child, "exit");
			assert.equal(status, 0, errors);
			const after = readRun(folder);
			assertWhole(folder, after);
			assert.equal(after.resumed.length, 1);
			for (const row of before.processes)
				assert.ok(after.processes.some((other) => JSON.stringify(other) === JSON.stringify(row)));
			for (const [file, time] of files)
				assert.equal(statSync(join(folder, file)).mtimeMs, time, `${file} was not measured again`);
		}
	};
	await Promise.all(Array.from({ length: LANES }, lane));
	assert.ok(kept > 0, "every kill came before a process had ended");
});

test("after Ctrl-C a run says how to resume it, and the report of the resumed run says that it was resumed", {
	timeout: LIMIT_MS,
}, async () => {
	const folder = newFolder();
	const child = spawn(join(ROOT, "run.sh"), [...ARGS, "--output", folder], {
		stdio: ["ignore", "ignore", "pipe"],
	});
	let errors = "";
	child.stderr?.on("data", (chunk: Buffer) => {
		const first = !errors.includes("[2/2 ");
		errors += chunk;
		if (first && errors.includes("[2/2 ")) child.kill("SIGINT");
	});
	const [status] = await once(child, "exit");
	assert.equal(status, 130);
	assert.ok(errors.includes(`./run.sh --resume ${folder}`));
	const resumed = run("--resume", folder);
	assert.equal(resumed.status, 0, resumed.stderr);
	assert.match(resumed.stdout, /interrupted and resumed once/);
	assertWhole(folder, readRun(folder));
	const again = run("--resume", folder);
	assert.equal(again.status, 2);
	assert.match(again.stderr, /^error: the run .* is complete: there is nothing to resume$/m);
});

test("a run is resumed neither on another machine nor with other versions, and is left as it was", {
	timeout: LIMIT_MS,
}, async () => {
	const folder = newFolder();
	await startAndKill(folder, 500);
	const path = join(folder, "run.json");
	const record = readRun(folder);
	const changes: [RunFile, RegExp][] = [
		[
			{ ...record, machine: { ...record.machine, cpus: record.machine.cpus + 1 } },
			/begun on another machine \(numbers of processors: \d+ then, \d+ now\)/,
		],
		[
			{ ...record, fingerprint: { ...record.fingerprint, "the python harness": "0" } },
			/the python harness has changed since it was begun/,
		],
	];
	for (const [changed, reason] of changes) {
		writeFileSync(path, JSON.stringify(changed));
		const files = listFiles(folder);
		const { status, stderr } = run("--resume", folder);
		assert.equal(status, 3);
		assert.match(stderr, reason);
		assert.equal(
			stderr
				.trim()
				.split("\n")
				.filter((line) => line.startsWith("error:")).length,
			1,
		);
		assert.deepEqual(readRun(folder), changed);
		assert.deepEqual(listFiles(folder), files);
	}
});

test("two runs do not work in one folder", { timeout: LIMIT_MS }, async () => {
	const folder = newFolder();
	const child = spawn(join(ROOT, "run.sh"), [...ARGS, "--output", folder], {
		stdio: ["ignore", "ignore", "pipe"],
	});
	const exited = once(child, "exit");
	await new Promise<void>((resolve) =>
		child.stderr?.on("data", (chunk: Buffer) => String(chunk).includes("[1/2 ") && resolve()),
	);
	const { status, stderr } = run("--resume", folder);
	assert.equal(status, 2);
	assert.match(stderr, /another run \(process \d+\) works in/);
	child.kill("SIGINT");
	await exited;
});

test("a folder without a run, or with a torn record, cannot be resumed", () => {
	const folder = mkdtempSync(join(tmpdir(), "eliza-benchmark-resume-"));
	assert.match(run("--resume", folder).stderr, /holds no run to resume/);
	writeFileSync(join(folder, "run.json"), '{"schemaVersion":1,');
	const { status, stderr } = run("--resume", folder);
	assert.equal(status, 2);
	assert.match(stderr, /is not complete JSON/);
	assert.match(run("--resume", join(folder, "missing")).stderr, /there is no folder/);
});
