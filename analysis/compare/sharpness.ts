/** This file says how sharp a whole run is: which differences its deciding ratios would have found. */
import type { ComparisonFile, ScenarioComparison } from "../../shared/types.ts";
import { median } from "../stats/statistics.ts";

/** @returns null where no deciding ratio has two blocks */
export function sharpnessOf(scenarios: readonly ScenarioComparison[]): ComparisonFile["sharpness"] {
	const ratios = scenarios.flatMap(({ id, rows, deciding_metric }) => {
		const row = rows.find(({ metric }) => metric === deciding_metric);
		return (row?.standing?.pairs ?? []).flatMap(({ minimum_detectable_effect: effect }) =>
			effect === null ? [] : [{ scenario: id, effect }],
		);
	});
	const [largest] = ratios.toSorted((one, other) => other.effect - one.effect);
	if (!largest) return null;
	return {
		ratios: ratios.length,
		median: median(ratios.map(({ effect }) => effect)),
		largest: largest.effect,
		scenario: largest.scenario,
	};
}
