/** How many blocks come before anything is decided. */
import type { RunSettings, Scenario } from "../../shared/types.ts";
import { LEAST_PILOT } from "../stats/allocation.ts";

/**
 * How many blocks a scenario takes before anything is decided, or altogether where nothing is. A cold start
 * is its process's first runtime, so a startup
 * scenario's iterations are blocks.
 */
export function pilotOf(
	scenario: Scenario,
	{ blocks, precision }: Pick<RunSettings, "blocks" | "precision">,
): number {
	const least = precision === null ? blocks : Math.max(blocks, LEAST_PILOT);
	return scenario.kind === "startup" ? Math.max(scenario.iterations, least) : least;
}
