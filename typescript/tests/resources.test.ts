// Collector, heap and resident set are compared with independent sources.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { MeasurementFile } from "../../shared/types.ts";
import { Cell } from "../src/cell.ts";
import { sendToFramework } from "../src/frameworks/front-door.ts";
import { findScenario, openSession } from "./workbench.ts";

const BENCH = fileURLToPath(new URL("../src/bench.ts", import.meta.url));
const MIB = 2 ** 20;

test("the collections of the plain phase are those in the engine's log", async () => {
	const folder = mkdtempSync(join(tmpdir(), "harness-"));
	const [output, log] = [join(folder, "gc.json"), join(folder, "gc.log")];
	const stderr = openSync(log, "w");
	const child = spawn(process.execPath, [BENCH, "--worker", "--scenario", "burst-100", "--output", output], {
		stdio: ["pipe", "ignore", stderr, "pipe"],
		env: { ...process.env, BUN_JSC_logGC: "1" },
	});
	closeSync(stderr);
	const answers = createInterface({ input: child.stdio[3] as Readable })[Symbol.asyncIterator]();
	const tell = async (command: object) => {
		(child.stdio[0] as Writable).write(`${JSON.stringify(command)}\n`);
		await answers.next();
	};
	const logged = () => readFileSync(log, "utf8").split("GC END!").length - 1;
	await answers.next();
	await tell({ cmd: "iterate", phase: "warmup" });
	const before = logged();
	for (let iteration = 0; iteration < 4; iteration++) await tell({ cmd: "iterate", phase: "plain" });
	const least = logged() - before;
	// The collector is read when this command arrives, so collections in the wait before it count as well.
	await tell({ cmd: "iterate", phase: "control" });
	const most = logged() - before;
	await tell({ cmd: "finish" });
	const { gc, heapBytes } =
		(JSON.parse(readFileSync(output, "utf8")) as MeasurementFile).cells[0]?.resources ?? {};
	assert.ok(gc && least > 2);
	// One collection may be running at either end.
	assert.ok(
		gc.collections >= least - 1 && gc.collections <= most + 1,
		`${gc.collections} counted, ${least} to ${most} logged`,
	);
	assert.ok(
		gc.maxPauseNs > 0 &&
			gc.totalPauseNs >= gc.maxPauseNs &&
			gc.totalPauseNs <= gc.maxPauseNs * gc.collections,
	);
	assert.ok(heapBytes && heapBytes > MIB);
});

test("the peak of the resident set is the kernel's own maximum", async () => {
	const session = await openSession();
	const held: Buffer[] = [];
	session.sender = (outgoing) => {
		if (outgoing.phase === "plain") held.push(Buffer.alloc(64 * MIB, 1));
		return sendToFramework(outgoing);
	};
	const cell = new Cell(session, findScenario(session, "single-message"));
	await cell.iterate("warmup");
	await cell.iterate("plain");
	const maximum = process.resourceUsage().maxRSS * 1024;
	const { rssPeakBytes, rssStartBytes } = cell.measurement.resources;
	assert.ok(rssPeakBytes !== null && rssStartBytes !== null && held.length === 1);
	// The engine returns some of the memory that it held at the start, and the kernel's counter lags by a
	// few hundred kilobytes.
	assert.ok(
		rssPeakBytes - rssStartBytes >= 58 * MIB,
		`${rssPeakBytes - rssStartBytes} bytes more than at the start`,
	);
	assert.ok(Math.abs(rssPeakBytes / maximum - 1) < 0.02, `${rssPeakBytes} instead of ${maximum}`);
});
