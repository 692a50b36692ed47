/**
 * Sends the messages of an open loop from a thread of its own, which sleeps until the next one is due. A timer
 * of the main thread would be late by up to a millisecond, and by as long as it reads answers. What is due
 * goes out together. It is JavaScript, because a thread begins without the loader of TypeScript.
 */
import { writeSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";

const NS_PER_S = 1e9;
const NS_PER_MS = 1e6;
/** While the pipe is full, it is tried again this often. */
const FULL_PAUSE_MS = 0.2;
/** The places of `state`; orchestrator/load/open-loop.ts has the same. */
const [STOP, SENT, FULL] = [0, 1, 2];

/** @type {import("./open-loop.ts").SenderData} */
const { fd, firstId, users, dueNs, sentAtNs, state } = workerData;

const asleep = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

function now() {
	const [seconds, rest] = process.hrtime();
	return seconds * NS_PER_S + rest;
}

function lineOf(index) {
	return `{"cmd":"message","id":${firstId + index},"agent":0,"user":${index % users}}\n`;
}

/** Writes all of it: half a line would be garbage. Whoever stops this thread ends it, where nobody reads. */
function write(text) {
	let rest = Buffer.from(text);
	while (rest.length > 0)
		try {
			rest = rest.subarray(writeSync(fd, rest));
		} catch (error) {
			if (error.code !== "EAGAIN") throw error;
			Atomics.add(state, FULL, 1);
			// Nobody wakes it here: it sleeps.
			Atomics.wait(asleep, 0, 0, FULL_PAUSE_MS);
		}
}

const beganAtNs = now();
parentPort.postMessage({ beganAtNs });
let next = 0;
try {
	while (next < dueNs.length && Atomics.load(state, STOP) === 0) {
		const elapsed = now() - beganAtNs;
		if (dueNs[next] > elapsed) {
			Atomics.wait(state, STOP, 0, (dueNs[next] - elapsed) / NS_PER_MS);
			continue;
		}
		const first = next;
		let text = "";
		for (; next < dueNs.length && dueNs[next] <= elapsed; next++) text += lineOf(next);
		write(text);
		sentAtNs.fill(now(), first, next);
		Atomics.store(state, SENT, next);
	}
} catch {
	// The worker has ended: whoever listens to it knows why.
}
parentPort.postMessage({ endedAtNs: now() });
