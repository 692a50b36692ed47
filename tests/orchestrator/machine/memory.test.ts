import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { parseRun } from "../../../orchestrator/machine/kernel.ts";
import { parseAvailable, parseRss, readAvailable, readRss } from "../../../orchestrator/machine/memory.ts";
import { ProcessCpu } from "../../../orchestrator/machine/process-cpu.ts";
import { NS_PER_MS } from "../../../shared/units.ts";
import { newFolder } from "../support/folders.ts";

/** Makes the files of a machine with 8 GB left, in whose cgroup 200 of 500 MB are taken. */
function machine(files: Record<string, string>) {
	const folder = newFolder();
	for (const [name, text] of Object.entries(files)) {
		mkdirSync(dirname(join(folder, name)), { recursive: true });
		writeFileSync(join(folder, name), text);
	}
	return { proc: join(folder, "proc"), sys: join(folder, "sys") };
}

test("what is left is the least that the machine and any cgroup leave", () => {
	const meminfo = { "proc/meminfo": "MemTotal: 9000000 kB\nMemAvailable:    8000000 kB\n" };
	const cgroup = { "proc/self/cgroup": "0::/a/b\n" };
	assert.equal(readAvailable(machine(meminfo)), 8_000_000 * 1024);
	const limited = {
		"sys/fs/cgroup/a/memory.max": "500000000\n",
		"sys/fs/cgroup/a/memory.current": "200000000\n",
		"sys/fs/cgroup/a/b/memory.max": "max\n",
		"sys/fs/cgroup/a/b/memory.current": "200000000\n",
	};
	assert.equal(readAvailable(machine({ ...meminfo, ...cgroup, ...limited })), 300_000_000);
	assert.equal(readAvailable(machine({ "proc/self/stat": "" })), null);
});

test("texts of other kernels are unknown, never 0", () => {
	assert.equal(parseRss("Name: x\nVmRSS:\t  1234 kB\n"), 1234 * 1024);
	assert.equal(parseRss("Name: x\n"), null);
	assert.equal(parseAvailable("MemAvailable: many kB\n"), null);
	assert.equal(parseRun("5000 20 3\n"), 5000);
	assert.equal(parseRun("5000 20\n"), null);
});

test("a process's own memory and processor time are read, and those of one that has ended are not", () => {
	assert.ok((readRss(process.pid) ?? 0) > 10e6);
	const cpu = new ProcessCpu(process.pid);
	const before = cpu.read() ?? 0;
	for (const until = performance.now() + 300; performance.now() < until; );
	const took = (cpu.read() ?? 0) - before;
	// Others may have the processor meanwhile.
	assert.ok(took > 0 && took < 2000 * NS_PER_MS, `${took}`);
	assert.equal(readRss(2 ** 30), null);
	assert.equal(new ProcessCpu(2 ** 30).read(), null);
});

test("a thread that has ended does not take its processor time out of the process's", () => {
	const folder = machine({
		"proc/7/task/7/schedstat": "100 0 0\n",
		"proc/7/task/8/schedstat": "5000 0 0\n",
	});
	const cpu = new ProcessCpu(7, folder);
	assert.equal(cpu.read(), 5100);
	rmSync(join(folder.proc, "7/task/8"), { recursive: true });
	assert.equal(cpu.read(), 5100);
	// Another thread has got its id.
	mkdirSync(join(folder.proc, "7/task/8"));
	writeFileSync(join(folder.proc, "7/task/8/schedstat"), "30 0 0\n");
	writeFileSync(join(folder.proc, "7/task/7/schedstat"), "150 0 0\n");
	assert.equal(cpu.read(), 5180);
});
