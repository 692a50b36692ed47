/** This file checks that two sides were measured so that their figures can be compared. */
import type { BenchmarkResult, Unlikeness } from "../../shared/types.ts";
import { machineDifferences } from "./machine-differences.ts";

/** Lists the differences in machine and settings; none if the sides are alike. */
export function unlikenesses(base: BenchmarkResult, head: BenchmarkResult): Unlikeness[] {
	const compareFields = (
		kind: "model-delay-ms" | "alternate",
		one: string | number,
		other: string | number,
	): Unlikeness[] => (one === other ? [] : [{ kind, base: one, head: other }]);
	return [
		...machineDifferences(base.machine, head.machine).flatMap(({ kind, one, other }): Unlikeness[] =>
			// The drift between two runs, which their interval allows for, is also that of a new kernel.
			kind === "kernel" ? [] : [{ kind, base: one, head: other }],
		),
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
