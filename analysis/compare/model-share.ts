/**
 * This file derives how much of a real turn is the framework's, with a model that takes its time. The share
 * is computed from measured figures and never measured itself.
 */

/** A reader can choose among these latencies, from 200 ms to 5 s. */
export const MODEL_LATENCIES_MS: readonly number[] = Array.from(
	{ length: 25 },
	(_, index) => 200 * (index + 1),
);

/**
 * Returns the framework's share of a turn.
 * @param frameworkMs time of the framework for a message with a model that answers at once
 * @param modelCalls calls per message; they are taken to follow one another, as they do in all three
 *   frameworks
 * @returns a share from 0 to 1; null where no model is called
 */
export function frameworkShare(
	frameworkMs: number,
	modelCalls: number,
	modelLatencyMs: number,
): number | null {
	return modelCalls > 0 ? frameworkMs / (frameworkMs + modelCalls * modelLatencyMs) : null;
}
