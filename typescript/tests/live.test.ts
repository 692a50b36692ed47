// Live mode as a process, with the real framework and the real contract.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { AgentRuntime } from "@elizaos/core";
import type { LiveCommand, LiveEvent } from "../../shared/types.ts";
import { readyMonotonicClock } from "../src/clocks.ts";
import type { Framework } from "../src/frameworks/framework.ts";
import { sendToFramework } from "../src/frameworks/front-door.ts";
import { QueuedEvents } from "../src/live/events.ts";
import { FrameworkHost } from "../src/live/host.ts";
import { ModelTime, ModelWaits } from "../src/live/model-time.ts";
import type { Id } from "../src/messages.ts";
import { LiveProcess } from "./live-process.ts";
import { findScenario, openSession } from "./workbench.ts";

/** Other programs may keep the processors busy. */
const SLOW = { timeout: 60_000 };
const NS_PER_MS = 1e6;
const REPLY = "This is a fixed benchmark response.";

const message = (id: number, agent: number, user: number): LiveCommand => ({
	cmd: "message",
	id,
	agent,
	user,
});

/** Node.js reads CLOCK_MONOTONIC itself. */
function readClockOfNode(): number {
	return Number(execFileSync("node", ["-p", "process.hrtime.bigint().toString()"], { encoding: "utf8" }));
}

test(
	"messages in flight are all answered in their own rooms, and the model's time is known",
	SLOW,
	async () => {
		const delayMs = 300;
		const before = readClockOfNode();
		const live = new LiveProcess("--model-delay-ms", String(delayMs));
		await live.next("ready");
		const { alive, constructNs, seedNs } = await live.ask({ cmd: "agents", count: 3 }, "agents");
		assert.deepEqual([alive, constructNs.length, seedNs.length], [3, 3, 3]);
		for (const agent of [0, 2]) await live.ask({ cmd: "users", agent, count: 10, history: 25 }, "done");
		const evenUsers = [0, 2, 4, 6, 8];
		live.tell(
			...evenUsers.map((user) => message(user, 0, user)),
			...evenUsers.map((user) => message(100 + user, 2, user)),
		);
		const replies = await live.nextOnes(10, "reply");
		const ids = [...evenUsers, ...evenUsers.map((user) => 100 + user)];
		assert.deepEqual(
			replies.map(({ id }) => id).sort((a, b) => a - b),
			ids,
		);
		const lastSent = Math.max(...replies.map(({ sentAtNs }) => sentAtNs));
		const firstReturned = Math.min(...replies.map(({ returnedAtNs }) => returnedAtNs));
		assert.ok(lastSent < firstReturned, "all were in flight at once");
		for (const { replies: texts, readAtNs, sentAtNs, returnedAtNs, modelNs } of replies) {
			assert.deepEqual(texts, [REPLY]);
			assert.ok(before < readAtNs && readAtNs <= sentAtNs);
			// One call, whose timer may be a millisecond early.
			assert.ok(modelNs > (delayMs - 2) * NS_PER_MS && modelNs < returnedAtNs - sentAtNs, `${modelNs}`);
		}
		const expected = [1, 0, 1, 0, 1, 0, 1, 0, 1, 0];
		for (const agent of [0, 2]) {
			const { fromUser, fromAgent } = await live.ask({ cmd: "stored", agent }, "stored");
			assert.deepEqual([fromUser, fromAgent], [expected, expected]);
		}
		assert.deepEqual((await live.ask({ cmd: "stored", agent: 1 }, "stored")).fromUser, [0]);
		const { modelCalls, open } = await live.ask({ cmd: "read", collect: false }, "read");
		assert.deepEqual([modelCalls, open], [{ messageHandler: 10 }, 0]);
		assert.equal(await live.finish(), 0);
		assert.ok(Math.max(...replies.map(({ returnedAtNs }) => returnedAtNs)) < readClockOfNode());
	},
);

test("a newer message in its room makes a message return without a reply", SLOW, async () => {
	const live = new LiveProcess("--model-delay-ms", "300");
	await live.next("ready");
	await live.ask({ cmd: "agents", count: 1 }, "agents");
	live.tell(message(0, 0, 0), message(1, 0, 0));
	const replies = await live.nextOnes(2, "reply");
	assert.deepEqual(replies.map(({ id, replies: texts }) => [id, texts]).sort(), [
		[0, []],
		[1, [REPLY]],
	]);
	const { fromUser, fromAgent } = await live.ask({ cmd: "stored", agent: 0 }, "stored");
	assert.deepEqual([fromUser, fromAgent], [[2], [1]]);
	await live.ask({ cmd: "drop" }, "done");
	assert.equal((await live.ask({ cmd: "agents", count: 1 }, "agents")).alive, 1);
	assert.deepEqual((await live.ask({ cmd: "stored", agent: 0 }, "stored")).fromUser, [0], "agent 0 is new");
	live.tell(message(2, 0, 0));
	assert.equal(await live.finish(), 0, "an open message is not waited for");
});

test("what the framework keeps can be found and emptied, and the heap shrinks", SLOW, async () => {
	const live = new LiveProcess();
	await live.next("ready");
	await live.ask({ cmd: "agents", count: 2 }, "agents");
	const count = 150;
	for (let id = 0; id < count; id++) await live.ask(message(id, id % 2, 0), "reply");
	const heap = async () => (await live.ask({ cmd: "read", collect: true }, "read")).heapBytes ?? 0;
	const full = await heap();
	const { stores } = await live.ask({ cmd: "stores" }, "stores");
	const records = Object.fromEntries(stores.map(({ name, records }) => [name, records]));
	assert.equal(records["runtime.stateCache"], count);
	assert.ok((records["adapter.memoriesByRoom"] ?? 0) >= 2 * count, JSON.stringify(stores));
	assert.ok(!("runtime.models" in records || "runtime.providers" in records));
	for (const store of ["runtime.stateCache", "adapter.logs"]) await live.ask({ cmd: "empty", store }, "done");
	const left = (await live.ask({ cmd: "stores" }, "stores")).stores;
	assert.deepEqual(
		left.filter(({ records }) => records === 0).map(({ name }) => name),
		["adapter.logs", "runtime.stateCache"],
	);
	// They hold some 70 KB a message.
	const freed = full - (await heap());
	assert.ok(freed > count * 30_000, `${freed} bytes were freed`);
	live.tell({ cmd: "empty", store: "runtime.models" });
	const { status, stderr } = await live.ended;
	assert.equal(status, 2);
	assert.match(stderr, /^error: there is no store 'runtime\.models': .*\n$/);
});

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
	one.begin();
	await sleep(10);
	assert.ok(one.totalNs > 84e6, "a call that goes on counts up to now");
});

test(
	"an empty harness answers without a framework, and no byte is lost when nobody reads",
	SLOW,
	async () => {
		const live = new LiveProcess("--empty");
		const count = 20_000;
		live.tell({ cmd: "agents", count: 5 }, ...Array.from({ length: count }, (_, id) => message(id, 3, id)));
		// A pipe holds 64 KB, the events have some 4 MB.
		await sleep(500);
		assert.equal((await live.next("ready")).importNs, 0);
		assert.deepEqual((await live.next("agents")).constructNs, []);
		const replies = await live.nextOnes(count, "reply");
		assert.ok(replies.every(({ id, replies: [text] }, index) => id === index && text === REPLY));
		const { open, modelCalls } = await live.ask({ cmd: "read", collect: false }, "read");
		assert.deepEqual([open, modelCalls], [0, {}]);
		assert.equal(await live.finish(), 0);
	},
);

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

test(
	"a bad command is one line on stderr and exit status 2, and the end of stdin is the end",
	SLOW,
	async () => {
		const wrong: [string, RegExp][] = [
			["hello", /a command is one JSON object on one line, not: hello/],
			['{"cmd":"dance"}', /'cmd', one of agents, users, message/],
			['{"cmd":"agents","count":0}', /'agents' needs a whole number 'count' of at least 1/],
			['{"cmd":"message","id":0,"agent":0}', /'message' needs a whole number 'user' of at least 0/],
			['{"cmd":"read"}', /'read' needs 'collect', true or false/],
			['{"cmd":"empty"}', /'empty' needs the name of a 'store'/],
		];
		const ends = wrong.map(async ([line, reason]) => {
			const live = new LiveProcess("--empty");
			live.write(`${line}\n{"cmd":"finish"}\n`);
			const { status, stderr } = await live.ended;
			assert.equal(status, 2, line);
			assert.match(stderr, reason);
			assert.equal(stderr.trimEnd().split("\n").length, 1);
		});
		await Promise.all(ends);
		const real = new LiveProcess();
		await real.next("ready");
		real.tell({ cmd: "agents", count: 1 }, message(0, 0, 1));
		assert.match((await real.ended).stderr, /^error: agent 0 has no user 1: /);
		const abandoned = new LiveProcess("--empty");
		await abandoned.next("ready");
		abandoned.closeStdin();
		assert.deepEqual(await abandoned.ended, { status: 1, stderr: "" });
		const asked = new LiveProcess("--output", "x");
		assert.deepEqual(await asked.ended, { status: 2, stderr: "error: --live takes no --output\n" });
	},
);
