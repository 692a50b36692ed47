import assert from "node:assert/strict";
import { test } from "node:test";
import type { IAgentRuntime, TextStreamResult } from "@elizaos/core";
import type { Scenario } from "../../shared/types.ts";
import { DEFAULT_SHARED, loadContract } from "../src/contract.ts";
import { InputError } from "../src/failure.ts";
import { MockLlm } from "../src/mock-llm-plugin.ts";
import { StreamWatch } from "../src/streaming.ts";

const contract = loadContract(DEFAULT_SHARED);
const scenario = contract.scenarios[0] as Scenario;

/** @returns the large model of a mock, and the mock */
function largeModel(answers: Scenario["config"]["answers"]) {
	const mock = new MockLlm(contract, answers, 0, null);
	const handler = mock.createPlugin(contract, scenario).models?.TEXT_LARGE;
	assert.ok(handler);
	return { mock, ask: (prompt: string) => handler({} as IAgentRuntime, { prompt }) };
}

test("the calls of a template get its answers in turn", async () => {
	const { ask } = largeModel({ multiStepDecision: ["benchmarkAction", "default"] });
	for (const finishes of [false, true, false, true])
		assert.equal(String(await ask("isFinish")).includes("<isFinish>true"), finishes);
	assert.throws(() => largeModel({ multiStepDecision: [] }), InputError);
	assert.throws(() => largeModel({ multiStepDecision: ["default", "nothing"] }), InputError);
});

test("a failing model raises, and its calls count", async () => {
	const { mock, ask } = largeModel({ messageHandler: "failure" });
	for (let calls = 0; calls < 2; calls++)
		await assert.rejects(async () => ask("Generate dialog and actions for the character"));
	assert.deepEqual(mock.calls, { messageHandler: 2 });
});

test("an answer is streamed in its chunks where a stream is asked for, and comes whole elsewhere", async () => {
	const mock = new MockLlm(contract, { messageHandler: "streamed" }, 0, null, 3);
	const handler = mock.createPlugin(contract, scenario).models?.TEXT_LARGE;
	const prompt = "Generate dialog and actions for the character";
	const ask = (stream: boolean) => handler?.({} as IAgentRuntime, { prompt, stream });
	mock.watch = new StreamWatch();
	const whole = String(await ask(false));
	assert.match(whole, /<text>Chunk 1\.Chunk 2\.Chunk 3\.<\/text>/);
	assert.equal(mock.streamsAsked, 0);
	const { textStream } = (await ask(true)) as TextStreamResult;
	const pieces: string[] = [];
	for await (const piece of textStream) pieces.push(piece);
	assert.deepEqual(pieces.slice(1, -1), ["Chunk 1.", "Chunk 2.", "Chunk 3."]);
	assert.equal(pieces.join(""), whole);
	assert.equal(mock.streamsAsked, 1);
});

test("a chunk under another id than the first one is a repetition", async () => {
	const watch = new StreamWatch();
	for (const [chunk, id] of [
		["a", "one"],
		["a", "two"],
		["b", "one"],
	] as const)
		await watch.receive(chunk, id);
	assert.deepEqual([watch.texts, watch.repeated], [["a", "b"], 1]);
	const { chunks, firstNs, lastNs, modelFirstNs } = watch.record(0);
	assert.ok(firstNs !== null && lastNs !== null && firstNs <= lastNs);
	assert.deepEqual([chunks, modelFirstNs], [2, null]);
});
