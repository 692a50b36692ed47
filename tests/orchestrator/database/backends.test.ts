// A server's processes are told apart by their titles, and what they compute for the worker is not others' time.
import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ServerProcesses } from "../../../orchestrator/database/backends.ts";
import { listKernelThreads } from "../../../orchestrator/machine/kernel.ts";
import { Monitor } from "../../../orchestrator/machine/monitor.ts";
import { newFolder, writeFiles } from "../support/folders.ts";

/** A line of /proc/PID/stat. */
const stat = (pid: number, parent: number, ticks: number, ended = 0) =>
	`${pid} (postgres) S ${parent} ${pid} ${pid} 0 -1 4194560 1 0 0 0 ${ticks} 0 ${ended} 0 20 0 1 0 100 1 1 ${Array(13).fill(0).join(" ")} 17 1 0 0 0 0 0\n`;
const title = (text: string) => `${text.replaceAll(" ", " ")}\0\0\0`;

function machine(): string {
	const processes: Record<number, string> = {
		10: "/somewhere/bin/postgres\0-D\0/data",
		11: title("postgres: checkpointer "),
		12: title("postgres: me eliza_benchmark_1_1 127.0.0.1(4000) idle"),
		13: title("postgres: me eliza_benchmark_1_11 127.0.0.1(4001) SELECT"),
		14: title("postgres: me eliza_benchmark_1_1 127.0.0.1(4002) COMMIT"),
		// It has just been forked, and has no title of its own yet.
		15: "/somewhere/bin/postgres\0-D\0/data",
	};
	return writeFiles(newFolder(), {
		"10/task/10/children": "11 12 13 14 15 ",
		...Object.fromEntries(Object.entries(processes).map(([pid, text]) => [`${pid}/cmdline`, text])),
		...Object.fromEntries(
			Object.keys(processes).map((pid) => [`${pid}/stat`, stat(Number(pid), Number(pid) === 10 ? 1 : 10, 7)]),
		),
		"12/smaps_rollup": "Rss:  3000 kB\nPss:  2000 kB\nPss_Dirty: 1 kB\n",
		"14/smaps_rollup": "Rss:  3000 kB\nPss:  1000 kB\nPss_Dirty: 1 kB\n",
	});
}

const rootsOf = (proc: string) => ({ proc, sys: join(proc, "sys") });

test("the processes of a database are those with its whole name in their titles", () => {
	const proc = machine();
	for (const postmaster of [10, null]) {
		const processes = new ServerProcesses(postmaster, rootsOf(proc));
		assert.deepEqual(processes.of("eliza_benchmark_1_1"), ["12", "14"]);
		assert.deepEqual(processes.of("eliza_benchmark_1_11"), ["13"]);
		assert.equal(processes.bytesOf("eliza_benchmark_1_1"), 3000 * 1024);
		assert.equal(processes.bytesOf("eliza_benchmark_1_11"), null);
		assert.equal(processes.bytesOf("eliza_benchmark_1_2"), null);
	}
	const processes = new ServerProcesses(10, rootsOf(proc));
	assert.deepEqual(processes.of("eliza_benchmark_1_3"), []);
	writeFileSync(join(proc, "15/cmdline"), title("postgres: me eliza_benchmark_1_3 127.0.0.1(4003) idle"));
	assert.deepEqual(processes.of("eliza_benchmark_1_3"), ["15"]);
});

test("a database's processes and the kernel work for it; of this program's server all but its housekeepers", () => {
	const proc = writeFiles(machine(), { "2/comm": "kthreadd\n", "2/task/2/children": "3 4 " });
	const given = new ServerProcesses(null, rootsOf(proc));
	assert.deepEqual(given.helpers("eliza_benchmark_1_1"), {
		processes: ["12", "14", "3", "4"],
		families: [],
		except: [],
	});
	const own = new ServerProcesses(10, rootsOf(proc));
	const helpers = () => own.helpers("eliza_benchmark_1_1");
	assert.deepEqual(helpers(), { processes: ["3", "4"], families: ["10"], except: ["11"] });
	writeFiles(proc, {
		"10/task/10/children": "11 12 16 17 ",
		"16/cmdline": title("postgres: autovacuum worker eliza_benchmark_1_1"),
		"17/cmdline": title("postgres: walwriterx me 127.0.0.1(4003) idle"),
	});
	assert.deepEqual(helpers()?.except, ["11", "16"]);
	assert.ok(!own.of("eliza_benchmark_1_1")?.includes("16"), "a vacuum works for nobody");
	rmSync(join(proc, "10/task"), { recursive: true });
	assert.equal(helpers(), null);
	assert.equal(given.helpers("eliza_benchmark_1_1"), null);
});

test("the kernel's threads are the children of its own parent, which a container hides", () => {
	const proc = writeFiles(newFolder(), { "2/comm": "kthreadd\n", "2/task/2/children": "3 4 90 " });
	assert.deepEqual(listKernelThreads(rootsOf(proc)), ["3", "4", "90"]);
	writeFileSync(join(proc, "2/comm"), "bash\n");
	assert.deepEqual(listKernelThreads(rootsOf(proc)), []);
	assert.deepEqual(listKernelThreads(rootsOf("/nowhere")), []);
});

test("a server that is not on this machine has no processes here; one that the kernel hides is not known", () => {
	const proc = machine();
	assert.deepEqual(new ServerProcesses(null, rootsOf(proc)).of("eliza_benchmark_2_1"), []);
	rmSync(join(proc, "10/task"), { recursive: true });
	assert.equal(new ServerProcesses(10, rootsOf(proc)).of("eliza_benchmark_1_1"), null);
	assert.equal(new ServerProcesses(10, rootsOf(proc)).bytesOf("eliza_benchmark_1_1"), null);
});

test("an id that the kernel has given again belongs to its new process", () => {
	const proc = machine();
	const processes = new ServerProcesses(10, rootsOf(proc));
	assert.deepEqual(processes.of("eliza_benchmark_1_11"), ["13"]);
	writeFileSync(join(proc, "10/task/10/children"), "11 12 14 ");
	assert.deepEqual(processes.of("eliza_benchmark_1_11"), []);
	writeFileSync(join(proc, "10/task/10/children"), "11 12 13 14 ");
	writeFileSync(join(proc, "13/cmdline"), title("postgres: me eliza_benchmark_1_4 127.0.0.1(4000) idle"));
	assert.deepEqual(processes.of("eliza_benchmark_1_4"), ["13"]);
});

test("the time of the worker's own backends is not that of others; what is not known makes it unknown", () => {
	const cpu = (ticks: number) => `cpu  ${ticks} 0 0 1000 0 0 0 0 0 0\ncpu0 ${ticks} 0 0 1000 0 0 0 0 0 0\n`;
	const foreign = (
		after: Record<string, string>,
		list: () => readonly string[] | null,
		families: string[] = [],
		except: string[] = [],
	) => {
		const proc = machine();
		writeFiles(proc, { stat: cpu(1000), "20/stat": stat(20, 1, 0), "20/task/20/status": "" });
		const monitor = new Monitor(20, rootsOf(proc), () => {
			const processes = list();
			return processes && { processes, families, except };
		});
		monitor.begin();
		writeFiles(proc, { stat: cpu(1100), ...after });
		monitor.end();
		return monitor.record().foreignCpuNs;
	};
	// This process's own time is taken off too: it is a tick or two.
	const near = (found: number | null, ticks: number) =>
		assert.ok(found !== null && Math.abs(found / 1e7 - ticks) <= 10, `${found} ns, not ${ticks} ticks`);
	const first = (answers: string[][]) => () => answers.shift() ?? [];
	near(
		foreign({}, () => []),
		100,
	);
	near(
		foreign({ "12/stat": stat(12, 10, 47) }, () => ["12"]),
		60,
	);
	// One that has begun meanwhile counts from 0.
	near(foreign({ "14/stat": stat(14, 10, 30) }, first([["12"], ["12", "14"]])), 70);
	// One that has ended is not known to have worked for the worker.
	near(foreign({}, first([["12"], []])), 100);
	assert.equal(
		foreign({}, () => null),
		null,
	);
	// With the family, one that has ended is: its parent has been given its time.
	const ended = { "10/task/10/children": "11 12 13 15 ", "10/stat": stat(10, 1, 7, 27) };
	near(
		foreign(ended, () => [], ["10"]),
		80,
	);
	near(
		foreign({ "12/stat": stat(12, 10, 47), ...ended }, () => [], ["10"]),
		40,
	);
	// The checkpointer is not of the family that works for the worker.
	near(
		foreign({ "11/stat": stat(11, 10, 47) }, () => [], ["10"], ["11"]),
		100,
	);
	near(
		foreign({ "11/stat": stat(11, 10, 47) }, () => [], ["10"]),
		60,
	);
	assert.equal(
		foreign({ "10/task/10/children": "", "10/stat": "" }, () => [], ["10"]),
		null,
	);
});
