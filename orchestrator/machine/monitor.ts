/**
 * Watches the machine while one worker has its turns. docs/methodology.md says what it reads, and
 * analysis/cell/contamination.ts judges it.
 */

import type { MonitorRecord } from "../../shared/types.ts";
import { NS_PER_US } from "../../shared/units.ts";
import { type HelperTimes, helperTime, type ListHelpers, NO_HELPERS, readHelpers } from "./helpers.ts";
import {
	groupFiles,
	listOptional,
	MACHINE,
	NS_PER_TICK,
	parseCpu,
	parseLoad,
	parsePressure,
	parseProcess,
	parseSwitches,
	parseThrottled,
	parseWait,
	parseWholeNumber,
	type Roots,
	readMachine,
	readOptional,
	readShort,
} from "./kernel.ts";

const MACHINE_COUNTERS = [
	"stealNs",
	"foreignCpuNs",
	"pressureNs",
	"memoryPressureNs",
	"ioPressureNs",
	"majorFaults",
	"cpuQuotaThrottledNs",
] as const;
const THREAD_COUNTERS = ["waitNs", "involuntarySwitches", "voluntarySwitches"] as const;
type Counters<Name extends string> = Record<Name, number | null>;
type MachineCounters = Counters<(typeof MACHINE_COUNTERS)[number]>;
type ThreadCounters = Counters<(typeof THREAD_COUNTERS)[number]>;

/** The counters of one moment, in ns or counts, and those of the threads by thread id. */
interface Reading {
	wallNs: number;
	machine: MachineCounters;
	/** Null: they are not known. */
	helpers: HelperTimes | null;
	threads: Map<string, ThreadCounters>;
}

/**
 * Sums what the machine and one worker did over the worker's turns. Call `begin` just before the worker is
 * woken and `end` just after it is stopped: about 0.3 ms each for a worker of seven threads. Neither
 * throws. A counter that cannot be read is null from then on, also when the worker has died.
 */
export class Monitor {
	readonly #pid: number;
	readonly #roots: Roots;
	readonly #listHelpers: ListHelpers;
	readonly #quotaFiles: string[];
	readonly #frequencies: number[] = [];
	#turns = 0;
	#wallNs = 0;
	/** Null before the first turn. */
	#sums: (MachineCounters & ThreadCounters) | null = null;
	#before: Reading | null = null;

	constructor(pid: number, roots: Roots = MACHINE, listHelpers = NO_HELPERS) {
		this.#pid = pid;
		this.#roots = roots;
		this.#listHelpers = listHelpers;
		const candidates = groupFiles(readOptional(`${roots.proc}/${pid}/cgroup`), roots.sys, "cpu.stat");
		this.#quotaFiles = candidates.filter((file) => parseThrottled(readOptional(file)) !== null);
	}

	begin(): void {
		this.#before = this.#read();
	}

	/** Counts nothing without a `begin` before it. */
	end(): void {
		if (this.#before === null) return;
		const [before, after] = [this.#before, this.#read()];
		this.#before = null;
		this.#turns++;
		this.#wallNs += after.wallNs - before.wallNs;
		const machine = subtract(MACHINE_COUNTERS, before.machine, after.machine);
		const turn = {
			...machine,
			foreignCpuNs: without(machine.foreignCpuNs, helperTime(before.helpers, after.helpers)),
			...subtractThreads(before.threads, after.threads),
		};
		this.#sums =
			this.#sums === null ? turn : add([...MACHINE_COUNTERS, ...THREAD_COUNTERS], this.#sums, turn);
		this.#noteFrequency();
	}

	record(): MonitorRecord {
		const [cpu, frequencies] = [parseCpu(readOptional(`${this.#roots.proc}/stat`)), this.#frequencies];
		// Ticks are samples. A sum of their differences can come out a little below zero, which means none.
		const counted = (name: keyof MachineCounters | keyof ThreadCounters): number | null => {
			const value = this.#sums?.[name] ?? null;
			return value === null ? null : Math.max(0, Math.round(value));
		};
		return {
			turns: this.#turns,
			wallNs: Math.round(this.#wallNs),
			processors: cpu?.processors ?? null,
			stealNs: counted("stealNs"),
			foreignCpuNs: counted("foreignCpuNs"),
			waitNs: counted("waitNs"),
			pressureNs: counted("pressureNs"),
			memoryPressureNs: counted("memoryPressureNs"),
			ioPressureNs: counted("ioPressureNs"),
			involuntarySwitches: counted("involuntarySwitches"),
			voluntarySwitches: counted("voluntarySwitches"),
			majorFaults: counted("majorFaults"),
			cpuQuotaThrottledNs: counted("cpuQuotaThrottledNs"),
			loadAverage: parseLoad(readOptional(`${this.#roots.proc}/loadavg`)),
			frequencyKhz:
				frequencies.length === 0 ? null : { min: Math.min(...frequencies), max: Math.max(...frequencies) },
		};
	}

	#read(): Reading {
		const { proc } = this.#roots;
		const wallNs = Number(process.hrtime.bigint());
		const { user, system } = process.cpuUsage();
		const cpu = parseCpu(readMachine(`${proc}/stat`));
		const worker = parseProcess(readShort(`${proc}/${this.#pid}/stat`));
		return {
			wallNs,
			machine: {
				stealNs: cpu?.stealTicks == null ? null : cpu.stealTicks * NS_PER_TICK,
				foreignCpuNs:
					cpu && worker
						? (cpu.busyTicks - worker.cpuTicks) * NS_PER_TICK - (user + system) * NS_PER_US
						: null,
				pressureNs: this.#pressure("cpu"),
				memoryPressureNs: this.#pressure("memory"),
				ioPressureNs: this.#pressure("io"),
				majorFaults: worker?.majorFaults ?? null,
				cpuQuotaThrottledNs: this.#throttled(),
			},
			helpers: readHelpers(this.#listHelpers(), this.#roots),
			threads: this.#threads(),
		};
	}

	#pressure(resource: string): number | null {
		const total = parsePressure(readMachine(`${this.#roots.proc}/pressure/${resource}`));
		return total === null ? null : total * NS_PER_US;
	}

	#throttled(): number | null {
		let sum: number | null = null;
		for (const file of this.#quotaFiles) {
			const value = parseThrottled(readShort(file));
			if (value === null) return null;
			sum = (sum ?? 0) + value * NS_PER_US;
		}
		return sum;
	}

	/** /proc/PID/status counts the first thread alone, so every thread is asked. */
	#threads(): Reading["threads"] {
		const folder = `${this.#roots.proc}/${this.#pid}/task`;
		const threads: Reading["threads"] = new Map();
		for (const id of listOptional(folder)) {
			const waitNs = parseWait(readShort(`${folder}/${id}/schedstat`));
			const switches = parseSwitches(readShort(`${folder}/${id}/status`));
			// The thread has just ended: every kernel has the status, though not every one has the schedstat.
			if (switches === null) continue;
			threads.set(id, {
				waitNs,
				involuntarySwitches: switches.involuntary,
				voluntarySwitches: switches.voluntary,
			});
		}
		return threads;
	}

	#noteFrequency(): void {
		const processor = parseProcess(readOptional(`${this.#roots.proc}/${this.#pid}/stat`))?.processor;
		if (processor == null) return;
		const khz = parseWholeNumber(
			readOptional(`${this.#roots.sys}/devices/system/cpu/cpu${processor}/cpufreq/scaling_cur_freq`)?.trim(),
		);
		if (khz !== null) this.#frequencies.push(khz);
	}
}

function without(all: number | null, part: number | null): number | null {
	return all === null || part === null ? null : all - part;
}

/** Subtracts two readings; null where either is missing. */
function subtract<Name extends string>(
	names: readonly Name[],
	before: Counters<Name> | undefined,
	after: Counters<Name>,
): Counters<Name> {
	return combine(names, (name) => {
		const [from, to] = [before === undefined ? 0 : before[name], after[name]];
		return from === null || to === null ? null : to - from;
	});
}

function add<Name extends string>(
	names: readonly Name[],
	left: Counters<Name>,
	right: Counters<Name>,
): Counters<Name> {
	return combine(names, (name) => {
		const [a, b] = [left[name], right[name]];
		return a === null || b === null ? null : a + b;
	});
}

function combine<Name extends string>(
	names: readonly Name[],
	value: (name: Name) => number | null,
): Counters<Name> {
	return Object.fromEntries(names.map((name) => [name, value(name)])) as Counters<Name>;
}

/**
 * Sums over the threads that exist at the end. One that has started meanwhile began at 0. Without any
 * thread the process has ended, and all is null.
 */
function subtractThreads(before: Reading["threads"], after: Reading["threads"]): ThreadCounters {
	const turns = [...after].map(([id, thread]) => subtract(THREAD_COUNTERS, before.get(id), thread));
	const [first, ...others] = turns;
	if (first === undefined) return combine(THREAD_COUNTERS, () => null);
	return others.reduce((total, thread) => add(THREAD_COUNTERS, total, thread), first);
}
