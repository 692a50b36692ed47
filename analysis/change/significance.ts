/** The tests behind a change: whether the head is worse, or differs, by more than the floor. */
import type { MetricChange } from "../../shared/types.ts";
import { toleranceOf } from "../metrics.ts";
import { studentCdf, studentQuantile } from "../stats/distributions.ts";
import { CONFIDENCE, type Estimate } from "../stats/intervals.ts";
import { adjustByHolm } from "../stats/multiple-tests.ts";

/**
 * How likely so bad a ratio is when the head is worse by no more than the floor.
 * @param estimate how many times worse the head is; null gives null
 * @param confidence of its interval
 */
export function testIfWorse(
	estimate: Estimate | null,
	floorLog: number,
	confidence = CONFIDENCE,
): MetricChange["test"] {
	if (estimate === null) return null;
	const { degreesOfFreedom, value, high } = estimate;
	// From the interval as it is reported, which a stopping rule may have widened.
	const half = Math.log(high / value);
	const standardError = half / studentQuantile((1 + confidence) / 2, degreesOfFreedom);
	return testIfAbove(Math.log(value) - floorLog, standardError, degreesOfFreedom);
}

/** How likely so large a value is when the true one is 0 or less. */
export function testIfAbove(
	value: number,
	standard_error: number,
	degrees_of_freedom: number,
): NonNullable<MetricChange["test"]> {
	const p_worse =
		standard_error > 0 ? studentCdf(-value / standard_error, degrees_of_freedom) : value > 0 ? 0 : 1;
	return { p_worse, standard_error, degrees_of_freedom };
}

/**
 * Takes back what only looks like a change because many figures are looked at: of twenty that are held to
 * 95 % each, one differs by chance. "slower" and "faster" stay where they hold for all rows together, by
 * Holm's adjustment.
 */
export function judgeTogether(rows: readonly MetricChange[], confidence = CONFIDENCE): MetricChange[] {
	// A count is no chance.
	const measured = rows.filter(({ metric }) => toleranceOf(metric) === null);
	const adjusted = adjustByHolm(measured.map(pDifferent));
	return rows.map((row) => {
		const p = adjusted[measured.indexOf(row)];
		return (row.change === "slower" || row.change === "faster") && p !== undefined && p >= 1 - confidence
			? { ...row, change: "undecided" }
			: row;
	});
}

/** How likely a ratio so far from 1, on either side, is when the two differ by no more than the floor. */
function pDifferent({ ratio, difference, floor, test }: MetricChange): number {
	const distance =
		ratio !== null
			? Math.abs(Math.log(ratio)) - Math.log1p(floor)
			: difference && Math.abs(difference.value / difference.whole) - floor;
	if (distance === null || test === null) return 1;
	const beyond = distance;
	if (beyond <= 0) return 1;
	const { standard_error, degrees_of_freedom } = test;
	return standard_error > 0 ? 2 * studentCdf(-beyond / standard_error, degrees_of_freedom) : 0;
}
