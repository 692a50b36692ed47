/** Tells how long something has taken. */
import { MS_PER_S } from "../shared/units.ts";

/**
 * @param started a reading of `performance.now()`
 * @returns seconds
 */
export function secondsSince(started: number): number {
	return (performance.now() - started) / MS_PER_S;
}
