// The monitor's sums, on a machine that is made of files.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { Monitor } from "../../../orchestrator/machine/monitor.ts";
import { monitorRecord } from "../../../shared/types.ts";

const folders: string[] = [];
after(() => {
	for (const folder of folders) rmSync(folder, { recursive: true });
});

interface Fake {
	busy?: number;
	steal?: number | null;
	worker?: number;
	faults?: number;
	pressure?: number | null;
	throttled?: [inner: number, outer: number] | null;
	threads?: Record<string, [wait: number | null, voluntary: number, involuntary: number]>;
	khz?: number | null;
}

/** A machine of files: four processors, worker 77 last on processor 3, in the cgroup /outer/inner. */
function fakeMachine() {
	const root = mkdtempSync(join(tmpdir(), "monitor-"));
	folders.push(root);
	const write = (path: string, text: string) => {
		mkdirSync(dirname(join(root, path)), { recursive: true });
		writeFileSync(join(root, path), text);
	};
	const set = ({
		busy = 0,
		steal = 0,
		worker = 0,
		faults = 0,
		pressure = 0,
		throttled = null,
		threads = {},
		khz = null,
	}: Fake) => {
		const lines = [0, 1, 2, 3].map((index) => `cpu${index} 1 1 1 1 1 1 1 1 0 0`).join("\n");
		write(
			"proc/stat",
			`cpu  ${busy} 0 0 5000 40 0 0${steal === null ? "" : ` ${steal} 0 0`}\n${lines}\nintr 1 2 3\n`,
		);
		write(
			"proc/77/stat",
			`77 (a (b) c) R 1 77 77 0 -1 4194304 100 0 ${faults} 0 ${worker} 0 0 0 20 0 2 0 100 ` +
				`${"0 ".repeat(16)}3 0 0\n`,
		);
		write("proc/loadavg", "1.25 0.80 0.50 1/200 77\n");
		write("proc/77/cgroup", "4:memory:/old\n0::/outer/inner\n");
		if (pressure !== null)
			for (const [index, name] of ["cpu", "memory", "io"].entries())
				write(
					`proc/pressure/${name}`,
					`some avg10=0.00 avg60=0.00 avg300=0.00 total=${pressure * (index + 1)}\n` +
						"full avg10=0.00 avg60=0.00 avg300=0.00 total=9\n",
				);
		for (const [index, path] of ["outer/inner", "outer"].entries())
			if (throttled)
				write(
					`sys/fs/cgroup/${path}/cpu.stat`,
					`usage_usec 5\nnr_throttled 1\nthrottled_usec ${throttled[index]}\n`,
				);
		rmSync(join(root, "proc/77/task"), { recursive: true, force: true });
		for (const [id, [wait, voluntary, involuntary]] of Object.entries(threads)) {
			write(
				`proc/77/task/${id}/status`,
				`Name:\ta\nvoluntary_ctxt_switches:\t${voluntary}\nnonvoluntary_ctxt_switches:\t${involuntary}\n`,
			);
			if (wait !== null) write(`proc/77/task/${id}/schedstat`, `123 ${wait} 4\n`);
		}
		if (khz !== null) write("sys/devices/system/cpu/cpu3/cpufreq/scaling_cur_freq", `${khz}\n`);
	};
	return { root, set, roots: { proc: join(root, "proc"), sys: join(root, "sys") } };
}

test("every figure is the sum of its growth over the turns, in ns", () => {
	const { set, roots } = fakeMachine();
	const base: Fake = {
		busy: 1000,
		steal: 10,
		worker: 300,
		faults: 2,
		pressure: 1000,
		throttled: [50, 500],
		threads: { 77: [100, 5, 1] },
		khz: 3000,
	};
	set(base);
	const monitor = new Monitor(77, roots);
	const own = process.cpuUsage();
	monitor.begin();
	const within = process.cpuUsage();
	// Until it has been given the time: a wait by the clock may give it none on a busy machine.
	while (process.cpuUsage(within).user < 50_000);
	const burnt = process.cpuUsage(within);
	set({
		...base,
		busy: 1200,
		steal: 13,
		worker: 350,
		faults: 4,
		pressure: 1500,
		throttled: [60, 700],
		threads: { 77: [150, 9, 2], 78: [7, 1, 1] },
		khz: 2000,
	});
	monitor.end();
	// Between the turns everything jumps.
	const later: Fake = {
		...base,
		busy: 9000,
		steal: 99,
		worker: 900,
		pressure: 90_000,
		throttled: [900, 900],
		threads: { 77: [900, 90, 90], 78: [90, 90, 90] },
	};
	set(later);
	monitor.begin();
	set({ ...later, busy: 9100, threads: { 77: [901, 91, 90] }, khz: 2500 });
	monitor.end();
	const { user, system } = process.cpuUsage(own);
	const { wallNs, foreignCpuNs, ...record } = monitorRecord.parse(monitor.record());
	assert.deepEqual(record, {
		turns: 2,
		processors: 4,
		stealNs: 30e6,
		waitNs: 58,
		pressureNs: 500e3,
		memoryPressureNs: 1000e3,
		ioPressureNs: 1500e3,
		involuntarySwitches: 2,
		voluntarySwitches: 6,
		majorFaults: 2,
		cpuQuotaThrottledNs: 210e3,
		loadAverage: 1.25,
		frequencyKhz: { min: 2000, max: 2500 },
	});
	// 200 + 100 ticks of the machine, less 50 of the worker and what this process used within the turns: at
	// least what it burnt, at most all.
	const most = 2500e6 - (burnt.user + burnt.system) * 1e3;
	const least = 2500e6 - (user + system) * 1e3;
	assert.ok(
		foreignCpuNs !== null && foreignCpuNs <= most && foreignCpuNs >= least,
		`${least} ${foreignCpuNs} ${most}`,
	);
	assert.ok(wallNs > 0);
});

test("a figure that a machine does not give is null, and the others are there", () => {
	const { set, roots } = fakeMachine();
	const poor: Fake = { steal: null, pressure: null, threads: { 77: [null, 5, 1] } };
	set(poor);
	const monitor = new Monitor(77, roots);
	monitor.begin();
	set({ ...poor, busy: 100, threads: { 77: [null, 6, 4] } });
	monitor.end();
	const { wallNs: _, foreignCpuNs, ...record } = monitorRecord.parse(monitor.record());
	assert.ok(foreignCpuNs !== null && foreignCpuNs > 0);
	assert.deepEqual(record, {
		turns: 1,
		processors: 4,
		stealNs: null,
		waitNs: null,
		pressureNs: null,
		memoryPressureNs: null,
		ioPressureNs: null,
		involuntarySwitches: 3,
		voluntarySwitches: 1,
		majorFaults: 0,
		cpuQuotaThrottledNs: null,
		loadAverage: 1.25,
		frequencyKhz: null,
	});
});

test("a machine without /proc gives turns and time only, and one without turns gives no zeros", () => {
	const unknown = {
		processors: null,
		stealNs: null,
		foreignCpuNs: null,
		waitNs: null,
		pressureNs: null,
		memoryPressureNs: null,
		ioPressureNs: null,
	};
	const more = {
		involuntarySwitches: null,
		voluntarySwitches: null,
		majorFaults: null,
		cpuQuotaThrottledNs: null,
		loadAverage: null,
		frequencyKhz: null,
	};
	const bare = new Monitor(1, { proc: "/nowhere/proc", sys: "/nowhere/sys" });
	assert.deepEqual(bare.record(), { turns: 0, wallNs: 0, ...unknown, ...more });
	bare.begin();
	bare.end();
	const { wallNs, ...rest } = monitorRecord.parse(bare.record());
	assert.deepEqual(rest, { turns: 1, ...unknown, ...more });
	assert.ok(wallNs > 0);
	const idle = new Monitor(process.pid).record();
	assert.deepEqual([idle.turns, idle.stealNs, idle.waitNs], [0, null, null]);
});

test("an end without a beginning counts nothing", () => {
	const monitor = new Monitor(process.pid);
	monitor.end();
	assert.equal(monitor.record().turns, 0);
	monitor.begin();
	monitor.end();
	monitor.end();
	assert.equal(monitor.record().turns, 1);
});
