/** A process whose figures count, and the totals of its iterations. */
import type {
	CellMeasurement,
	IterationRecord,
	MeasurementFile,
	ProcessRecord,
	Scenario,
} from "../../shared/types.ts";
import { sum } from "../stats/statistics.ts";

/** A process whose every iteration did the verified work. */
export interface ValidProcess {
	record: ProcessRecord;
	measurement: MeasurementFile;
	cell: CellMeasurement;
}

export function plainIterations({ cell }: Pick<ValidProcess, "cell">): IterationRecord[] {
	return cell.iterations.filter(({ phase }) => phase === "plain");
}

/** @returns the sums over the plain iterations of the process; null where none has such an amount */
export function processTotals(
	process: ValidProcess,
	scenario: Scenario,
	ofIteration: (iteration: IterationRecord, scenario: Scenario) => { amount: number; over: number } | null,
): { amount: number; over: number } | null {
	const parts = plainIterations(process).flatMap((iteration) => ofIteration(iteration, scenario) ?? []);
	if (parts.length === 0) return null;
	return {
		amount: sum(parts.map(({ amount }) => amount)),
		over: sum(parts.map(({ over }) => over)),
	};
}
