/** A framework goes on writing after it has stopped. Who empties its tables meanwhile meets a deadlock. */
import { setTimeout as sleep } from "node:timers/promises";
import { now } from "../clocks.ts";
import { FrameworkError } from "../failure.ts";

/** It is over when so many looks in a row have seen nothing. */
const QUIET_LOOKS = 5;
const BETWEEN_LOOKS_MS = 10;
const LONGEST_MS = 10_000;

/**
 * @param isQuiet looks once
 * @returns readings of the clock: when the waiting began, and the last look that saw work, or the beginning
 * @throws {FrameworkError} if there is no end to it
 */
export async function waitUntilQuiet(
	isQuiet: () => Promise<boolean>,
	longestMs = LONGEST_MS,
): Promise<{ startedAt: number; lastWorkAt: number }> {
	const startedAt = now();
	let lastWorkAt = startedAt;
	for (let quiet = 0; quiet < QUIET_LOOKS; ) {
		if (await isQuiet()) quiet++;
		else {
			quiet = 0;
			lastWorkAt = now();
			if (lastWorkAt - startedAt > longestMs)
				throw new FrameworkError(
					new Error(`the database is still at work ${longestMs / 1000} s after the runtime has stopped`),
				);
		}
		if (quiet < QUIET_LOOKS) await sleep(BETWEEN_LOOKS_MS);
	}
	return { startedAt, lastWorkAt };
}
