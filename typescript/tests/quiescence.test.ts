import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { RestWatch } from "../src/quiescence.ts";

const NS_PER_MS = 1e6;

test("work after the last message is waited for, and who only reads is not", async () => {
	const watch = new RestWatch();
	watch.noteModel(true);
	watch.start();
	watch.noteModel(true);
	watch.begin();
	for (let batch = 0; batch < 2; batch++) {
		await sleep(100);
		watch.noteModel(true);
	}
	// Timers run on until the end of the wait, and none of them is work.
	const looking = setInterval(() => watch.noteDatabase("getTasks"), 50);
	const waiting = watch.wait();
	await sleep(100);
	watch.noteDatabase("updateMemory");
	const { atRest, calls, embeddings, lastCallNs } = await waiting;
	clearInterval(looking);
	assert.deepEqual({ atRest, calls, embeddings }, { atRest: true, calls: 3, embeddings: 3 });
	assert.ok(lastCallNs >= 290 * NS_PER_MS, String(lastCallNs));
});

test("who does nothing after the last message is at rest from then on", async () => {
	const watch = new RestWatch();
	watch.start();
	watch.begin();
	assert.deepEqual(await watch.wait(), { atRest: true, lastCallNs: 0, cpuNs: 0, calls: 0, embeddings: 0 });
});
