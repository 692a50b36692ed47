/**
 * This file tells whether two descriptions are of one machine. What changes from boot to boot is no
 * difference: the kernel's patch level, and a few per cent of memory.
 */
import type { BenchmarkResult, MachineDifference } from "../../shared/types.ts";

/**
 * The kernel reports memory less what it keeps for itself, which differs from boot to boot. Unlike machines
 * differ by more than this share.
 */
const SAME_MEMORY = 0.05;

/** Quotas are whole microseconds of a period. Their quotient is compared to the hundredth of a processor. */
const SAME_QUOTA = 0.01;

type Machine = BenchmarkResult["machine"];

/** Lists the differences that can change a figure; none if the two are one machine. */
export function machineDifferences(one: Machine, other: Machine): MachineDifference[] {
	const differences: MachineDifference[] = [];
	const compareFields = (kind: MachineDifference["kind"], a: string | number, b: string | number) => {
		if (a !== b) differences.push({ kind, one: a, other: b });
	};
	compareFields("processor", one.cpu_model, other.cpu_model);
	compareFields("processor-count", one.cpus, other.cpus);
	// Descriptions of earlier versions do not say what was left to the run.
	if (one.usable_cpus !== undefined && other.usable_cpus !== undefined)
		compareFields("usable-processors", one.usable_cpus, other.usable_cpus);
	if (one.cpu_quota !== undefined && other.cpu_quota !== undefined) {
		const [a, b] = [one.cpu_quota, other.cpu_quota];
		const same = a !== null && b !== null ? Math.abs(a - b) < SAME_QUOTA : a === b;
		if (!same) compareFields("processor-quota", a ?? "none", b ?? "none");
	}
	compareFields("architecture", one.arch, other.arch);
	compareFields("operating-system", one.os, other.os);
	compareFields("kernel", kernelSeries(one.kernel), kernelSeries(other.kernel));
	if (Math.abs(Math.log(one.memory_bytes / other.memory_bytes)) > Math.log1p(SAME_MEMORY))
		compareFields("memory-bytes", one.memory_bytes, other.memory_bytes);
	return differences;
}

/** Returns `6.1` of `6.1.0-13-amd64`: what follows are patches. */
function kernelSeries(kernel: string): string {
	return /^\d+(?:\.\d+)?/.exec(kernel)?.[0] ?? kernel;
}
