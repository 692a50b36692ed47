/** Reads how much memory a process occupies, and how much of the machine's is left. */
import { BYTES_PER_KB } from "../../shared/units.ts";
import { groupFiles, MACHINE, parseWholeNumber, type Roots, readOptional, readShort } from "./kernel.ts";

/** Parses the resident memory in /proc/PID/status (man 5 proc_pid_status), in bytes. */
export function parseRss(text: string | null): number | null {
	return kilobytes(/^VmRSS:\s*(\d+) kB$/m.exec(text ?? "")?.[1]);
}

/** Parses what can be had without swapping in /proc/meminfo (man 5 proc_meminfo), in bytes. */
export function parseAvailable(text: string | null): number | null {
	return kilobytes(/^MemAvailable:\s*(\d+) kB$/m.exec(text ?? "")?.[1]);
}

function kilobytes(text: string | undefined): number | null {
	const value = parseWholeNumber(text);
	return value === null ? null : value * BYTES_PER_KB;
}

export function readRss(pid: number, { proc }: Roots = MACHINE): number | null {
	return parseRss(readShort(`${proc}/${pid}/status`));
}

/** @returns the bytes that this process and its children may still take, within its cgroups; null: unknown */
export function readAvailable(roots: Roots = MACHINE): number | null {
	const left = [parseAvailable(readShort(`${roots.proc}/meminfo`)), ...leftInGroups(roots)];
	const known = left.filter((bytes) => bytes !== null);
	return known.length === 0 ? null : Math.min(...known);
}

/** A cgroup of version 2 has a limit and what its processes take of it. `max` stands for none. */
function leftInGroups({ proc, sys }: Roots): (number | null)[] {
	const cgroup = readOptional(`${proc}/self/cgroup`);
	const used = groupFiles(cgroup, sys, "memory.current");
	return groupFiles(cgroup, sys, "memory.max").map((file, index) => {
		const [limit, current] = [file, used[index] as string].map((path) =>
			parseWholeNumber(readOptional(path)?.trim()),
		);
		return limit == null || current == null ? null : Math.max(0, limit - current);
	});
}
