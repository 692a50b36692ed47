/**
 * The monitor records what happened on the machine around one process. Its record stands beside the figures
 * and is judged apart from them.
 */
import { z } from "zod";
import { count, ns } from "./primitives.ts";

/**
 * All fields are sums over the measured (plain) turns of one process, from just before it is woken to just
 * after it is stopped. A null is a figure that this machine does not give (no /proc, no PSI, no frequency
 * control, the process gone before its last reading), never one that was zero.
 */
export const monitorRecord = z.strictObject({
	turns: count,
	wallNs: ns,
	/** Processors online, by the lines of /proc/stat. */
	processors: count.nullable(),
	/**
	 * Steal time of all processors, from /proc/stat. The kernel counts clock ticks of 10 ms, and each turn is
	 * cut to whole ones.
	 */
	stealNs: ns.nullable(),
	/**
	 * CPU time that others used: that of the whole machine less the worker's, with that of a database
	 * server's processes for it, and the orchestrator's own. It has ticks of 10 ms too.
	 */
	foreignCpuNs: ns.nullable(),
	/**
	 * The time for which the worker's threads, added up, were ready to run and had no processor
	 * (/proc/PID/task/TID/schedstat).
	 */
	waitNs: ns.nullable(),
	/**
	 * The time in which something on the machine waited for a processor, for memory, for a disk: "some" of
	 * /proc/pressure.
	 */
	pressureNs: ns.nullable(),
	memoryPressureNs: ns.nullable(),
	ioPressureNs: ns.nullable(),
	/**
	 * Switches of all threads of the worker (/proc/PID/task/TID/status). A thread that ends within a turn
	 * takes that turn's count with it.
	 */
	involuntarySwitches: count.nullable(),
	voluntarySwitches: count.nullable(),
	majorFaults: count.nullable(),
	/**
	 * The time for which the CPU quota held processes of the cgroup back (cgroup v2, cpu.stat), the groups
	 * around it included.
	 */
	cpuQuotaThrottledNs: ns.nullable(),
	/** The load of the last minute, when the record was taken. The benchmark itself is in it. */
	loadAverage: z.number().nonnegative().nullable(),
	/** The frequency of the processor on which the worker had just run, at the end of each turn. */
	frequencyKhz: z.strictObject({ min: count, max: count }).nullable(),
});
export type MonitorRecord = z.infer<typeof monitorRecord>;
