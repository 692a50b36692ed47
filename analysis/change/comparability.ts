/** This file checks that two sides were measured so that their figures can be compared. */
import type { BenchmarkResult, Unlikeness } from "../../shared/types.ts";

/**
 * Memory is reported in bytes that differ from boot to boot. Unlike machines differ by more than this share.
 */
const SAME_MEMORY = 0.05;

/** Lists the differences in machine and settings; none if the sides are alike. */
export function unlikenesses(base: BenchmarkResult, head: BenchmarkResult): Unlikeness[] {
	const [a, b] = [base.machine, head.machine];
	const compareFields = (
		kind: Exclude<Unlikeness["kind"], "definitions" | "schema-version">,
		one: string | number,
		other: string | number,
	): Unlikeness[] => (one === other ? [] : [{ kind, base: one, head: other }]);
	return [
		...compareFields("processor", a.cpu_model, b.cpu_model),
		...compareFields("processor-count", a.cpus, b.cpus),
		...compareFields("architecture", a.arch, b.arch),
		...compareFields("operating-system", a.os, b.os),
		...(Math.abs(a.memory_bytes / b.memory_bytes - 1) > SAME_MEMORY
			? compareFields("memory-bytes", a.memory_bytes, b.memory_bytes)
			: []),
		...compareFields("model-delay-ms", base.model_delay_ms, head.model_delay_ms),
		...compareFields("alternate", base.alternate, head.alternate),
	];
}

/** Returns the ids of the scenarios that both sides have under one name and with different definitions. */
export function redefinedScenarios(
	base: readonly BenchmarkResult[],
	head: readonly BenchmarkResult[],
): string[] {
	const definitionsOf = (results: readonly BenchmarkResult[]) =>
		new Map(
			results.flatMap(({ scenarios }) =>
				Object.entries(scenarios).map(([id, { definition }]) => [id, definition]),
			),
		);
	const [before, after] = [definitionsOf(base), definitionsOf(head)];
	return [...before].flatMap(([id, definition]) =>
		after.has(id) && after.get(id) !== definition ? [id] : [],
	);
}
