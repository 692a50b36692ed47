/** The tests behind a change: whether the head is worse, or differs, by more than the floor. */
import type { MetricChange } from "../../shared/types.ts";
import { studentCdf, studentQuantile } from "../stats/distributions.ts";
import { CONFIDENCE, type Estimate } from "../stats/intervals.ts";
import { adjustByHolm } from "../stats/multiple-tests.ts";

/**
 * How likely so bad a ratio is when the head is worse by no more than the floor.
 * @param estimate how many times worse the head is; null gives null
 */
export function testIfWorse(estimate: Estimate | null, floorLog: number): MetricChange["test"] {
	if (estimate === null) return null;
	const { degreesOfFreedom: degrees_of_freedom, value, high } = estimate;
	// From the interval as it is reported, which a stopping rule may have widened.
	const half = Math.log(high / value);
	const standard_error = half / studentQuantile((1 + CONFIDENCE) / 2, degrees_of_freedom);
	const beyond = Math.log(value) - floorLog;
	const p_worse =
		standard_error > 0 ? studentCdf(-beyond / standard_error, degrees_of_freedom) : beyond > 0 ? 0 : 1;
	return { p_worse, standard_error, degrees_of_freedom };
}

/**
 * Takes back what only looks like a change because many figures are looked at: of twenty that are held to
 * 95 % each, one differs by chance. "slower" and "faster" stay where they hold for all rows together, by
 * Holm's adjustment.
 */
export function judgeTogether(rows: readonly MetricChange[]): MetricChange[] {
	const adjusted = adjustByHolm(rows.map(pDifferent));
	return rows.map((row, index) =>
		(row.change === "slower" || row.change === "faster") && (adjusted[index] as number) >= 1 - CONFIDENCE
			? { ...row, change: "undecided" }
			: row,
	);
}

/** How likely a ratio so far from 1, on either side, is when the two differ by no more than the floor. */
function pDifferent({ ratio, floor, test }: MetricChange): number {
	if (ratio === null || test === null) return 1;
	const beyond = Math.abs(Math.log(ratio)) - Math.log1p(floor);
	if (beyond <= 0) return 1;
	const { standard_error, degrees_of_freedom } = test;
	return standard_error > 0 ? 2 * studentCdf(-beyond / standard_error, degrees_of_freedom) : 0;
}
