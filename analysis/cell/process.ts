/** A valid process is one whose figures count. This file adds up its iterations. */
import type {
	CellMeasurement,
	IterationRecord,
	MeasurementFile,
	ProcessRecord,
	Scenario,
} from "../../shared/types.ts";
import { NS_PER_S } from "../../shared/units.ts";
import type { Totals } from "../stats/intervals.ts";
import { sum } from "../stats/statistics.ts";

/** Every iteration of a valid process did the verified work. */
export interface ValidProcess {
	record: ProcessRecord;
	measurement: MeasurementFile;
	cell: CellMeasurement;
}

/** Returns the plain iterations of a process, in order. */
export function plainIterations({ cell }: Pick<ValidProcess, "cell">): IterationRecord[] {
	return cell.iterations.filter(({ phase }) => phase === "plain");
}

/**
 * Adds up amounts, and what they are spread over, of the plain iterations of a process.
 * @returns null if no iteration has such an amount
 */
export function processTotals(
	process: ValidProcess,
	scenario: Scenario,
	ofIteration: (iteration: IterationRecord, scenario: Scenario) => Totals | null,
): Totals | null {
	const parts = plainIterations(process).flatMap((iteration) => ofIteration(iteration, scenario) ?? []);
	if (parts.length === 0) return null;
	return {
		amount: sum(parts.map(({ amount }) => amount)),
		over: sum(parts.map(({ over }) => over)),
	};
}

/** Makes the derivation of an operation: how often a second an iteration did it. */
export function operationTotals(name: string): (iteration: IterationRecord) => Totals | null {
	return ({ operations }) => {
		const rows = operations.filter(({ operation }) => operation === name);
		return rows.length === 0
			? null
			: {
					amount: sum(rows.map(({ done }) => done)) * NS_PER_S,
					over: sum(rows.map(({ totalNs }) => totalNs)),
				};
	};
}
