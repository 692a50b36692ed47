// The texts that a scenario adds are the same bytes in every language.
import assert from "node:assert/strict";
import { test } from "node:test";
import { DEFAULT_SHARED, loadContract } from "../src/contract.ts";
import { makeCharacterText, makeDummyActionName } from "../src/provided-texts.ts";

const { fixtures } = loadContract(DEFAULT_SHARED);

test("the character's text is the sentence again and again, cut, with a full stop", () => {
	const sentence = fixtures.characterText;
	assert.equal(makeCharacterText(fixtures, 0), "");
	assert.equal(makeCharacterText(fixtures, 1), ".");
	assert.equal(makeCharacterText(fixtures, 7), "It has.");
	assert.equal(makeCharacterText(fixtures, sentence.length + 7), `${sentence}It has.`);
	assert.equal(makeCharacterText(fixtures, 10_000).length, 10_000);
});

test("dummy actions have numbers of four digits", () => {
	assert.equal(makeDummyActionName(fixtures, 7), "BENCH_DUMMY_ACTION_0007");
	assert.equal(makeDummyActionName(fixtures, 1000), "BENCH_DUMMY_ACTION_1000");
});
