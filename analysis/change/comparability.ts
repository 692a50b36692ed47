/** Whether two sides were measured so that their figures can be held against each other. */
import type { BenchmarkResult } from "../../shared/types.ts";

/** Memory is reported in bytes that differ from boot to boot; machines differ by more. */
const SAME_MEMORY = 0.05;

/** What differs in machine and settings, one sentence each; empty: alike. */
export function unlikenesses(base: BenchmarkResult, head: BenchmarkResult): string[] {
	const [a, b] = [base.machine, head.machine];
	const differing = (what: string, one: string | number, other: string | number) =>
		one === other ? [] : [`${what}: ${one} in the base, ${other} in the head`];
	const gigabytes = (bytes: number) => `${(bytes / 1024 ** 3).toFixed(0)} GB`;
	return [
		...differing("unlike processors", a.cpuModel, b.cpuModel),
		...differing("unlike numbers of processors", a.cpus, b.cpus),
		...differing("unlike architectures", a.arch, b.arch),
		...differing("unlike operating systems", a.os, b.os),
		...(Math.abs(a.memoryBytes / b.memoryBytes - 1) > SAME_MEMORY
			? differing("unlike memory", gigabytes(a.memoryBytes), gigabytes(b.memoryBytes))
			: []),
		...differing("unlike model delays", `${base.model_delay_ms} ms`, `${head.model_delay_ms} ms`),
		...differing("unlike turns", base.alternate, head.alternate),
	];
}

/** Ids of the scenarios that both sides have under one name and another definition. */
export function redefined(base: readonly BenchmarkResult[], head: readonly BenchmarkResult[]): string[] {
	const definitions = (results: readonly BenchmarkResult[]) =>
		new Map(
			results.flatMap(({ scenarios }) =>
				Object.entries(scenarios).map(([id, { definition }]) => [id, definition]),
			),
		);
	const [before, after] = [definitions(base), definitions(head)];
	return [...before].flatMap(([id, definition]) =>
		after.has(id) && after.get(id) !== definition ? [id] : [],
	);
}
