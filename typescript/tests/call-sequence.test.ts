// Questions are divided among the messages that asked them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { divideQuestions, nameQuestion } from "../src/call-sequence.ts";

test("neighbours that asked the same share a row, and later questions belong to the message before", () => {
	const questions = ["early", "plan", "plan", "plan", "reflect", "plan"];
	assert.deepEqual(divideQuestions(questions, [1, 2, 3, 5], false), [
		{ messages: 2, calls: ["plan"] },
		{ messages: 1, calls: ["plan", "reflect"] },
		{ messages: 1, calls: ["plan"] },
	]);
});

test("messages that ask nothing have a row too", () => {
	assert.deepEqual(divideQuestions([], [0, 0], false), [{ messages: 2, calls: [] }]);
});

test("messages that overlap share one row, sorted", () => {
	assert.deepEqual(divideQuestions(["plan", "decide", "plan"], [0, 0], true), [
		{ messages: 2, calls: ["decide", "plan", "plan"] },
	]);
});

test("the first text of a template is its name", () => {
	assert.deepEqual([nameQuestion("reply", 0), nameQuestion("reply", 1)], ["reply", "reply/2"]);
});
