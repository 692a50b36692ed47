/** Describes this machine, as far as a figure depends on it. */
import { arch, cpus, platform, release, totalmem, type } from "node:os";
import type { Machine } from "../../shared/types.ts";

export function describeMachine(): Machine {
	const processors = cpus();
	return {
		os: platform() === "darwin" ? "macOS" : type(),
		kernel: release(),
		arch: arch(),
		cpuModel: processors[0]?.model.trim() ?? "unknown",
		cpus: processors.length,
		memoryBytes: totalmem(),
	};
}
