/**
 * This file derives how much of a real turn is the framework's, with a model that takes its time. The share
 * is computed from measured figures and never measured itself.
 */

/** A reader can choose among these latencies, from 200 ms to 5 s. */
export const MODEL_LATENCIES_MS: readonly number[] = Array.from(
	{ length: 25 },
	(_, index) => 200 * (index + 1),
);

export interface Turn {
	/** The framework's own time and that of all model calls, in ms. */
	turn_ms: number;
	/** The framework's share of it, from 0 to 1. */
	share: number;
}

/**
 * Derives a whole turn.
 * @param frameworkMs time of the framework for a message with a model that answers at once
 * @param modelCalls calls per message; they are taken to follow one another, as they do in all three
 *   frameworks: five calls of a second are five seconds
 * @returns null where no model is called
 */
export function turnBesideModel(
	frameworkMs: number,
	modelCalls: number,
	modelLatencyMs: number,
): Turn | null {
	if (modelCalls <= 0) return null;
	const turn_ms = frameworkMs + modelCalls * modelLatencyMs;
	return { turn_ms, share: frameworkMs / turn_ms };
}
