import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { contamination, WAIT_LIMIT } from "../../../analysis/cell/contamination.ts";
import { NS_PER_TICK, parseCpu, parseProcess, parseSwitches } from "../../../orchestrator/machine/kernel.ts";
import { Monitor } from "../../../orchestrator/machine/monitor.ts";
import { type MonitorRecord, monitorRecord } from "../../../shared/types.ts";

const children = new Set<ChildProcess>();
after(() => {
	for (const child of children) child.kill("SIGKILL");
});

function start(script: string): ChildProcess & { pid: number } {
	const child = spawn(process.execPath, ["-e", script], { stdio: ["pipe", "pipe", "inherit"] });
	children.add(child);
	assert.ok(child.pid !== undefined);
	return child as ChildProcess & { pid: number };
}

async function stop(child: ChildProcess): Promise<void> {
	child.kill("SIGKILL");
	if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
	children.delete(child);
}

/** Computes for as many milliseconds as it is told, then answers. */
const WORKER = `process.stdin.on("data", (text) => {
	for (const until = performance.now() + Number(text); performance.now() < until;);
	process.stdout.write("done");
});`;
const HOG = "process.stdout.write('on'); for (;;);";

async function work(worker: ChildProcess, milliseconds: number): Promise<void> {
	worker.kill("SIGCONT");
	worker.stdin?.write(String(milliseconds));
	await once(worker.stdout as NodeJS.ReadableStream, "data");
	worker.kill("SIGSTOP");
}

async function startWorker(): Promise<ChildProcess & { pid: number }> {
	const worker = start(WORKER);
	await work(worker, 1);
	return worker;
}

/** A worker's turns beside so many hogs. */
async function watch(hogs: number, turns: number, milliseconds: number) {
	const worker = await startWorker();
	const others = Array.from({ length: hogs }, () => start(HOG));
	await Promise.all(others.map((hog) => once(hog.stdout as NodeJS.ReadableStream, "data")));
	const monitor = new Monitor(worker.pid);
	const ticksOf = (pid: number | undefined) =>
		parseProcess(readFileSync(`/proc/${pid}/stat`, "utf8"))?.cpuTicks ?? Number.NaN;
	const busyOf = () =>
		(parseCpu(readFileSync("/proc/stat", "utf8"))?.busyTicks ?? Number.NaN) - ticksOf(worker.pid);
	const hogsOf = () => others.reduce((sum, { pid }) => sum + ticksOf(pid), 0);
	const [busy, hogged] = [busyOf(), hogsOf()];
	for (let turn = 0; turn < turns; turn++) {
		monitor.begin();
		await work(worker, milliseconds);
		monitor.end();
	}
	const [othersAtMostNs, hogCpuNs] = [(busyOf() - busy) * NS_PER_TICK, (hogsOf() - hogged) * NS_PER_TICK];
	const record = monitorRecord.parse(monitor.record());
	await Promise.all([worker, ...others].map(stop));
	return { record, othersAtMostNs, hogCpuNs };
}

/** Whether others held the processors that the worker waited for. */
function isWaiting(record: MonitorRecord): boolean {
	return contamination(record).some(({ kind }) => kind === "waiting");
}

test("the worker's own time is not counted as that of others, and few others do not disturb it", async () => {
	const { record, othersAtMostNs } = await watch(0, 5, 100);
	assert.equal(record.turns, 5);
	assert.ok(record.wallNs >= 500e6, String(record.wallNs));
	assert.ok(
		record.foreignCpuNs !== null && record.foreignCpuNs <= othersAtMostNs + 30e6,
		`${record.foreignCpuNs} of ${othersAtMostNs}`,
	);
	// Tests share their machine: what others do meanwhile must not fail this one.
	if (record.foreignCpuNs <= WAIT_LIMIT * record.wallNs) assert.ok(!isWaiting(record));
});

test("more hogs than processors disturb a worker, and their time is counted as that of others", async () => {
	const { record, hogCpuNs } = await watch(availableParallelism() + 1, 5, 200);
	assert.ok((record.foreignCpuNs ?? 0) > 0.8 * hogCpuNs, `${record.foreignCpuNs} of ${hogCpuNs}`);
	assert.ok((record.waitNs ?? 0) > 0.1 * record.wallNs, JSON.stringify(record));
	assert.ok(isWaiting(record), JSON.stringify(contamination(record)));
});

test("what happens between turns is not counted", async () => {
	const worker = await startWorker();
	const monitor = new Monitor(worker.pid);
	for (let turn = 0; turn < 3; turn++) {
		// To be stopped, each of its threads has to run once more.
		await sleep(20);
		monitor.begin();
		monitor.end();
		await work(worker, 150);
	}
	const record = monitor.record();
	await stop(worker);
	assert.equal(record.turns, 3);
	assert.ok(record.wallNs < 100e6, String(record.wallNs));
	assert.ok((record.voluntarySwitches ?? Number.NaN) <= 1, JSON.stringify(record));
});

test("context switches are those of all threads, not of the first one", async () => {
	const script = `const { Worker } = require("node:worker_threads");
		const waiting = "const cell = new Int32Array(new SharedArrayBuffer(4)); for (;;) Atomics.wait(cell, 0, 0, 1);";
		new Worker(waiting, { eval: true }).on("online", () => process.stdout.write("on"));`;
	const worker = start(script);
	await once(worker.stdout as NodeJS.ReadableStream, "data");
	const leader = () =>
		parseSwitches(readFileSync(`/proc/${worker.pid}/status`, "utf8"))?.voluntary ?? Number.NaN;
	const monitor = new Monitor(worker.pid);
	await sleep(100);
	const before = leader();
	monitor.begin();
	await sleep(500);
	monitor.end();
	const ofLeader = leader() - before;
	await stop(worker);
	const counted = monitor.record().voluntarySwitches ?? Number.NaN;
	assert.ok(counted >= ofLeader + 100, `${counted}, of the first thread ${ofLeader}`);
});

test("a worker that dies within a turn has no figures of its own, and nothing is thrown", async () => {
	const worker = await startWorker();
	const monitor = new Monitor(worker.pid);
	monitor.begin();
	await work(worker, 20);
	monitor.end();
	assert.notEqual(monitor.record().foreignCpuNs, null);
	monitor.begin();
	await stop(worker);
	monitor.end();
	const record = monitorRecord.parse(monitor.record());
	assert.equal(record.turns, 2);
	for (const name of [
		"foreignCpuNs",
		"waitNs",
		"involuntarySwitches",
		"voluntarySwitches",
		"majorFaults",
	] as const)
		assert.equal(record[name], null, name);
	assert.notEqual(record.stealNs, null);
});

test("a reading takes less than half a millisecond", async () => {
	const worker = await startWorker();
	const monitor = new Monitor(worker.pid);
	const costs: number[] = [];
	for (let turn = 0; turn < 100; turn++) {
		const started = performance.now();
		monitor.begin();
		monitor.end();
		costs.push((performance.now() - started) / 2);
	}
	await stop(worker);
	// The fastest quarter: what else runs here may hold up any of them.
	costs.sort((left, right) => left - right);
	assert.ok((costs[25] ?? 1) < 0.5, `${costs[25]} ms`);
});
