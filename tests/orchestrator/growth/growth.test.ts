// Density and soak on a process that keeps what it is told to.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { densityFigures } from "../../../analysis/growth/density.ts";
import { quiescenceOf } from "../../../analysis/growth/quiescence.ts";
import { soakFigures } from "../../../analysis/growth/soak.ts";
import { measureDensity } from "../../../orchestrator/growth/density.ts";
import { runProcess } from "../../../orchestrator/growth/process.ts";
import { measureQuiescence, sendAlone } from "../../../orchestrator/growth/quiescence.ts";
import { measureSoak, type SoakPlan } from "../../../orchestrator/growth/soak.ts";
import { whatIsReached } from "../../../orchestrator/live/memory-guard.ts";
import { Watchdog } from "../../../orchestrator/process/watchdog.ts";
import type { Quiescence, QuiescenceRecord } from "../../../shared/types.ts";
import { BYTES_PER_KB, BYTES_PER_MB, NS_PER_MS } from "../../../shared/units.ts";
import { KEEPER, keeperContext } from "../../support/growth-run.ts";
import { newFolder } from "../support/folders.ts";

const watchdog = new Watchdog();
after(() => watchdog.close());
const context = (...words: string[]) => keeperContext(words, watchdog, newFolder());
/** A second process has no bursts to wait for. */
const SECOND: SoakPlan = { role: "second", users: 1, messages: 6000, seconds: null };

test("1 KB a message is found, sized and placed, and a process that keeps nothing is not accused", async () => {
	const words = ["--message-bytes", "768", "--other-bytes", "256"];
	const [leaks, plain] = await Promise.all([
		measureSoak(context(...words), KEEPER, "leaks", SECOND, () => {}),
		measureSoak(context(), KEEPER, "plain", SECOND, () => {}),
	]);
	const found = soakFigures([{ ...leaks, role: "main" }, leaks]);
	assert.deepEqual(found.replies, { right: 12_000, wrong: 0, missing: 0, raised: 0, unanswered: 0 });
	assert.equal(found.growth.verdict, "grows");
	const perMessage = found.growth.perMessageBytes?.value ?? 0;
	assert.ok(Math.abs(perMessage / 1024 - 1) < 0.1, `${perMessage}`);
	const [store] = found.places?.stores ?? [];
	assert.equal(store?.name, "messages");
	assert.ok(Math.abs((store?.freedBytes ?? 0) / (6000 * 768) - 1) < 0.1, `${store?.freedBytes}`);
	// The engine's own start is in it too.
	assert.ok(Math.abs((found.places?.restBytes ?? 0) / (6000 * 256) - 1) < 0.9, `${found.places?.restBytes}`);
	assert.equal(soakFigures([{ ...plain, role: "main" }]).growth.verdict, "bounded");
});

test("100 KB an agent are sized within a tenth, and an agent that answers for another is named", async () => {
	const plan = { sizes: [1, 10, 40, 80], idleSeconds: 0 };
	const run = (name: string, ...words: string[]) =>
		measureDensity(context(...words), KEEPER, name, plan, () => {});
	const processes = await Promise.all([
		run("one", "--agent-bytes", "102400"),
		run("two", "--agent-bytes", "102400"),
		run("mixed", "--agent-bytes", "102400", "--wrong-agent", "4"),
	]);
	const perAgent = densityFigures(processes).perAgentHeapBytes?.value ?? 0;
	assert.ok(Math.abs(perAgent / (100 * BYTES_PER_KB) - 1) < 0.1, `${perAgent}`);
	const { replies, allAtOnce, storedOtherwise } = densityFigures(processes.slice(2));
	assert.equal(replies.missing + (allAtOnce?.replies.missing ?? 0), 2);
	assert.match(storedOtherwise.join(), /agent 4 stores 0 of the user/);
	assert.deepEqual(densityFigures(processes.slice(0, 2)).storedOtherwise, []);
});

test("a process that dies keeps what was measured, and so does one that reaches the limit of memory", async () => {
	const died = await measureSoak(context("--die", "3000"), KEEPER, "dies", SECOND, () => {});
	assert.equal(died.end.kind, "lost");
	assert.match(died.end.words ?? "", /was killed by SIGKILL/);
	assert.ok(died.points.length > 8);
	assert.deepEqual(died.replies, { right: 2999, wrong: 0, missing: 0, raised: 0, unanswered: 1 });
	const limited = { ...context("--message-bytes", "200000"), memoryLimitBytes: 200 * BYTES_PER_MB };
	const full = await measureSoak(
		limited,
		KEEPER,
		"full",
		{ ...SECOND, messages: 1e6, seconds: 60 },
		() => {},
	);
	assert.equal(full.end.kind, "memory");
	assert.match(full.end.words ?? "", /more than the limit of 200 MB/);
	assert.equal(whatIsReached(10, 10 * BYTES_PER_MB, 100), "occupied 0 MB when the machine had 10 MB left");
});

test("what is allocated is followed in a process of its own, after those that warm it up", async () => {
	const plan = { role: "sites", users: 1, messages: 30, seconds: null } as const;
	const { sites, end, points } = await measureSoak(
		context("--message-bytes", "65536"),
		KEEPER,
		"traced",
		plan,
		() => {},
	);
	// The stub tells of all that it keeps, as it follows nothing: 30 messages before, 30 after.
	const kept = { name: "keeper.ts:1", bytes: 60 * 65536, objects: sites?.sites[0]?.objects ?? 0 };
	assert.deepEqual(sites, { messages: 30, how: "allocated-at", keptBytes: 60 * 65536, sites: [kept] });
	assert.deepEqual([end.kind, points.length], ["done", 0]);
});

test("a wish to stop ends a soak between two messages", async () => {
	const stopping = context();
	const soak = measureSoak(stopping, KEEPER, "stops", { ...SECOND, messages: 1e6 }, ({ points }) => {
		if (points.length === 1) stopping.stop.requested = true;
	});
	assert.deepEqual((await soak).end, { kind: "interrupted", words: null });
});

test("work that follows the reply is seen from outside, with what was dropped of it", async () => {
	// Neighbours let a process work later, and wake it up: they never make it settle sooner.
	const seconds: string[] = [];
	for (let attempt = 1; attempt <= 4; attempt++) {
		const { settledNs, cpuNs, embeddingsAsked, embeddingsDone } = await workAfterReplies();
		assert.equal(embeddingsAsked, 100);
		assert.equal(embeddingsDone, 60);
		// Ten of 1 ms in every 100 ms.
		assert.ok(settledNs === null || settledNs > 400 * NS_PER_MS, `${settledNs}`);
		assert.ok(cpuNs > 30 * NS_PER_MS, `${cpuNs}`);
		if (settledNs !== null && settledNs < 1200 * NS_PER_MS && cpuNs < 120 * NS_PER_MS) return;
		seconds.push(`${settledNs} ns, ${cpuNs} ns of processor time`);
	}
	assert.fail(seconds.join("; "));
});

async function workAfterReplies(): Promise<Quiescence> {
	let record: QuiescenceRecord | null = null;
	const { end } = await runProcess(
		context("--work-ms", "1", "--most-queued", "60"),
		KEEPER,
		"busy",
		async (live) => {
			await live.worker.agents(1);
			const send = async () => void (await live.handle(0, 0));
			const alone = await sendAlone(live, send);
			await live.wait(500);
			record = await measureQuiescence(live, send, { alone, messages: 100, limitMs: 5000 });
			return "done";
		},
	);
	assert.equal(end.kind, "done");
	return quiescenceOf(record ?? assert.fail("nothing was recorded"));
}
