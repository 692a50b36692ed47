/** A line through points of which some may lie far off: a neighbour's burst, a collection. */
import { normalQuantile } from "./distributions.ts";
import { median } from "./statistics.ts";

export type Point = readonly [x: number, y: number];

export interface RobustLine {
	slope: number;
	/** The ends of the slope's interval. */
	low: number;
	high: number;
	/** At x = 0. */
	intercept: number;
}

/**
 * Fits the line whose slope is the median of the slopes of all pairs of points (Theil 1950), with Sen's
 * interval for it from the distribution of Kendall's S ("Estimates of the Regression Coefficient Based on
 * Kendall's Tau", JASA 63, 1968, section 2). The intercept is the median of what the slope leaves.
 * @param points with different x
 * @returns null with fewer than three
 */
export function robustLine(points: readonly Point[], confidence: number): RobustLine | null {
	const count = points.length;
	if (count < 3) return null;
	const slopes = points
		.flatMap(([x, y], index) =>
			points.slice(index + 1).map(([otherX, otherY]) => (otherY - y) / (otherX - x)),
		)
		.toSorted((a, b) => a - b);
	const deviation = Math.sqrt((count * (count - 1) * (2 * count + 5)) / 18);
	const half = normalQuantile((1 + confidence) / 2) * deviation;
	const at = (rank: number) => slopes[Math.min(slopes.length - 1, Math.max(0, rank))] as number;
	const slope = median(slopes);
	return {
		slope,
		low: at(Math.floor((slopes.length - half) / 2) - 1),
		high: at(Math.ceil((slopes.length + half) / 2)),
		intercept: median(points.map(([x, y]) => y - slope * x)),
	};
}
