/** Watches a process after its last reply, from outside, until it is at rest. */
import { isAtRest, WINDOW_NS, WINDOWS_AT_REST } from "../../analysis/growth/quiescence.ts";
import type { CpuSample, QuiescenceRecord } from "../../shared/types.ts";
import { MS_PER_S, NS_PER_MS } from "../../shared/units.ts";
import type { LiveProcess } from "./process.ts";

const LOOK_MS = WINDOW_NS / NS_PER_MS;
/** A process that still works after so long is called "still at work". */
const LONGEST_MS = 30 * MS_PER_S;
/** Messages that are sent alone, each with the time to be worked off, show what one leaves to do. */
const ALONE = { messages: 3, pauseMs: 500 } as const;

/** Takes samples of an idle process, for twice as long as a process has to be at rest. */
async function watchIdle(live: LiveProcess): Promise<CpuSample[]> {
	const begun = process.hrtime.bigint();
	const samples = [live.sample(begun)];
	while (samples.length <= 2 * WINDOWS_AT_REST) {
		await live.wait(LOOK_MS);
		samples.push(live.sample(begun));
	}
	return samples;
}

/** @param send sends one message and waits for its reply */
export async function sendAlone(
	live: LiveProcess,
	send: () => Promise<void>,
): Promise<QuiescenceRecord["alone"]> {
	const before = (await live.worker.read(false)).embeddings;
	for (let message = 0; message < ALONE.messages; message++) {
		await send();
		await live.wait(ALONE.pauseMs);
	}
	const { embeddings } = await live.worker.read(false);
	return { messages: ALONE.messages, embeddings: embeddings - before };
}

/**
 * Sends messages in a row to a process that is at rest, and watches what it does after the last reply.
 * @param alone what messages leave to do that are sent alone
 * @param limitMs no message is sent after so long
 */
export async function measureQuiescence(
	live: LiveProcess,
	send: () => Promise<void>,
	{ alone, messages, limitMs }: { alone: QuiescenceRecord["alone"]; messages: number; limitMs: number },
): Promise<QuiescenceRecord> {
	const idle = await watchIdle(live);
	const before = (await live.worker.read(false)).embeddings;
	const until = performance.now() + limitMs;
	let sent = 0;
	while (sent < messages && performance.now() < until) {
		await send();
		sent++;
	}
	const samples = await watchUntilRest(live, idle);
	const { embeddings } = await live.worker.read(false);
	return { messages: sent, idle, samples, alone, embeddings: embeddings - before };
}

/** Waits until a process does no more than it did before, or not for much longer. */
export async function watchUntilRest(live: LiveProcess, idle: readonly CpuSample[]): Promise<CpuSample[]> {
	const begun = process.hrtime.bigint();
	const samples = [live.sample(begun)];
	for (const until = performance.now() + LONGEST_MS; performance.now() < until; ) {
		await live.wait(LOOK_MS);
		samples.push(live.sample(begun));
		if (isAtRest(idle, samples)) break;
	}
	return samples;
}
