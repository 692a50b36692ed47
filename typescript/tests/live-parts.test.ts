// Parts of live mode in the test's own process, with the real framework where there is one.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { AgentRuntime } from "@elizaos/core";
import type { LiveEvent } from "../../shared/types.ts";
import { readyMonotonicClock } from "../src/clocks.ts";
import { MESSAGES } from "../src/database-setup.ts";
import type { Framework } from "../src/frameworks/framework.ts";
import { sendToFramework } from "../src/frameworks/front-door.ts";
import { QueuedEvents } from "../src/live/events.ts";
import { grownPlaces, heapPlaces, takeHeapSnapshot } from "../src/live/heap-places.ts";
import { FrameworkHost } from "../src/live/host.ts";
import { ModelTime, ModelWaits } from "../src/live/model-time.ts";
import { type Id, makeId, varyId } from "../src/messages.ts";
import { findScenario, openSession } from "./workbench.ts";

/** Other programs may keep the processors busy. */
const SLOW = { timeout: 60_000 };
const NS_PER_MS = 1e6;
const REPLY = "This is a fixed benchmark response.";

test("a message whose framework raises is told, and the others go on", SLOW, async () => {
	await readyMonotonicClock();
	const session = await openSession();
	const sender: typeof sendToFramework = async (outgoing) => {
		if (outgoing.message.content.text?.includes("message 2.")) throw new RangeError("no such thing");
		return await sendToFramework(outgoing);
	};
	const host = new FrameworkHost({ ...session, sender }, findScenario(session, "single-message"));
	await host.answer({ cmd: "agents", count: 1 });
	await host.answer({ cmd: "users", agent: 0, count: 3, history: 0 });
	const events: LiveEvent[] = [];
	for (const id of [0, 1, 2])
		host.begin({ cmd: "message", id, agent: 0, user: id }, 5, (event) => events.push(event));
	while (events.length < 3) await sleep(5);
	const raised = events.find(({ event }) => event === "raised");
	assert.ok(raised?.event === "raised");
	assert.deepEqual([raised.id, raised.readAtNs, raised.failure.type], [1, 5, "RangeError"]);
	assert.equal(events.filter((event) => event.event === "reply" && event.replies[0] === REPLY).length, 2);
	await host.answer({ cmd: "drop" });
});

test("agents that share a database share no room and no memory in it", SLOW, async () => {
	await readyMonotonicClock();
	const session = await openSession();
	const shared = session.framework.database.createAdapter(session.contract.fixtures.agentId as Id);
	const filled: unknown[] = [];
	const saved = { restore: async () => false, save: async (rows: object) => void filled.push(rows) };
	const lasting = { clear: async () => {}, settle: async () => 0, saved };
	const database = {
		plugins: [],
		createAdapter: () => shared,
		initialize: (runtime: AgentRuntime) => runtime.initialize(),
		lasting,
	};
	const framework = { ...session.framework, database } as unknown as Framework;
	const host = new FrameworkHost({ ...session, framework }, findScenario(session, "single-message"));
	await host.answer({ cmd: "agents", count: 2 });
	for (const agent of [0, 1]) await host.answer({ cmd: "users", agent, count: 30, history: 60 });
	const names = filled.map((rows) => (rows as { name: string; idPrefix: string }).name);
	assert.deepEqual(names, ["history_60_of_30_users_of_agent_0", "history_60_of_30_users_of_agent_1"]);
	const sent = (agent: number, user: number) =>
		new Promise<LiveEvent>((resolve) => {
			host.begin({ cmd: "message", id: user, agent, user }, 0, resolve);
		});
	for (const [agent, user] of [
		[0, 1],
		[1, 1],
		[1, 2],
	] as const)
		assert.equal((await sent(agent, user)).event, "reply");
	for (const [agent, expected] of [
		[0, [0, 1, 0]],
		[1, [0, 1, 1]],
	] as const) {
		const stored = await host.answer({ cmd: "stored", agent });
		assert.ok(stored.event === "stored" && stored.fromUser.length === 30);
		assert.deepEqual([stored.fromUser.slice(0, 3), stored.fromAgent.slice(0, 3)], [expected, expected]);
	}
	const roomId = varyId(makeId(session.contract.fixtures.roomIdPrefix, 1), 1);
	const found = await shared.getMemories({ tableName: MESSAGES, roomId });
	assert.deepEqual(
		found.map(({ content }) => content.text),
		[
			"Earlier message 2 of the conversation with BenchmarkAgent.",
			"Earlier message 32 of the conversation with BenchmarkAgent.",
			"Hello BenchmarkAgent, this is message 2. How are you?",
			REPLY,
		],
	);
	assert.ok((found[0]?.createdAt ?? 0) < (found[1]?.createdAt ?? 0));
	await host.answer({ cmd: "drop" });
});

test("calls that overlap count once, and belong to the message that made them", async () => {
	const time = new ModelTime();
	const [one, other] = [new ModelWaits(), new ModelWaits()];
	const started = performance.now();
	await Promise.all([
		time.follow(one, async () => {
			await Promise.all([time.wait(60), sleep(20).then(() => time.wait(60))]);
			await sleep(100);
		}),
		time.follow(other, () => time.wait(10)),
		time.wait(150),
	]);
	const passedNs = (performance.now() - started) * NS_PER_MS;
	// 80 ms of the first, 10 of the second; timers are late where others are at work.
	assert.ok(one.totalNs > 75e6 && one.totalNs < passedNs - 90e6, `${one.totalNs}`);
	assert.ok(other.totalNs > 9e6 && other.totalNs < one.totalNs, `${other.totalNs}`);
	one.begin(60);
	await sleep(10);
	assert.ok(one.totalNs > 84e6, "a call that goes on counts up to now");
});

test("a process that is busy when the answer comes is no model's time", async () => {
	const [time, waits] = [new ModelTime(), new ModelWaits()];
	const called = time.follow(waits, () => time.wait(20));
	await sleep(10);
	for (const until = performance.now() + 200; performance.now() < until; );
	await called;
	assert.ok(waits.totalNs >= 19e6 && waits.totalNs < 22e6, `${waits.totalNs}`);
});

/** @returns the number of bytes */
function readWhatIsThere(descriptor: number, bytes: Buffer): number {
	try {
		return readSync(descriptor, bytes);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "EAGAIN") return 0;
		throw error;
	}
}

test(
	"a full pipe that takes parts gets every byte in order, also without Bun's own writer",
	SLOW,
	async () => {
		const folder = mkdtempSync(join(tmpdir(), "live-"));
		const path = join(folder, "pipe");
		execFileSync("mkfifo", [path]);
		const descriptor = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
		const events = new QueuedEvents(descriptor, assert.fail);
		const sent = Array.from(
			{ length: 3000 },
			(_, elapsedNs) => ({ event: "done", cmd: "drop", elapsedNs }) as const,
		);
		for (const event of sent) events.send(event);
		const flushed = events.flush();
		const expected = sent.map((event) => `${JSON.stringify(event)}\n`).join("");
		const bytes = Buffer.alloc(10_000);
		let read = "";
		while (read.length < expected.length) {
			await sleep(1);
			read += bytes.toString("utf8", 0, readWhatIsThere(descriptor, bytes));
		}
		assert.ok(read === expected);
		await flushed;
		closeSync(descriptor);
		rmSync(folder, { recursive: true });
	},
);

test("what is kept is told by what it is and by what holds it, also what a map holds", SLOW, async () => {
	class Keeper {
		readonly kept: Leaf[] = [];
		readonly byKey = new Map<string, Leaf>();
	}
	class Leaf {
		readonly text: string;
		constructor(text: string) {
			this.text = text;
		}
	}
	const keeper = new Keeper();
	const before = heapPlaces(await takeHeapSnapshot());
	for (let number = 0; number < 200; number++) {
		keeper.kept.push(new Leaf(JSON.stringify({ number, text: "a".repeat(10_000) })));
		keeper.byKey.set(String(number), new Leaf(JSON.stringify({ number, text: "b".repeat(5000) })));
	}
	const { how, keptBytes, sites } = grownPlaces(before, heapPlaces(await takeHeapSnapshot()));
	assert.equal(how, "held-by");
	// The engine keeps something for its snapshots, too.
	assert.ok(keptBytes > 2.9e6, `${keptBytes}`);
	const strings = sites.find(({ name }) => name === "string in Leaf.text");
	assert.ok(Math.abs((strings?.bytes ?? 0) / 3e6 - 1) < 0.05, JSON.stringify(sites));
	assert.ok(Math.abs((strings?.objects ?? 0) - 400) <= 20, `${strings?.objects}`);
	assert.equal(keeper.kept.length + keeper.byKey.size, 400);
});
