// Notes of the framework on actions are told from messages.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Memory } from "@elizaos/core";
import { countBookkeeping } from "../src/bookkeeping.ts";

const REPLIES = new Set(["Hello.", "Done."]);
const memory = (text: string | undefined, type?: string) =>
	({ content: { text, type } }) as unknown as Memory;
const message = (text: string) => memory(text);
const note = (text?: string) => memory(text, "action_result");

test("a note beside the message that it repeats is bookkeeping, and so is one with a text of its own", () => {
	assert.equal(countBookkeeping([message("Hello."), message("Done.")], REPLIES), 0);
	assert.equal(
		countBookkeeping([message("Hello."), note("Hello."), message("Done."), note("Done.")], REPLIES),
		2,
	);
	assert.equal(countBookkeeping([message("Hello."), note("Executed action: REPLY"), note()], REPLIES), 2);
});

test("a note is the memory of a reply where there is no other", () => {
	assert.equal(countBookkeeping([note("Hello."), note("Done.")], REPLIES), 0);
	assert.equal(countBookkeeping([note("Hello."), note("Hello."), message("Hello.")], REPLIES), 1);
});
