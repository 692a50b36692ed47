/** Reads what `doctor` judges. A fact is null where this machine does not give it. */

import { existsSync, statfsSync } from "node:fs";
import { availableParallelism, cpus, loadavg } from "node:os";
import { dirname } from "node:path";
import { BYTES_PER_KB } from "../../../shared/units.ts";
import { listOptional, parseCpu, parseWholeNumber, type Roots, readOptional } from "../kernel.ts";
import { readQuota } from "../processors.ts";
import type { Consumption } from "./consumers.ts";

/** Times in ns, sizes in bytes, shares from 0 to 1. */
export interface Facts {
	procfs: boolean;
	processors: number;
	/** The processors that affinity and cpusets leave to this process. */
	usable: number;
	/** The average of the last minute. */
	load: number | null;
	/** The use of the processors by other processes just now. */
	foreign: Consumption | null;
	/** The per cent of the last ten seconds in which something waited. */
	pressure: { cpu: number | null; memory: number | null; io: number | null };
	/** The share of the processors' time since the machine started. */
	stealShare: number | null;
	/** The number of processors that the tightest cgroup quota allows; Infinity without a limit. */
	quota: number | null;
	governors: string[];
	boost: boolean | null;
	siblings: boolean | null;
	hypervisor: boolean | null;
	swapUsedBytes: number | null;
	memoryAvailableBytes: number | null;
	hugePages: string | null;
	randomisedAddresses: boolean | null;
	onBattery: boolean | null;
	freeDiskBytes: number | null;
	clockSource: string | null;
	timerResolutionNs: number;
}

/** @param folder the folder of the results, which need not exist yet */
export function readFacts(roots: Roots, folder: string, foreign: Consumption | null): Facts {
	const { proc, sys } = roots;
	const processorFolder = `${sys}/devices/system/cpu`;
	const cpu = parseCpu(readOptional(`${proc}/stat`));
	const memory = readOptional(`${proc}/meminfo`);
	const [swap, swapFree] = [parseMemory(memory, "SwapTotal"), parseMemory(memory, "SwapFree")];
	const randomised = line(`${proc}/sys/kernel/randomize_va_space`);
	return {
		procfs: readOptional(`${proc}/self/status`) !== null,
		processors: cpus().length,
		usable: availableParallelism(),
		load: loadavg()[0] ?? null,
		foreign,
		pressure: {
			cpu: parsePressureAverage(readOptional(`${proc}/pressure/cpu`)),
			memory: parsePressureAverage(readOptional(`${proc}/pressure/memory`)),
			io: parsePressureAverage(readOptional(`${proc}/pressure/io`)),
		},
		stealShare:
			cpu?.stealTicks == null
				? null
				: cpu.stealTicks / Math.max(1, cpu.busyTicks + cpu.idleTicks + cpu.stealTicks),
		quota: readQuota(roots),
		governors: governorsOf(processorFolder),
		boost: parseBoost(
			line(`${processorFolder}/cpufreq/boost`),
			line(`${processorFolder}/intel_pstate/no_turbo`),
		),
		siblings: parseFlag(line(`${processorFolder}/smt/active`)),
		hypervisor: parseHypervisor(readOptional(`${proc}/cpuinfo`), line(`${sys}/hypervisor/type`)),
		swapUsedBytes: swap === null || swapFree === null ? null : swap - swapFree,
		memoryAvailableBytes: parseMemory(memory, "MemAvailable"),
		hugePages: parseChoice(line(`${sys}/kernel/mm/transparent_hugepage/enabled`)),
		randomisedAddresses: randomised === null ? null : randomised !== "0",
		onBattery: onBattery(`${sys}/class/power_supply`),
		freeDiskBytes: freeDisk(folder),
		clockSource: line(`${sys}/devices/system/clocksource/clocksource0/current_clocksource`),
		timerResolutionNs: timerResolution(),
	};
}

/** Reads `avg10` of "some" in a file of /proc/pressure, in per cent. */
export function parsePressureAverage(text: string | null): number | null {
	const value = /^some avg10=(\d+\.\d+) /m.exec(text ?? "")?.[1];
	return value === undefined ? null : Number(value);
}

/** Reads a line of /proc/meminfo, in bytes. */
export function parseMemory(text: string | null, name: string): number | null {
	const kilobytes = parseWholeNumber(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(text ?? "")?.[1]);
	return kilobytes === null ? null : kilobytes * BYTES_PER_KB;
}

/**
 * Says whether the clock may rise above its nominal rate: `boost` says yes with 1, Intel's `no_turbo` with 0.
 */
export function parseBoost(boost: string | null, noTurbo: string | null): boolean | null {
	const off = parseFlag(noTurbo);
	return parseFlag(boost) ?? (off === null ? null : !off);
}

/** x86 guests have the flag "hypervisor". Elsewhere Xen says so itself, and no answer proves nothing. */
export function parseHypervisor(cpuinfo: string | null, type: string | null): boolean | null {
	if (type !== null) return true;
	const flags = /^flags\s*:(.*)$/m.exec(cpuinfo ?? "")?.[1];
	return flags === undefined ? null : flags.split(" ").includes("hypervisor");
}

/** Reads the choice in brackets: `always [madvise] never`. */
export function parseChoice(text: string | null): string | null {
	return /\[(\w+)\]/.exec(text ?? "")?.[1] ?? null;
}

function parseFlag(text: string | null): boolean | null {
	return text === "1" ? true : text === "0" ? false : null;
}

function governorsOf(folder: string): string[] {
	const processors = listOptional(folder).filter((name) => /^cpu\d+$/.test(name));
	const governors = processors.map((name) => line(`${folder}/${name}/cpufreq/scaling_governor`));
	return [...new Set(governors.filter((governor) => governor !== null))].sort();
}

/** Says whether a battery is being emptied; null on a machine without one. */
function onBattery(folder: string): boolean | null {
	// Mice and keyboards have batteries too: their scope is "Device".
	const supplies = listOptional(folder).filter((name) => line(`${folder}/${name}/scope`) !== "Device");
	const batteries = supplies.filter((name) => line(`${folder}/${name}/type`) === "Battery");
	return batteries.length === 0
		? null
		: batteries.some((name) => line(`${folder}/${name}/status`) === "Discharging");
}

/** The bytes that are free where a folder is, or would be. */
export function freeDisk(folder: string): number | null {
	if (!existsSync(folder)) return folder === dirname(folder) ? null : freeDisk(dirname(folder));
	try {
		const { bavail, bsize } = statfsSync(folder);
		return bavail * bsize;
	} catch {
		return null;
	}
}

/** Measures the smallest step that the clock takes. */
function timerResolution(): number {
	let least = Number.POSITIVE_INFINITY;
	for (let sample = 0; sample < 1000; sample++) {
		const from = process.hrtime.bigint();
		let to = from;
		while (to === from) to = process.hrtime.bigint();
		least = Math.min(least, Number(to - from));
	}
	return least;
}

function line(path: string): string | null {
	return readOptional(path)?.trim() ?? null;
}
