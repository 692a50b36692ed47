// Live mode as a process, with the real framework and the real contract.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { LiveCommand } from "../../shared/types.ts";
import { LiveProcess } from "./live-process.ts";

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
