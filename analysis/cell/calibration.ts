/** This file judges the calibration: every language must have come to the same results. */
import type { Difference, Scenario, WorkLedger } from "../../shared/types.ts";
import { kernelOperation } from "../../shared/types.ts";

/** Compares the results of a verification with those that the scenario expects. */
export function calibrationDifferences({ expect }: Scenario, ledger: WorkLedger): Difference[] {
	return kernelOperation.options.flatMap((operation): Difference[] => {
		const wanted = expect.results?.[operation];
		if (wanted === undefined) return [];
		const row = ledger.operations.find((one) => one.operation === operation);
		if (!row || row.done === 0) return [{ kind: "operation-missing", operation }];
		if (row.resultDigest !== wanted) return [{ kind: "operation-result", operation }];
		const { correct, done } = row;
		return correct === done ? [] : [{ kind: "operation-wrong", operation, wrong: done - correct, done }];
	});
}
