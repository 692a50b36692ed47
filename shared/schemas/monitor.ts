/**
 * What happened on the machine around one process: recorded beside the figures, and judged apart from them.
 */
import { z } from "zod";
import { count, ns } from "./primitives.ts";

/**
 * Sums over all measured (plain) turns of one process, from just before it is woken to just after it is
 * stopped. A null is a figure that this machine does not
 * tell (no /proc, no PSI, no frequency control, the process gone before its last reading), never one that was
 * zero.
 */
export const monitorRecord = z.strictObject({
	turns: count,
	wallNs: ns,
	/** Processors online, by the lines of /proc/stat. */
	processors: count.nullable(),
	/**
	 * All processors, from /proc/stat: kept there in clock ticks of 10 ms, of which each turn is cut to whole
	 * ones.
	 */
	stealNs: ns.nullable(),
	/**
	 * CPU time of the whole machine less the worker's and the orchestrator's own: what others used. Ticks of
	 * 10 ms too.
	 */
	foreignCpuNs: ns.nullable(),
	/**
	 * How long the worker's threads, added up, were ready to run and had no processor
	 * (/proc/PID/task/TID/schedstat).
	 */
	waitNs: ns.nullable(),
	/**
	 * Time in which something on the machine waited for a processor, for memory, for a disk: "some" of
	 * /proc/pressure.
	 */
	pressureNs: ns.nullable(),
	memoryPressureNs: ns.nullable(),
	ioPressureNs: ns.nullable(),
	/**
	 * All threads of the worker (/proc/PID/task/TID/status); a thread that ended within a turn takes that
	 * turn's count with it.
	 */
	involuntarySwitches: count.nullable(),
	voluntarySwitches: count.nullable(),
	majorFaults: count.nullable(),
	/**
	 * Time for which the cgroup's CPU quota held its processes back (cgroup v2, cpu.stat), the groups around
	 * it included.
	 */
	cpuQuotaThrottledNs: ns.nullable(),
	/** Of the last minute, when the record was taken: the benchmark itself is in it. */
	loadAverage: z.number().nonnegative().nullable(),
	/** Of the processor that the worker had just run on, at the end of each turn. */
	frequencyKhz: z.strictObject({ min: count, max: count }).nullable(),
});
export type MonitorRecord = z.infer<typeof monitorRecord>;
