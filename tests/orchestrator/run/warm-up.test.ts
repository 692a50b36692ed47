// An iteration of warm-up: when it ends, and when a database server is looked at.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Worker } from "../../../orchestrator/process/worker.ts";
import { iterateUntil } from "../../../orchestrator/run/warm-up.ts";
import { scenarioOf } from "../../support/evidence.ts";

/** A worker whose messages take so long. The log has its commands, and looks at the server. */
function workerOf(messageMs = 0): { worker: Worker; log: string[]; look: () => void } {
	const log: string[] = [];
	const command = async ({ cmd }: { cmd: string }) => {
		log.push(cmd);
		await sleep(cmd === "iterate" ? 50 : cmd === "message" ? messageMs : 0);
		log.push(`${cmd} done`);
	};
	return { worker: { command } as unknown as Worker, log, look: () => log.push("look") };
}

test("the server is looked at after the last message and before the agent ends", async () => {
	const { worker, log, look } = workerOf();
	await iterateUntil(worker, scenarioOf("action-chain-10"), () => true, look);
	assert.equal(log.filter((entry) => entry === "message done").length, 10);
	assert.deepEqual(log.slice(-4), ["message done", "look", "end", "end done"]);
});

test("where messages go at once, the server is looked at while they are under way, and not afterwards", async () => {
	const { worker, log, look } = workerOf();
	await iterateUntil(worker, scenarioOf("concurrent-10"), () => false, look);
	assert.ok(log.length > 3, log.join());
	assert.deepEqual([log[0], log.at(-1)], ["iterate", "iterate done"]);
	assert.ok(log.slice(1, -1).every((entry) => entry === "look"));
	const looks = log.length;
	await sleep(30);
	assert.equal(log.length, looks);
});

test("an iteration of a hundred messages ends when it has taken long enough, and tells what all would take", async () => {
	const { worker, log } = workerOf(10);
	const seconds = await iterateUntil(worker, scenarioOf("burst-100"), () => log.length > 20, null);
	const sent = log.filter((entry) => entry === "message done").length;
	assert.equal(sent, 10);
	assert.equal(log.at(-1), "end done");
	assert.ok(seconds >= 1, `${seconds} s for 100 messages of 10 ms`);
});

test("an iteration of fewer messages is done to its end, without a server in one step", async () => {
	const { worker, log } = workerOf();
	await iterateUntil(worker, scenarioOf("action-chain-10"), () => true, null);
	assert.deepEqual(log, ["iterate", "iterate done"]);
});
