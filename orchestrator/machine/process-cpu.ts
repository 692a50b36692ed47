/** Reads the processor time of a process from outside, so that the reading costs the process nothing. */
import { sum } from "../../analysis/stats/statistics.ts";
import {
	listOptional,
	MACHINE,
	NS_PER_TICK,
	parseProcess,
	parseRun,
	type Roots,
	readShort,
} from "./kernel.ts";

/**
 * Sums the time of all threads (/proc/PID/task/TID/schedstat), in nanoseconds. Where the kernel does not give
 * it, the time is that of /proc/PID/stat, in steps of 10 ms. A thread that has ended takes its time with it.
 * @returns null when the process has ended
 */
export function readProcessCpu(pid: number, { proc }: Roots = MACHINE): number | null {
	const threads = listOptional(`${proc}/${pid}/task`).map((id) =>
		parseRun(readShort(`${proc}/${pid}/task/${id}/schedstat`)),
	);
	const known = threads.filter((ns) => ns !== null);
	if (known.length > 0) return sum(known);
	const ticks = parseProcess(readShort(`${proc}/${pid}/stat`))?.cpuTicks;
	return ticks === undefined ? null : ticks * NS_PER_TICK;
}
