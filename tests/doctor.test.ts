import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { probeFindings } from "../orchestrator/commands/doctor.ts";
import { examine, type Finding } from "../orchestrator/doctor/checks.ts";
import { consumers, consumption, type Usage } from "../orchestrator/doctor/consumers.ts";
import {
	type Facts,
	parseBoost,
	parseChoice,
	parseHypervisor,
	parseMemory,
	parsePressureAverage,
	parseQuota,
	readFacts,
} from "../orchestrator/doctor/facts.ts";
import { autocorrelation, type Probe, probe, steadiness } from "../orchestrator/doctor/probe.ts";
import { MACHINE } from "../orchestrator/kernel.ts";
import { Random } from "../orchestrator/random.ts";

const folders: string[] = [];
after(() => {
	for (const folder of folders) rmSync(folder, { recursive: true });
});

/** A server that nothing is wrong with. */
const GOOD: Facts = {
	...{ procfs: true, processors: 8, usable: 8, load: 0.1, foreign: { processors: 0.02, top: [] }, pressure: { cpu: 0, memory: 0, io: 0 } },
	...{ stealShare: 0, quota: Number.POSITIVE_INFINITY, governors: ["performance"], boost: false, siblings: false, hypervisor: false },
	...{ swapUsedBytes: 0, memoryAvailableBytes: 2 ** 34, hugePages: "madvise", randomisedAddresses: true, onBattery: null },
	...{ freeDiskBytes: 2 ** 36, clockSource: "tsc", timerResolutionNs: 40 },
};

const warningsOf = (facts: Partial<Facts>): Finding[] => examine({ ...GOOD, ...facts }).filter(({ status }) => status === "warning");

test("a machine that nothing is wrong with gets no warning, and a line for all that was looked at", () => {
	assert.deepEqual(warningsOf({}), []);
	assert.equal(examine(GOOD).length, 18);
});

const FAULTS: [name: string, fault: Partial<Facts>, check: string, words: RegExp][] = [
	["no /proc", { procfs: false, pressure: { cpu: null, memory: null, io: null } }, "kernel", /no \/proc.*Linux/],
	["a kernel without pressure figures", { pressure: { cpu: null, memory: null, io: null } }, "kernel", /psi=1/],
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
	["a saving governor on some processors", { governors: ["performance", "powersave"] }, "governor", /'powersave'.*cpupower/],
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

test("what a machine does not tell has no line, neither good nor bad", () => {
	const unknown = {
		...{ load: null, foreign: null, stealShare: null, quota: null, governors: [], boost: null, siblings: null, hypervisor: null },
		...{
			swapUsedBytes: null,
			memoryAvailableBytes: null,
			hugePages: null,
			randomisedAddresses: null,
			onBattery: null,
			freeDiskBytes: null,
			clockSource: null,
		},
	};
	const findings = examine({ ...GOOD, ...unknown, procfs: false, pressure: { cpu: null, memory: null, io: null } });
	assert.deepEqual(
		findings.map(({ check }) => check),
		["kernel", "processors", "timer"],
	);
});

test("the load that a run has just left behind is no warning while nothing runs any more", () => {
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
		"proc/meminfo": "MemTotal: 8000000 kB\nMemAvailable:    4000000 kB\nSwapTotal:  2000 kB\nSwapFree:   500 kB",
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
		...{ procfs: true, foreign: null, pressure: { cpu: 3.14, memory: null, io: null }, stealShare: 0.05, quota: null },
		...{
			governors: ["powersave"],
			boost: true,
			siblings: true,
			hypervisor: false,
			swapUsedBytes: 1500 * 1024,
			memoryAvailableBytes: 4e6 * 1024,
		},
		...{ hugePages: "always", randomisedAddresses: true, onBattery: true, clockSource: "tsc" },
	});
	assert.ok(timerResolutionNs > 0 && timerResolutionNs < 1e6);
	assert.ok(freeDiskBytes !== null && freeDiskBytes > 0, "of the nearest folder that exists");
});

test("a container's quota is the tightest of all around it, and a mouse's battery is not the machine's", () => {
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
	assert.equal(machineOf({ "proc/self/cgroup": "0::/pod", "sys/fs/cgroup/pod/cpu.max": "max 100000" }).quota, Number.POSITIVE_INFINITY);
});

test("a machine without any of these files is read as unknown", () => {
	const { procfs, quota, stealShare, hypervisor, governors, randomisedAddresses } = machineOf({});
	assert.deepEqual([procfs, quota, stealShare, hypervisor, governors, randomisedAddresses], [false, null, null, null, [], null]);
});

test("garbage in a file is unknown, and raises nothing", () => {
	const parsers = [parsePressureAverage, (text: string) => parseMemory(text, "SwapFree"), parseQuota, parseChoice];
	for (const parse of parsers)
		for (const text of ["", "some", "max", "1 0", "SwapFree: much kB", "[]"]) assert.equal(parse(text), null, text);
	assert.equal(parseBoost("maybe", null), null);
	assert.equal(parseHypervisor("model: 1", null), null);
	fc.assert(
		fc.property(fc.string({ unit: "binary" }), (text) => {
			for (const parse of [...parsers, (part: string) => parseHypervisor(part, null), (part: string) => parseBoost(part, part)])
				parse(text);
		}),
	);
});

const usage = fc
	.array(fc.record({ pid: fc.integer({ min: 1, max: 50 }), cpuNs: fc.integer({ min: 0, max: 1e9 }) }), { maxLength: 30 })
	.map((rows): Usage => new Map(rows.map(({ pid, cpuNs }) => [pid, { name: `p${pid}`, cpuNs }])));

test("others are those that used the processors meanwhile, the busiest first, this process left out", () => {
	const before: Usage = new Map([1, 2, 3, 4].map((pid) => [pid, { name: `p${pid}`, cpuNs: 1e9 }]));
	const after: Usage = new Map([1.01e9, 1.5e9, 1.9e9, 2e9].map((cpuNs, index) => [index + 1, { name: `p${index + 1}`, cpuNs }]));
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
			assert.ok(found.processors >= found.top.reduce((sum, { share }) => sum + share, 0) - 1e-9 && found.top.length <= 3);
			assert.ok(found.top.every(({ pid, share }) => pid !== 1 && share >= 0));
		}),
	);
});

test("a real hog is named", { skip: process.platform !== "linux" && "no /proc" }, async () => {
	const hog = spawn(process.execPath, ["-e", "process.title = 'greedy'; process.stdout.write('on'); for (;;);"], {
		stdio: ["ignore", "pipe", "inherit"],
	});
	await once(hog.stdout, "data");
	const found = await consumers(MACHINE, 500);
	hog.kill("SIGKILL");
	const mine = found?.top.find(({ pid }) => pid === hog.pid);
	assert.ok(mine && mine.share > 0.2 && mine.share < 1.1, JSON.stringify(found));
	assert.equal(mine.name, "greedy");
	assert.ok(found && found.processors >= mine.share);
});

/** Standard normal, by Box and Muller. */
function normal(random: Random): number {
	const uniform = () => random.next() + 2 ** -33;
	return Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** Loops of half a millisecond whose logarithms follow an autoregression of the first order. */
function loopsOf(random: Random, length: number, phi: number, sd: number): number[] {
	let level = normal(random);
	return Array.from({ length }, () => {
		level = phi * level + Math.sqrt(1 - phi * phi) * normal(random);
		return 500_000 * Math.exp(sd * level);
	});
}

test("the autocorrelation of a known process is found", () => {
	for (const phi of [-0.5, 0, 0.85]) {
		const found = steadiness(loopsOf(Random.of(7, phi), 4000, phi, 0.2)).autocorrelation;
		assert.ok(found !== null && Math.abs(found - phi) < 0.05, `${found} for ${phi}`);
	}
	// By hand: mean 2.5, squares 5, products of neighbours 0.75 + (-0.25) + 0.75.
	assert.equal(autocorrelation([1, 2, 3, 4]), 0.25);
	assert.equal(autocorrelation([1, 2]), null);
	assert.equal(autocorrelation([3, 3, 3]), null);
});

test("autocorrelation lies between -1 and 1 and changes with neither shift nor scale", () => {
	fc.assert(
		fc.property(
			fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 3, maxLength: 50 }),
			fc.integer({ min: 1, max: 9 }),
			(series, factor) => {
				const [plain, changed] = [autocorrelation(series), autocorrelation(series.map((value) => value * factor + 5))];
				if (plain === null || changed === null) assert.equal(plain, changed);
				else assert.ok(Math.abs(plain) <= 1 && Math.abs(plain - changed) < 1e-9);
			},
		),
	);
});

test("a machine that is slowed down a fifth of the time shows it, in loops and in time", () => {
	const loops = Array.from({ length: 1000 }, (_, index) => (index % 10 < 2 ? 1_000_000 : 500_000));
	const found = steadiness(loops);
	assert.deepEqual([found.loops, found.p50Ms, found.p50OverP5, found.p95OverP50, found.slowShare], [1000, 0.5, 1, 2, 0.2]);
	assert.ok(Math.abs(found.slowTimeShare - 200 / 600) < 1e-12);
});

test("a series that is steady, short or empty is said to be so", () => {
	const steady = steadiness(Array(1000).fill(500_000));
	assert.deepEqual([steady.autocorrelation, steady.slowShare, steady.expectedError], [null, 0, 0]);
	assert.equal(steadiness(Array(599).fill(500_000)).expectedError, null);
	assert.equal(steadiness(Array(600).fill(500_000)).expectedError, 0);
	assert.throws(() => steadiness([]), RangeError);
});

test("two equal workers in such a series differ by less than the expected error in nineteen of twenty blocks", () => {
	const middle = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] as number;
	for (const phi of [0, 0.85]) {
		let within = 0;
		let wide = 0;
		const trials = 400;
		for (let trial = 0; trial < trials; trial++) {
			const loops = loopsOf(Random.of(11, phi, trial), 4000, phi, 0.26);
			// Written anew: messages of five loops, turns of ten messages, one worker's turn after the other's.
			const message = (turn: number, index: number) =>
				loops.slice(turn * 50 + index * 5, turn * 50 + index * 5 + 5).reduce((a, b) => a + b);
			const turn = (at: number) => {
				const sorted = Array.from({ length: 10 }, (_, index) => message(at, index)).sort((a, b) => a - b);
				return ((sorted[4] as number) + (sorted[5] as number)) / 2;
			};
			const difference = middle(Array.from({ length: 40 }, (_, pair) => Math.log(turn(2 * pair) / turn(2 * pair + 1))));
			const expected = steadiness(loops).expectedError as number;
			if (Math.abs(difference) <= expected) within++;
			if (Math.abs(difference) <= expected / 2) wide++;
		}
		assert.ok(within / trials > 0.93, `${within} of ${trials} at ${phi}`);
		// Half of it would not do: the figure is no mere upper bound.
		assert.ok(wide / trials < 0.9, `${wide} of ${trials} at ${phi}`);
	}
});

const probed = (changes: Partial<Probe["steadiness"]>, sentinels: Partial<Probe["sentinels"]> = {}): Probe => ({
	steadiness: {
		...{
			loops: 4000,
			p50Ms: 0.5,
			p50OverP5: 1.05,
			p95OverP50: 1.1,
			slowShare: 0.001,
			slowTimeShare: 0.002,
			autocorrelation: 0.1,
			expectedError: 0.004,
		},
		...changes,
	},
	sentinels: {
		...{
			turns: 1,
			wallNs: 2e9,
			processors: 2,
			stealNs: 0,
			foreignCpuNs: 0.02e9,
			waitNs: 0,
			pressureNs: 0,
			memoryPressureNs: 0,
			ioPressureNs: 0,
		},
		...{ involuntarySwitches: 0, voluntarySwitches: 0, majorFaults: 0, cpuQuotaThrottledNs: null, loadAverage: 0.1, frequencyKhz: null },
		...sentinels,
	},
});
const said = (findings: Finding[]) => findings.map(({ status, finding, advice }) => `${status} ${finding}: ${advice}`).join("\n");

test("the probe's sentence says how often, who, and what to expect", () => {
	assert.match(
		said(probeFindings(probed({}))),
		/^ok a loop of 0\.50 ms: p95\/p50 1\.10, 0\.1 % slower .*autocorrelation 0\.10.*\nok steady just now: expect \+-0\.4 % per block/,
	);
	const slowed = { slowShare: 0.12, slowTimeShare: 0.2, expectedError: 0.03 };
	assert.match(
		said(probeFindings(probed(slowed))),
		/warning a neighbour, unseen from here, slows this machine down 20 % of the time: expect \+-3\.0 % per block.*--aa/,
	);
	const hogs = said(probeFindings(probed(slowed, { foreignCpuNs: 2.8e9, waitNs: 0.8e9 })));
	assert.match(hogs, /warning while the probe ran, others held the processors .* 40 %/);
	assert.match(hogs, /warning something slows/);
	// One hog on the other processor holds nothing up and yet is somebody.
	assert.match(said(probeFindings(probed(slowed, { foreignCpuNs: 2e9 }))), /warning something slows/);
	assert.match(said(probeFindings(probed({ p50OverP5: 1.8 }))), /warning .* most loops to 1\.8 times/);
	assert.match(said(probeFindings(probed({ expectedError: null, autocorrelation: null }))), /steady just now: measure its noise with --aa/);
	assert.match(said(probeFindings(null)), /warning the probe's process failed/);
});

test("the probe runs, in loops of about half a millisecond", async () => {
	const result = await probe(300);
	assert.ok(result !== null);
	const { loops, p50Ms, p50OverP5 } = result.steadiness;
	assert.ok(p50Ms > 0.3 && p50Ms / p50OverP5 < 1, JSON.stringify(result.steadiness));
	assert.ok(loops > 50 && loops <= 300 / (p50Ms / p50OverP5 / 2), String(loops));
	assert.equal(result.sentinels.turns, 1);
	assert.ok(result.sentinels.wallNs > 500e6);
});
