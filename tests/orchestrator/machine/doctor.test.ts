import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { examine, type Finding } from "../../../orchestrator/machine/doctor/checks.ts";
import { consumption, type Usage, watchConsumers } from "../../../orchestrator/machine/doctor/consumers.ts";
import {
	type Facts,
	parseBoost,
	parseChoice,
	parseHypervisor,
	parseMemory,
	parsePressureAverage,
	readFacts,
} from "../../../orchestrator/machine/doctor/facts.ts";
import { MACHINE } from "../../../orchestrator/machine/kernel.ts";
import { parseQuota } from "../../../orchestrator/machine/processors.ts";

const folders: string[] = [];
after(() => {
	for (const folder of folders) rmSync(folder, { recursive: true });
});

/** A server that nothing is wrong with. */
const GOOD: Facts = {
	procfs: true,
	processors: 8,
	usable: 8,
	load: 0.1,
	foreign: { processors: 0.02, top: [] },
	pressure: { cpu: 0, memory: 0, io: 0 },
	stealShare: 0,
	quota: Number.POSITIVE_INFINITY,
	governors: ["performance"],
	boost: false,
	siblings: false,
	hypervisor: false,
	swapUsedBytes: 0,
	memoryAvailableBytes: 2 ** 34,
	hugePages: "madvise",
	randomisedAddresses: true,
	onBattery: null,
	freeDiskBytes: 2 ** 36,
	clockSource: "tsc",
	timerResolutionNs: 40,
};

const warningsOf = (facts: Partial<Facts>): Finding[] =>
	examine({ ...GOOD, ...facts }).filter(({ status }) => status === "warning");

test("a machine without a fault gets no warning, and one line for each check", () => {
	assert.deepEqual(warningsOf({}), []);
	assert.equal(examine(GOOD).length, 18);
});

const FAULTS: [name: string, fault: Partial<Facts>, check: string, words: RegExp][] = [
	[
		"no /proc",
		{ procfs: false, pressure: { cpu: null, memory: null, io: null } },
		"kernel",
		/no \/proc.*Linux/,
	],
	[
		"a kernel without pressure figures",
		{ pressure: { cpu: null, memory: null, io: null } },
		"kernel",
		/psi=1/,
	],
	["one processor", { processors: 1, usable: 1 }, "processors", /shares it/],
	["one processor left of eight", { usable: 1 }, "processors", /shares it/],
	["a busy machine that does not say with what", { load: 3.2, foreign: null }, "load", /3\.20/],
	[
		"a hog",
		{ foreign: { processors: 1.31, top: [{ name: "backup", pid: 42, share: 0.97 }] } },
		"others",
		/1\.3 processors.*backup \(42\) 97 %/,
	],
	["processes that wait for processors", { pressure: { cpu: 35, memory: 0, io: 0 } }, "cpu pressure", /35 %/],
	["a shortage of memory", { pressure: { cpu: 0, memory: 4.5, io: 0 } }, "memory pressure", /4\.5 %/],
	["a busy disk", { pressure: { cpu: 0, memory: 0, io: 60 } }, "io pressure", /60 %/],
	["stolen time", { stealShare: 0.04 }, "steal", /4 %.*overbooked/],
	["a quota", { quota: 1.5 }, "quota", /1\.5 of 8 processors/],
	[
		"a saving governor on some processors",
		{ governors: ["performance", "powersave"] },
		"governor",
		/'powersave'.*cpupower/,
	],
	["turbo", { boost: true }, "boost", /temperature/],
	["hyper-threads", { siblings: true }, "siblings", /SMT/],
	["a virtual machine", { hypervisor: true }, "hypervisor", /--aa/],
	["swapping", { swapUsedBytes: 2 ** 30 }, "swap", /1024 MB/],
	["little memory", { memoryAvailableBytes: 2 ** 30 }, "memory", /1\.0 GB/],
	["huge pages for all", { hugePages: "always" }, "huge pages", /madvise/],
	["a battery", { onBattery: true }, "power", /plug it in/],
	["a full disk", { freeDiskBytes: 2 ** 29 }, "disk", /0\.5 GB/],
	["a slow clock", { clockSource: "hpet" }, "clock", /'hpet'/],
	["a coarse timer", { timerResolutionNs: 1_000_000 }, "timer", /1000000 ns/],
];
for (const [name, fault, check, words] of FAULTS) {
	test(`${name}: one warning that says what to do`, () => {
		const warnings = warningsOf(fault);
		assert.equal(warnings.length, 1, JSON.stringify(warnings));
		assert.equal(warnings[0]?.check, check);
		assert.match(`${warnings[0]?.finding}: ${warnings[0]?.advice}`, words);
	});
}

test("a fact that a machine does not give has no line", () => {
	const unknown = {
		load: null,
		foreign: null,
		stealShare: null,
		quota: null,
		governors: [],
		boost: null,
		siblings: null,
		hypervisor: null,
		swapUsedBytes: null,
		memoryAvailableBytes: null,
		hugePages: null,
		randomisedAddresses: null,
		onBattery: null,
		freeDiskBytes: null,
		clockSource: null,
	};
	const findings = examine({
		...GOOD,
		...unknown,
		procfs: false,
		pressure: { cpu: null, memory: null, io: null },
	});
	assert.deepEqual(
		findings.map(({ check }) => check),
		["kernel", "processors", "timer"],
	);
});

test("the load that a run has left behind is no warning when nothing runs any more", () => {
	assert.deepEqual(warningsOf({ load: 2 }), []);
});

function machineOf(files: Record<string, string>) {
	const root = mkdtempSync(join(tmpdir(), "doctor-"));
	folders.push(root);
	for (const [path, text] of Object.entries(files)) {
		mkdirSync(dirname(join(root, path)), { recursive: true });
		writeFileSync(join(root, path), `${text}\n`);
	}
	return readFacts({ proc: join(root, "proc"), sys: join(root, "sys") }, join(root, "results/not/yet"), null);
}

test("a laptop on battery is read as one", () => {
	const cpu = "sys/devices/system/cpu";
	const facts = machineOf({
		"proc/self/status": "Name:\tnode",
		"proc/stat": "cpu  10 0 10 70 5 0 0 5 0 0",
		"proc/pressure/cpu": "some avg10=3.14 avg60=2.00 avg300=1.00 total=99",
		"proc/meminfo":
			"MemTotal: 8000000 kB\nMemAvailable:    4000000 kB\nSwapTotal:  2000 kB\nSwapFree:   500 kB",
		"proc/cpuinfo": "flags\t\t: fpu sse2 avx2",
		"proc/sys/kernel/randomize_va_space": "2",
		[`${cpu}/cpu0/cpufreq/scaling_governor`]: "powersave",
		[`${cpu}/cpu1/cpufreq/scaling_governor`]: "powersave",
		[`${cpu}/intel_pstate/no_turbo`]: "0",
		[`${cpu}/smt/active`]: "1",
		"sys/class/power_supply/AC/type": "Mains",
		"sys/class/power_supply/BAT0/type": "Battery",
		"sys/class/power_supply/BAT0/status": "Discharging",
		"sys/kernel/mm/transparent_hugepage/enabled": "[always] madvise never",
		"sys/devices/system/clocksource/clocksource0/current_clocksource": "tsc",
	});
	const { processors: _, usable: __, load: ___, timerResolutionNs, freeDiskBytes, ...rest } = facts;
	assert.deepEqual(rest, {
		procfs: true,
		foreign: null,
		pressure: { cpu: 3.14, memory: null, io: null },
		stealShare: 0.05,
		quota: null,
		governors: ["powersave"],
		boost: true,
		siblings: true,
		hypervisor: false,
		swapUsedBytes: 1500 * 1024,
		memoryAvailableBytes: 4e6 * 1024,
		hugePages: "always",
		randomisedAddresses: true,
		onBattery: true,
		clockSource: "tsc",
	});
	assert.ok(timerResolutionNs > 0 && timerResolutionNs < 1e6);
	assert.ok(freeDiskBytes !== null && freeDiskBytes > 0, "of the nearest folder that exists");
});

test("a container's quota is the tightest around it, and a mouse's battery is not the machine's", () => {
	const facts = machineOf({
		"proc/self/cgroup": "0::/pod/box",
		"sys/fs/cgroup/pod/cpu.max": "150000 100000",
		"sys/fs/cgroup/pod/box/cpu.max": "max 100000",
		"sys/class/power_supply/mouse/type": "Battery",
		"sys/class/power_supply/mouse/scope": "Device",
		"sys/class/power_supply/mouse/status": "Discharging",
	});
	assert.equal(facts.quota, 1.5);
	assert.equal(facts.onBattery, null);
	assert.equal(
		machineOf({ "proc/self/cgroup": "0::/pod", "sys/fs/cgroup/pod/cpu.max": "max 100000" }).quota,
		Number.POSITIVE_INFINITY,
	);
});

test("a machine without any of these files is read as unknown", () => {
	const { procfs, quota, stealShare, hypervisor, governors, randomisedAddresses } = machineOf({});
	assert.deepEqual(
		[procfs, quota, stealShare, hypervisor, governors, randomisedAddresses],
		[false, null, null, null, [], null],
	);
});

test("garbage in a file is unknown, and nothing is thrown", () => {
	const parsers = [
		parsePressureAverage,
		(text: string) => parseMemory(text, "SwapFree"),
		parseQuota,
		parseChoice,
	];
	for (const parse of parsers)
		for (const text of ["", "some", "max", "1 0", "SwapFree: much kB", "[]"])
			assert.equal(parse(text), null, text);
	assert.equal(parseBoost("maybe", null), null);
	assert.equal(parseHypervisor("model: 1", null), null);
	fc.assert(
		fc.property(fc.string({ unit: "binary" }), (text) => {
			for (const parse of [
				...parsers,
				(part: string) => parseHypervisor(part, null),
				(part: string) => parseBoost(part, part),
			])
				parse(text);
		}),
	);
});

const usage = fc
	.array(fc.record({ pid: fc.integer({ min: 1, max: 50 }), cpuNs: fc.integer({ min: 0, max: 1e9 }) }), {
		maxLength: 30,
	})
	.map((rows): Usage => new Map(rows.map(({ pid, cpuNs }) => [pid, { name: `p${pid}`, cpuNs }])));

test("others are the processes that used the processors meanwhile, the busiest first, without this one", () => {
	const before: Usage = new Map([1, 2, 3, 4].map((pid) => [pid, { name: `p${pid}`, cpuNs: 1e9 }]));
	const after: Usage = new Map(
		[1.01e9, 1.5e9, 1.9e9, 2e9].map((cpuNs, index) => [index + 1, { name: `p${index + 1}`, cpuNs }]),
	);
	after.set(9, { name: "new", cpuNs: 0.2e9 });
	const { processors, top } = consumption(before, after, 1e9, 4);
	assert.ok(Math.abs(processors - 1.61) < 1e-9);
	assert.deepEqual(
		top.map(({ name }) => name),
		["p3", "p2", "new"],
	);
	fc.assert(
		fc.property(usage, usage, (from, to) => {
			const found = consumption(from, to, 1e9, 1);
			assert.ok(
				found.processors >= found.top.reduce((sum, { share }) => sum + share, 0) - 1e-9 &&
					found.top.length <= 3,
			);
			assert.ok(found.top.every(({ pid, share }) => pid !== 1 && share >= 0));
		}),
	);
});

test("a real hog is named", { skip: process.platform !== "linux" && "no /proc" }, async () => {
	const hog = spawn(
		process.execPath,
		["-e", "process.title = 'greedy'; process.stdout.write('on'); for (;;);"],
		{
			stdio: ["ignore", "pipe", "inherit"],
		},
	);
	await once(hog.stdout, "data");
	try {
		// Beside other tests, three other processes may be busier for a while.
		for (let attempt = 1; ; attempt++) {
			const found = await watchConsumers(MACHINE, 500);
			const mine = found?.top.find(({ pid }) => pid === hog.pid);
			if ((mine?.share ?? 0) <= 0.2 && attempt < 20) continue;
			assert.ok(found && mine && mine.share > 0.2 && mine.share < 1.1, JSON.stringify(found));
			assert.equal(mine.name, "greedy");
			assert.ok(found.processors >= mine.share);
			break;
		}
	} finally {
		hog.kill("SIGKILL");
	}
});
