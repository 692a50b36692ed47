/** The iterations of a warm-up, which are off every clock. */
import { goesInSteps, type Scenario } from "../../shared/types.ts";
import { secondsSince } from "../elapsed.ts";
import type { Worker } from "../process/worker.ts";
import { messagesPerIteration } from "./profiles.ts";

/** An iteration of so many messages may be longer than a warm-up has to be. */
const LONG_ITERATION = 100;
/** Looks at a database server take a tenth of the time at most. */
const LOOK_SHARE = 0.1;
const LOOK_PAUSE_MS = 5;

/**
 * Does an iteration of warm-up. Where the messages of a scenario go in steps, one of many messages ends as
 * soon as it has taken long enough.
 * @param look looks at the database server while the agent lives, because its connections may end with it;
 *   null: there is none
 * @returns the seconds that the whole iteration takes, as far as it was done
 */
export async function iterateUntil(
	worker: Worker,
	scenario: Scenario,
	isEnough: () => boolean,
	look: (() => void) | null,
): Promise<number> {
	const started = performance.now();
	const messages = messagesPerIteration(scenario);
	const mayEndEarly = messages >= LONG_ITERATION;
	if (!goesInSteps(scenario) || (!mayEndEarly && look === null)) {
		const stop = look === null ? () => {} : lookAgainAndAgain(look);
		await worker.command({ cmd: "iterate", phase: "warmup" }).finally(stop);
		return secondsSince(started);
	}
	await worker.command({ cmd: "begin", phase: "warmup" });
	const sending = performance.now();
	let sent = 0;
	while (sent < messages && !(mayEndEarly && sent > 0 && isEnough())) {
		await worker.command({ cmd: "message" });
		sent++;
	}
	const sendingSeconds = secondsSince(sending);
	look?.();
	await worker.command({ cmd: "end" });
	return secondsSince(started) + sendingSeconds * (messages / sent - 1);
}

/** Messages that are sent at once leave no moment between them. @returns a function that ends it */
function lookAgainAndAgain(look: () => void): () => void {
	let timer: NodeJS.Timeout;
	const wait = (milliseconds: number) => {
		timer = setTimeout(() => {
			const started = performance.now();
			look();
			wait(Math.max(LOOK_PAUSE_MS, (performance.now() - started) / LOOK_SHARE));
		}, milliseconds);
	};
	wait(LOOK_PAUSE_MS);
	return () => clearTimeout(timer);
}
