import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { type LiveWorker, liveArguments } from "../../../orchestrator/live/live-worker.ts";
import { Watchdog } from "../../../orchestrator/process/watchdog.ts";
import { WorkerProblem } from "../../../orchestrator/process/worker.ts";
import { STUB_REPLY } from "../../support/stub-live.ts";
import { startStub } from "../../support/stub-live-target.ts";
import { newFolder } from "../support/folders.ts";

const watchdog = new Watchdog();
after(() => watchdog.close());

async function withStub(
	words: readonly string[],
	work: (worker: LiveWorker) => Promise<void>,
): Promise<void> {
	const worker = startStub({ words, watchdog, logPath: join(newFolder(), "stub.log"), timeoutMs: 5000 });
	try {
		await worker.ready();
		await work(worker);
	} finally {
		await worker.kill();
	}
}

test("a live worker is asked one thing at a time, and messages overlap", () =>
	withStub(["--service-us", "2000"], async (worker) => {
		assert.ok((worker.spawnToReadyNs ?? 0) > 0);
		assert.equal((await worker.agents(1)).alive, 1);
		await worker.users(0, 2, 0);
		const answers = await Promise.all([
			worker.handle(0, 0, 0),
			worker.handle(1, 0, 1),
			worker.handle(2, 0, 1),
		]);
		assert.deepEqual(
			answers.map((answer) => answer.event === "reply" && answer.replies),
			[[STUB_REPLY], [STUB_REPLY], [STUB_REPLY]],
		);
		assert.deepEqual((await worker.stored(0)).fromUser, [1, 2]);
		await worker.drop();
		await worker.finish();
		assert.deepEqual(worker.exit, { code: 0, signal: null });
	}));

test("a message that raises is an answer, and one whose process dies is a problem of the worker", () =>
	withStub(["--raise", "1", "--die", "2"], async (worker) => {
		await worker.agents(1);
		await worker.users(0, 1, 0);
		const first = await worker.handle(0, 0, 0);
		assert.equal(first.event === "raised" && first.failure.message, "told to");
		await assert.rejects(worker.handle(1, 0, 0), new WorkerProblem("was killed by SIGKILL"));
		assert.equal((await worker.lost).message, "was killed by SIGKILL");
		await assert.rejects(worker.read(false), new WorkerProblem("was killed by SIGKILL"));
	}));

test("an empty live worker is started by the same words and one more", () => {
	const options = { scenario: "s", shared: "/shared", scenarioPath: "/f.json", seed: 3, modelDelayMs: 5 };
	const words =
		"--live --scenario s --shared /shared --scenario-file /f.json --seed 3 --model-delay-ms 5".split(" ");
	assert.deepEqual(liveArguments(options), words);
	assert.deepEqual(liveArguments({ ...options, empty: true }), [...words, "--empty"]);
});
