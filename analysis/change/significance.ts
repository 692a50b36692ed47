/** The test behind a change: whether the head is worse by more than the floor. */
import type { MetricChange } from "../../shared/types.ts";
import { studentCdf, studentQuantile } from "../stats/distributions.ts";
import { CONFIDENCE, type Estimate } from "../stats/intervals.ts";

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
