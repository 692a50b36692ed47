/** Describes this machine, as far as a figure depends on it. */
import { arch, availableParallelism, cpus, platform, release, totalmem, type } from "node:os";
import type { Machine } from "../../shared/types.ts";
import { MACHINE } from "./kernel.ts";
import { readQuota, readUsable } from "./processors.ts";

/** @param roots where the kernel's files are */
export function describeMachine(roots = MACHINE): Machine {
	const processors = cpus();
	const quota = readQuota(roots);
	return {
		os: platform() === "darwin" ? "macOS" : type(),
		kernel: release(),
		arch: arch(),
		cpuModel: processors[0]?.model.trim() ?? "unknown",
		cpus: processors.length,
		usableCpus: readUsable(roots) ?? availableParallelism(),
		cpuQuota: quota === null || quota === Number.POSITIVE_INFINITY ? null : quota,
		memoryBytes: totalmem(),
	};
}
