import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { chooseScenarios, DEFAULT_SHARED, loadContract } from "../src/contract.ts";
import { digestInput, digestReplies, makeId, makeMessageId, planMessages } from "../src/messages.ts";

const contract = loadContract(DEFAULT_SHARED);
const planScenario = (id: string) => {
	const [scenario] = chooseScenarios(contract, [id]);
	assert.ok(scenario);
	return planMessages(scenario, contract.fixtures);
};
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

test("an id is a prefix and twelve hex digits, and a message's id contains its iteration", () => {
	assert.equal(makeId("c0000000-0000-4000-8000-", 255), "c0000000-0000-4000-8000-0000000000ff");
	assert.equal(makeMessageId(16, 10), "e0000010-0000-4000-8000-00000000000a");
});

test("a placeholder becomes the number of the message, from 1, and equal names are one room", () => {
	const concurrent = planScenario("concurrent-10");
	assert.equal(concurrent.rooms.length, 10);
	assert.equal(concurrent.entities.length, 10);
	assert.equal(concurrent.messages[9]?.text, "BenchmarkAgent, this is sender 10.");
	assert.equal(planScenario("concurrent-same-room-10").rooms.length, 1);
	assert.equal(planScenario("burst-100").messages.length, 100);
});

test("a conversation repeats its messages", () => {
	const { messages } = planScenario("conversation-100");
	assert.equal(messages.length, 100);
	assert.equal(messages[10]?.text, messages[0]?.text);
	assert.match(messages[18]?.text ?? "", /That is message 19 of our talk/);
});

test("the input digest covers the lines that the contract describes", () => {
	const [scenario] = chooseScenarios(contract, ["conversation-10"]);
	const lines = (scenario?.messages ?? []).map(
		({ content }, index) =>
			`e0000000-0000-4000-8000-00000000000${index}|d0000000-0000-4000-8000-000000000000|c0000000-0000-4000-8000-000000000000|` +
			`${content.replace("{n}", String(index + 1))}\n`,
	);
	assert.equal(digestInput(planScenario("conversation-10")), sha256(lines.join("")));
});

test("the reply digest leaves out empty callbacks and keeps the order", () => {
	assert.equal(digestReplies([["a", "", "b"], []]), sha256("a\u001fb\n\n"));
	assert.notEqual(digestReplies([["a"], ["b"]]), digestReplies([["b"], ["a"]]));
});
