/**
 * How much of a real turn is framework, with a model that takes its time. Derived from measured figures,
 * never one of them.
 */

/** What a reader can choose: 200 ms to 5 s. */
export const MODEL_LATENCIES_MS: readonly number[] = Array.from(
	{ length: 25 },
	(_, index) => 200 * (index + 1),
);

/**
 * @param frameworkMs what the framework takes for a message with a model that answers at once
 * @param modelCalls calls per message, taken to follow one another, as they do in all three frameworks
 * @returns from 0 to 1; null where no model is called
 */
export function frameworkShare(
	frameworkMs: number,
	modelCalls: number,
	modelLatencyMs: number,
): number | null {
	return modelCalls > 0 ? frameworkMs / (frameworkMs + modelCalls * modelLatencyMs) : null;
}
