/** A framework goes on writing after it has stopped. Who empties its tables meanwhile meets a deadlock. */
import { setTimeout as sleep } from "node:timers/promises";
import { now } from "../clocks.ts";
import { FrameworkError } from "../failure.ts";

/** It is over when nothing was done for so long. */
const QUIET_MS = 20;
/** While work is seen, looks are so far apart. */
const BETWEEN_LOOKS_MS = 10;
const LONGEST_MS = 10_000;

/** What one look at a database tells. */
export interface Look {
	busy: boolean;
	/** How long ago the last work ended; null where the database does not say. */
	idleMs: number | null;
}

/**
 * Waits until nothing is done any more, and nothing was for a while.
 * @param look looks once
 * @returns readings of the clock: when the waiting began, and when the last work after that ended, or the beginning
 * @throws {FrameworkError} if there is no end to it
 */
export async function waitUntilQuiet(
	look: () => Promise<Look>,
	longestMs = LONGEST_MS,
): Promise<{ startedAt: number; lastWorkAt: number }> {
	const startedAt = now();
	let lastWorkAt = startedAt;
	for (;;) {
		// An answer may come late, behind work. What it tells is of the moment of the question, or later.
		const askedAt = now();
		const { busy, idleMs } = await look();
		lastWorkAt = Math.max(lastWorkAt, busy ? now() : askedAt - (idleMs ?? Number.POSITIVE_INFINITY));
		const quietMs = askedAt - lastWorkAt;
		if (quietMs >= QUIET_MS) return { startedAt, lastWorkAt };
		if (now() - startedAt > longestMs)
			throw new FrameworkError(
				new Error(`the database is still at work ${longestMs / 1000} s after the runtime has stopped`),
			);
		await sleep(busy ? BETWEEN_LOOKS_MS : Math.ceil(QUIET_MS - quietMs));
	}
}
