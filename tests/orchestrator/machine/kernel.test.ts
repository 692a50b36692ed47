import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { test } from "node:test";
import fc from "fast-check";
import {
	groupFiles,
	parseCpu,
	parseLoad,
	parsePressure,
	parseProcess,
	parseSwitches,
	parseThrottled,
	parseWait,
} from "../../../orchestrator/machine/kernel.ts";

test("this machine's own files are understood", { skip: process.platform !== "linux" && "no /proc" }, () => {
	const cpu = parseCpu(readFileSync("/proc/stat", "utf8"));
	assert.ok(cpu && cpu.busyTicks > 0 && cpu.idleTicks > 0 && cpu.processors >= availableParallelism());
	assert.equal(
		parseProcess(readFileSync("/proc/self/stat", "utf8"))?.name,
		readFileSync("/proc/self/comm", "utf8").trim(),
	);
	assert.notEqual(parseSwitches(readFileSync("/proc/self/status", "utf8")), null);
	assert.notEqual(parseLoad(readFileSync("/proc/loadavg", "utf8")), null);
});

test("files of other kernels are understood: old, big, oddly named", () => {
	assert.deepEqual(parseCpu("cpu  10 1 20 300\ncpu0 10 1 20 300\n"), {
		processors: 1,
		busyTicks: 31,
		idleTicks: 300,
		stealTicks: null,
	});
	assert.deepEqual(parseCpu("cpu  10 1 20 300 40 5 6 7 8 9\n"), {
		processors: 0,
		busyTicks: 42,
		idleTicks: 340,
		stealTicks: 7,
	});
	const odd = `5 (x) y) (z) S ${"1 ".repeat(8)}4 1 30 12 5 8 ${"0 ".repeat(21)}7 0\n`;
	assert.deepEqual(parseProcess(odd), {
		name: "x) y) (z",
		majorFaults: 4,
		cpuTicks: 42,
		endedChildrenTicks: 13,
		processor: 7,
	});
	assert.equal(parsePressure("some avg10=1.53 avg60=0.87 avg300=0.10 total=120345\n"), 120345);
	assert.equal(parseWait("812345678 45678 912\n"), 45678);
	assert.equal(parseThrottled("usage_usec 1\nnr_periods 4\nnr_throttled 2\nthrottled_usec 81200\n"), 81200);
	assert.equal(parseThrottled("usage_usec 1\nuser_usec 1\n"), null);
});

test("a quota is looked for in the process's cgroup and in all around it", () => {
	assert.deepEqual(groupFiles("0::/a/b\n", "/sys", "cpu.max"), [
		"/sys/fs/cgroup/cpu.max",
		"/sys/fs/cgroup/a/cpu.max",
		"/sys/fs/cgroup/a/b/cpu.max",
	]);
	assert.deepEqual(groupFiles("0::/\n", "/sys", "cpu.stat"), ["/sys/fs/cgroup/cpu.stat"]);
	assert.deepEqual(groupFiles("3:cpu:/docker/1\n", "/sys", "cpu.stat"), []);
	assert.deepEqual(groupFiles(null, "/sys", "cpu.stat"), []);
});

test("garbage is not understood, and nothing is thrown", () => {
	const parsers = [
		parseCpu,
		parseProcess,
		parsePressure,
		parseSwitches,
		parseWait,
		parseThrottled,
		parseLoad,
	];
	const samples = [
		"",
		"cpu",
		"cpu  x y",
		"cpu  1 2 3",
		"1 (a",
		"some total=-4",
		"throttled_usec many",
		"12",
		`cpu  ${"9".repeat(30)} 1 1 1`,
	];
	for (const parse of parsers)
		for (const text of [null, ...samples]) assert.equal(parse(text), null, `${parse.name} of '${text}'`);
	fc.assert(
		fc.property(fc.string({ unit: "binary" }), (text) => {
			for (const parse of parsers) parse(text);
			groupFiles(text, "/sys", "cpu.max");
		}),
	);
});
