/**
 * Reads what the kernel says about machine and processes, and parses it. Null: the kernel does not say, or
 * its text was not understood.
 */

import { closeSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import { BYTES_PER_KB } from "../../shared/units.ts";

/**
 * The unit of /proc/stat and /proc/PID/stat is USER_HZ: 100 on every Linux that Node.js runs on, whatever
 * the kernel's own HZ (man 5 proc_stat).
 */
export const NS_PER_TICK = 10_000_000;

/** Where the kernel's files are. Tests use others. */
export interface Roots {
	proc: string;
	sys: string;
}
export const MACHINE: Roots = { proc: "/proc", sys: "/sys" };

/**
 * Lists the files that may hold a process's quota: that of its own cgroup, and those of every cgroup around
 * it. The outermost is first.
 * @param cgroup the text of /proc/PID/cgroup, where version 2 has the line `0::/path`
 */
export function groupFiles(cgroup: string | null, sys: string, file: "cpu.stat" | "cpu.max"): string[] {
	const path = /^0::(\/.*)$/m.exec(cgroup ?? "")?.[1];
	return foldersAround(`${sys}/fs/cgroup`, path).map((folder) => `${folder}/${file}`);
}

/**
 * Lists the folders that hold a quota in version 1, as {@link groupFiles} does. A container sees its own
 * cgroup where the controller is mounted, whatever the path says.
 */
export function quotaFoldersOfVersion1(cgroup: string | null, sys: string): string[] {
	const path = /^[1-9]\d*:(?:\w+,)*cpu(?:,\w+)*:(\/.*)$/m.exec(cgroup ?? "")?.[1];
	return ["cpu", "cpu,cpuacct"].flatMap((mount) => foldersAround(`${sys}/fs/cgroup/${mount}`, path));
}

function foldersAround(mount: string, path: string | undefined): string[] {
	if (path === undefined) return [];
	const names = path.split("/").filter((name) => name !== "");
	return [...names.keys(), names.length].map((depth) => [mount, ...names.slice(0, depth)].join("/"));
}

export interface CpuTicks {
	processors: number;
	busyTicks: number;
	idleTicks: number;
	/** Null on kernels that do not count it. */
	stealTicks: number | null;
}

/**
 * Parses the first line of /proc/stat (man 5 proc_stat), in ticks since the start of the machine. Time that
 * is idle, waits for disks or is stolen is not busy. The time of guests is part of user time already.
 */
export function parseCpu(text: string | null): CpuTicks | null {
	const values = /^cpu +(\d+(?: \d+)*)\s*$/m
		.exec(text ?? "")?.[1]
		?.split(" ")
		.map(Number);
	if (values === undefined || values.length < 4 || !values.every(Number.isSafeInteger)) return null;
	const [user = 0, nice = 0, system = 0, idle = 0, waiting = 0, irq = 0, softirq = 0, steal = null] = values;
	const busyTicks = user + nice + system + irq + softirq;
	return {
		processors: text?.match(/^cpu\d+ /gm)?.length ?? 0,
		busyTicks,
		idleTicks: idle + waiting,
		stealTicks: steal,
	};
}

export interface ProcessTicks {
	name: string;
	majorFaults: number;
	cpuTicks: number;
	/** Of the children that have ended and been waited for, and of theirs. */
	endedChildrenTicks: number;
	processor: number;
}

/**
 * Parses /proc/PID/stat (man 5 proc_pid_stat): major faults, user and system time of all threads in ticks,
 * and the processor that it ran on last.
 */
export function parseProcess(text: string | null): ProcessTicks | null {
	// The name may hold anything, brackets and spaces included.
	const name = /\((.*)\)/s.exec(text ?? "")?.[1];
	const fields = text?.slice(text.lastIndexOf(")") + 2).split(" ") ?? [];
	const numbers = [9, 11, 12, 13, 14, 36].map((index) => parseWholeNumber(fields[index]));
	if (name === undefined || !numbers.every((one) => one !== null)) return null;
	const [majorFaults = 0, user = 0, system = 0, childUser = 0, childSystem = 0, processor = 0] = numbers;
	return {
		name,
		majorFaults,
		cpuTicks: user + system,
		endedChildrenTicks: childUser + childSystem,
		processor,
	};
}

export interface ProcessState {
	/** An ended process stays in the list until its parent has asked how it ended. */
	ended: boolean;
	group: number;
	/** When it began, on the machine's clock. */
	startTicks: number;
}

/** Parses /proc/PID/stat (man 5 proc_pid_stat). */
export function parseState(text: string | null): ProcessState | null {
	const fields = text?.slice(text.lastIndexOf(")") + 2).split(" ") ?? [];
	const [group, startTicks] = [fields[2], fields[19]].map(parseWholeNumber);
	return group == null || startTicks == null
		? null
		: { ended: fields[0] === "Z" || fields[0] === "X", group, startTicks };
}

/** Parses the id of a process's parent in /proc/PID/stat (man 5 proc_pid_stat). */
export function parseParent(text: string | null): number | null {
	return parseWholeNumber(text?.slice(text.lastIndexOf(")") + 2).split(" ")[1]);
}

/** Lists the ids of a process's children (man 5 proc_pid_task); null where the kernel does not. */
export function listChildren(pid: number, { proc }: Roots = MACHINE): string[] | null {
	return readShort(`${proc}/${pid}/task/${pid}/children`)?.trim().split(" ").filter(Boolean) ?? null;
}

const KERNEL_PARENT = 2;

/** Lists the ids of the kernel's own threads. None: a container does not show them. */
export function listKernelThreads(roots: Roots = MACHINE): string[] {
	if (readShort(`${roots.proc}/${KERNEL_PARENT}/comm`)?.trim() !== "kthreadd") return [];
	return listChildren(KERNEL_PARENT, roots) ?? [];
}

/** Parses the microseconds of "some" in a file of /proc/pressure (Documentation/accounting/psi.rst). */
export function parsePressure(text: string | null): number | null {
	return parseWholeNumber(/^some .*\btotal=(\d+)$/m.exec(text ?? "")?.[1]);
}

/** Parses the context switches of one thread in its status (man 5 proc_pid_status). */
export function parseSwitches(text: string | null): { voluntary: number; involuntary: number } | null {
	const voluntary = parseWholeNumber(/^voluntary_ctxt_switches:\s*(\d+)$/m.exec(text ?? "")?.[1]);
	const involuntary = parseWholeNumber(/^nonvoluntary_ctxt_switches:\s*(\d+)$/m.exec(text ?? "")?.[1]);
	return voluntary === null || involuntary === null ? null : { voluntary, involuntary };
}

/**
 * Parses the nanoseconds in which a thread was ready and had no processor: the second number of its
 * schedstat (Documentation/scheduler/sched-stats.rst).
 */
export function parseWait(text: string | null): number | null {
	return parseWholeNumber(/^\d+ (\d+) \d+\s*$/.exec(text ?? "")?.[1]);
}

/**
 * Parses the throttled microseconds in a cgroup's cpu.stat; null where no quota can be set (the root has
 * none).
 */
export function parseThrottled(text: string | null): number | null {
	return parseWholeNumber(/^throttled_usec (\d+)$/m.exec(text ?? "")?.[1]);
}

/** Parses the load average of the last minute. */
export function parseLoad(text: string | null): number | null {
	const value = /^(\d+\.\d+) /.exec(text ?? "")?.[1];
	return value === undefined ? null : Number(value);
}

export function parseWholeNumber(text: string | undefined): number | null {
	return text !== undefined && /^\d+$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : null;
}

/** @returns null for a file that is not there, may not be read, or whose process has just ended */
export function readOptional(path: string): string | null {
	try {
		return readFileSync(path, "utf8");
	} catch {
		return null;
	}
}

/**
 * Larger than any file that is read in turns. The first lines of /proc/stat are enough on a machine with a
 * thousand processors.
 */
const buffer = Buffer.allocUnsafe(64 * BYTES_PER_KB);
const machineFiles = new Map<string, number>();

/** Reads as {@link readOptional} does, but without the file's size, which /proc does not give. */
export function readShort(path: string): string | null {
	let file: number | null = null;
	try {
		file = openSync(path, "r");
		return buffer.toString("latin1", 0, readSync(file, buffer, 0, buffer.length, 0));
	} catch {
		return null;
	} finally {
		if (file !== null) closeSync(file);
	}
}

/**
 * Reads a file of the machine and keeps it open for all monitors: opening these files took longer than all
 * the rest.
 */
export function readMachine(path: string): string | null {
	try {
		const file = machineFiles.get(path) ?? openSync(path, "r");
		machineFiles.set(path, file);
		return buffer.toString("latin1", 0, readSync(file, buffer, 0, buffer.length, 0));
	} catch {
		return null;
	}
}

export function listOptional(folder: string): string[] {
	try {
		return readdirSync(folder);
	} catch {
		return [];
	}
}
