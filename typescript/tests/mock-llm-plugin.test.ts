import assert from "node:assert/strict";
import { test } from "node:test";
import type { IAgentRuntime } from "@elizaos/core";
import type { Scenario } from "../../shared/types.ts";
import { DEFAULT_SHARED, loadContract } from "../src/contract.ts";
import { InputError } from "../src/failure.ts";
import { MockLlm } from "../src/mock-llm-plugin.ts";

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
