/** The pilot is the blocks that are measured before anything is decided. */
import type { RunSettings, Scenario } from "../../shared/types.ts";
import { LEAST_PILOT } from "../stats/allocation.ts";

/**
 * Returns how many blocks a scenario takes before anything is decided, or altogether where nothing is
 * decided. A cold start is the first runtime of its process, so the iterations of a startup scenario are
 * blocks.
 */
export function pilotOf(
	scenario: Scenario,
	{ blocks, precision }: Pick<RunSettings, "blocks" | "precision">,
): number {
	const least = precision === null ? blocks : Math.max(blocks, LEAST_PILOT);
	return scenario.kind === "startup" ? Math.max(scenario.iterations, least) : least;
}
