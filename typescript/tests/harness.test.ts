// The harness runs as a process, with the real framework.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { MeasurementFile } from "../../shared/types.ts";
import { DEFAULT_SHARED, loadContract } from "../src/contract.ts";

const BENCH = fileURLToPath(new URL("../src/bench.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "harness-"));

function harness(...args: string[]) {
	return spawnSync(process.execPath, [BENCH, ...args], { encoding: "utf8" });
}

function read(path: string): MeasurementFile {
	return JSON.parse(readFileSync(path, "utf8"));
}

/** Sends `commands` to a worker and returns its events and exit status. */
async function work(scenario: string, commands: object[], output: string) {
	const child = spawn(process.execPath, [BENCH, "--worker", "--scenario", scenario, "--output", output], {
		stdio: ["pipe", "ignore", "inherit", "pipe"],
	});
	const exited = new Promise<number | null>((resolve) => child.once("close", resolve));
	const events: { event: string; cmd?: string }[] = [];
	const waiting = [...commands];
	for await (const line of createInterface({ input: child.stdio[3] as Readable })) {
		events.push(JSON.parse(line));
		const next = waiting.shift();
		if (next) (child.stdio[0] as Writable).write(`${JSON.stringify(next)}\n`);
		else (child.stdio[0] as Writable).end();
	}
	return { events, status: await exited };
}

test("batch mode measures scenarios in a row and writes one file", () => {
	const output = join(folder, "batch.json");
	const { status, stdout } = harness(
		"--scenarios",
		"single-message,conversation-10",
		"--iterations",
		"2",
		"--warmup",
		"1",
		"--verify",
		"--output",
		output,
	);
	assert.equal(status, 0);
	assert.match(stdout, /single-message: 2 iterations, 2 messages/);
	const { cells, importNs, versions } = read(output);
	assert.ok(importNs > 0);
	assert.equal(versions.framework, "2.0.0-alpha.3");
	assert.deepEqual(
		cells.map(({ scenario, iterations }) => [scenario, iterations.length]),
		[
			["single-message", 3],
			["conversation-10", 3],
		],
	);
	assert.ok(cells[0]?.cold && cells[1]?.cold === null);
	assert.ok(
		cells.every(({ iterations, ledger }) =>
			iterations.every(({ replyDigest }) => replyDigest === ledger?.replyDigest),
		),
	);
});

test("a message's time lies within its iteration's, and the iteration's within the process's", () => {
	const output = join(folder, "times.json");
	const started = performance.now();
	harness("--scenarios", "burst-100", "--iterations", "2", "--warmup", "0", "--output", output);
	const processNs = (performance.now() - started) * 1e6;
	for (const { messageNs, wallNs, cpuNs } of read(output).cells[0]?.iterations ?? []) {
		const total = messageNs.reduce((sum, value) => sum + value, 0);
		assert.ok(total <= wallNs && wallNs < processNs && cpuNs > 0);
		assert.ok(messageNs.every((value) => Number.isInteger(value) && value > 0));
	}
});

test("a worker executes its commands one by one, message by message, and writes its file", async () => {
	const output = join(folder, "worker.json");
	const messages = Array.from({ length: 10 }, () => ({ cmd: "message" }));
	const commands = [
		{ cmd: "cold" },
		{ cmd: "begin", phase: "plain" },
		...messages,
		{ cmd: "end" },
		{ cmd: "finish" },
	];
	const { events, status } = await work("with-actions", commands, output);
	assert.equal(status, 0);
	assert.deepEqual(
		events.map(({ event, cmd }) => cmd ?? event),
		["ready", ...commands.slice(0, -1).map(({ cmd }) => cmd), "finished"],
	);
	const [cell] = read(output).cells;
	assert.equal(cell?.iterations[0]?.actionRuns, 10);
	assert.equal(cell?.iterations[0]?.messageNs.length, 10);
});

test("a control iteration is like a plain one but sets no memory figures", async () => {
	const output = join(folder, "control.json");
	const iterate = (phase: string) => ({ cmd: "iterate", phase });
	const { status } = await work(
		"single-message",
		[
			iterate("plain"),
			iterate("control"),
			{ cmd: "begin", phase: "control" },
			{ cmd: "message" },
			{ cmd: "end" },
			{ cmd: "finish" },
		],
		output,
	);
	assert.equal(status, 0);
	const [cell] = read(output).cells;
	assert.deepEqual(
		cell?.iterations.map(({ phase, index, rssBytes, stages }) => [phase, index, rssBytes !== null, stages]),
		[
			["plain", 0, true, null],
			["control", 0, false, null],
			["control", 1, false, null],
		],
	);
	assert.equal(cell?.resources.rssEndBytes, cell?.iterations[0]?.rssBytes);
});

test("a database is measured through its adapter and then through the runtime", () => {
	const output = join(folder, "database.json");
	const { status } = harness(
		"--scenarios",
		"db-write-throughput,db-read-throughput",
		"--iterations",
		"1",
		"--warmup",
		"0",
		"--verify",
		"--output",
		output,
	);
	assert.equal(status, 0);
	for (const { scenario, iterations, ledger } of read(output).cells) {
		const own = scenario === "db-write-throughput" ? ["write"] : ["read_by_id", "read_by_room"];
		const names = [...own, ...own.map((name) => `${name}_via_runtime`)];
		assert.deepEqual(
			iterations[0]?.operations.map(({ operation }) => operation),
			names,
		);
		assert.deepEqual(
			ledger?.operations.map(({ operation, done, correct }) => [operation, done > 0 && correct === done]),
			names.map((name) => [name, true]),
		);
	}
});

test("the calibration comes to the contract's results, and sends no message", () => {
	const output = join(folder, "calibration.json");
	const options = ["--iterations", "1", "--warmup", "0", "--verify", "--output", output];
	assert.equal(harness("--scenarios", "calibration", ...options).status, 0);
	const { scenarios } = loadContract(DEFAULT_SHARED);
	const results = scenarios.find(({ id }) => id === "calibration")?.expect.results ?? {};
	const [cell] = read(output).cells;
	const ledger = cell?.ledger;
	assert.deepEqual(
		Object.fromEntries(ledger?.operations.map((row) => [row.operation, row.resultDigest]) ?? []),
		results,
	);
	assert.ok(ledger?.operations.every(({ done, correct }) => done > 1 && correct === done));
	assert.deepEqual([ledger?.messages, cell?.iterations[0]?.messageNs], [0, []]);
	const names = Object.keys(results);
	assert.deepEqual(
		cell?.iterations[0]?.operations.map((row) => row.operation),
		names,
	);
	const { firstMessageNs, firstCalls = [] } = cell?.cold ?? {};
	assert.equal(firstMessageNs, null);
	assert.deepEqual(
		firstCalls.map(({ operation, ns }) => [operation, ns > 0]),
		names.map((name) => [name, true]),
	);
});

test("the end of stdin without 'finish' ends the worker without a file", async () => {
	const output = join(folder, "abandoned.json");
	const { status } = await work("single-message", [{ cmd: "cold" }], output);
	assert.equal(status, 1);
	assert.ok(!existsSync(output));
});

test("a model delay is awaited, and concurrent senders await it at the same time", () => {
	const output = join(folder, "delay.json");
	harness(
		"--scenarios",
		"single-message,concurrent-10",
		"--iterations",
		"1",
		"--warmup",
		"0",
		"--model-delay-ms",
		"50",
		"--output",
		output,
	);
	const [single, concurrent] = read(output).cells.map(({ iterations }) => (iterations[0]?.wallNs ?? 0) / 1e6);
	assert.ok((single ?? 0) >= 50);
	assert.ok((concurrent ?? 0) >= 50 && (concurrent ?? 0) < 500);
});

test("wrong arguments and wrong input give one line and exit status 2", () => {
	const broken = join(folder, "broken.json");
	writeFileSync(broken, "{");
	const old = join(folder, "old.json");
	writeFileSync(old, '{"schemaVersion":1,"scenarios":[]}');
	for (const [args, message] of [
		[["--bogus"], /bogus/],
		[["--scenarios", "nope", "--output", "x"], /unknown scenario 'nope'/],
		[
			["--scenarios", "single-message", "--iterations", "0", "--output", "x"],
			/--iterations takes a whole number of at least 1/,
		],
		[
			["--scenarios", "single-message", "--scenario-file", broken, "--output", "x"],
			/cannot read .*broken\.json/,
		],
		[
			["--scenarios", "single-message", "--scenario-file", old, "--output", "x"],
			/old\.json is not of schema version 2/,
		],
		[["--scenarios", "single-message"], /--output FILE/],
	] as const) {
		const { status, stderr } = harness(...args);
		assert.equal(status, 2, stderr);
		assert.equal(stderr.trimEnd().split("\n").length, 1, stderr);
		assert.match(stderr, message);
	}
});
