/** The clock that all processes of a machine share: CLOCK_MONOTONIC, which `process.hrtime` reads. */
import { NS_PER_S } from "../../shared/units.ts";

/** Its reading, in ns. */
export function readClock(): number {
	const [seconds, rest] = process.hrtime();
	return seconds * NS_PER_S + rest;
}
