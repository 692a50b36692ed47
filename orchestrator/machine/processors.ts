/**
 * Reads which processors are left to this process: by affinity and cpusets, and by the quota of its cgroup
 * in version 1 and 2.
 */
import { groupFiles, quotaFoldersOfVersion1, type Roots, readOptional } from "./kernel.ts";

/** @returns the number of processors that affinity and cpusets leave; null where the kernel does not say */
export function readUsable({ proc }: Pick<Roots, "proc">): number | null {
	return parseAllowed(readOptional(`${proc}/self/status`));
}

/**
 * Reads the tightest quota of this process's cgroup and those around it.
 * @returns processors' worth of time; Infinity without a limit; null where there is no cgroup with a quota
 */
export function readQuota({ proc, sys }: Roots): number | null {
	const groups = readOptional(`${proc}/self/cgroup`);
	const quotas = [
		...groupFiles(groups, sys, "cpu.max").map((file) => parseQuota(readOptional(file))),
		...quotaFoldersOfVersion1(groups, sys).map((folder) =>
			parseQuotaOfVersion1(
				readOptional(`${folder}/cpu.cfs_quota_us`),
				readOptional(`${folder}/cpu.cfs_period_us`),
			),
		),
	].filter((quota) => quota !== null);
	return quotas.length === 0 ? null : Math.min(...quotas);
}

/** Counts a status file's `Cpus_allowed_list: 0-1,4` (man 5 proc_pid_status). */
export function parseAllowed(text: string | null): number | null {
	const list = /^Cpus_allowed_list:\s*([\d,-]+)$/m.exec(text ?? "")?.[1];
	if (list === undefined) return null;
	let count = 0;
	for (const range of list.split(",")) {
		const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(range) ?? [];
		const size = Number(last) - Number(first) + 1;
		if (!(size >= 1)) return null;
		count += size;
	}
	return count;
}

/** Reads the number of processors in a cgroup's cpu.max, `QUOTA PERIOD` or `max PERIOD`. */
export function parseQuota(text: string | null): number | null {
	const [, quota, period] = /^(max|\d+) (\d+)\s*$/.exec(text ?? "") ?? [];
	if (quota === undefined || !(Number(period) > 0)) return null;
	return quota === "max" ? Number.POSITIVE_INFINITY : Number(quota) / Number(period);
}

/** Reads the two files of version 1. The quota -1 is none (Documentation/scheduler/sched-bwc.rst). */
export function parseQuotaOfVersion1(quota: string | null, period: string | null): number | null {
	const [quotaUs, periodUs] = [quota, period].map((text) => /^(-1|\d+)\s*$/.exec(text ?? "")?.[1]);
	if (quotaUs === undefined || !(Number(periodUs) > 0)) return null;
	return quotaUs === "-1" ? Number.POSITIVE_INFINITY : Number(quotaUs) / Number(periodUs);
}
