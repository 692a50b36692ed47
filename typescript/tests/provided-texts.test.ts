// The texts that a scenario adds are the same bytes in every language.
import assert from "node:assert/strict";
import { test } from "node:test";
import { DEFAULT_SHARED, loadContract } from "../src/contract.ts";
import { planControl, planMessages } from "../src/messages.ts";
import { PromptedTexts } from "../src/prompted-texts.ts";
import {
	makeCharacterText,
	makeDummyActionName,
	makeMemberName,
	ProvidedTexts,
} from "../src/provided-texts.ts";

const { fixtures, scenarios } = loadContract(DEFAULT_SHARED);

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

test("members have ids from 0 and names from 1, and a scenario without any has none", () => {
	const planned = (id: string) => {
		const scenario = scenarios.find((found) => found.id === id) ?? assert.fail(id);
		return planMessages(scenario, fixtures);
	};
	const { members } = planned("many-entities-room");
	assert.equal(members.length, 100);
	assert.equal(members[0], "d1000000-0000-4000-8000-000000000000");
	assert.equal(members[99], "d1000000-0000-4000-8000-000000000063");
	assert.equal(makeMemberName(fixtures, 99), "Member 100 of the room");
	assert.deepEqual(planned("single-message").members, []);
	assert.deepEqual(planControl(planned("many-entities-room"), "control").members, members);
});

test("members are counted that a text named for every message, and no name is a part of another one", () => {
	const base = scenarios[0] ?? assert.fail();
	const texts = new ProvidedTexts(fixtures, { config: { ...base.config, members: 12 } });
	const name = (number: number) => makeMemberName(fixtures, number - 1);
	texts.note(`${name(11)}, ${name(12)}`);
	texts.note(name(12));
	assert.equal(texts.result(1).provided?.members, 2);
	assert.equal(texts.result(2).provided?.members, 1);
	assert.deepEqual(new ProvidedTexts(fixtures, base).result(1), {});
});

test("a message counts whose whole text was in a prompt, however many prompts had it", () => {
	const messages = [{ role: "user", content: "This is message {n}.", entityId: "e", roomId: "r" }] as const;
	const prompted = new PromptedTexts({ messages: [...messages], repeat: 12 });
	prompted.note("nothing of this is message");
	assert.equal(prompted.found, 0);
	prompted.note("# Messages: This is message 1. This is message 12.");
	prompted.note("# Again: This is message 1.");
	assert.equal(prompted.found, 2);
	const twice = [1, 2].map(() => ({ ...messages[0], content: "Hi." }));
	const alike = new PromptedTexts({ messages: twice });
	alike.note("Hi.");
	assert.equal(alike.found, 2);
});

test("numbered texts are found exactly where a search for each of them finds it", () => {
	const message = { role: "user", entityId: "e", roomId: "r" } as const;
	const templates = ["{n}", "aa{n}", "is {n}", "{n}: {n}.", "1{n}1", "is plain", "ä {n}"];
	const prompts = [
		...["", "1", "12", "aaa3", "is 1 is 12", "7: 7. 8: 9.", "111", "1121", "is plain is 3", "ä 4 ä 44"],
		...["99999999999999999999", "is 0012", "aa", "10: 10.", "is ", "12: 12"],
	];
	for (const content of templates)
		for (const prompt of prompts) {
			const prompted = new PromptedTexts({ messages: [{ ...message, content }], repeat: 12 });
			prompted.note(prompt);
			const texts = Array.from({ length: 12 }, (_, index) => content.replaceAll("{n}", String(index + 1)));
			const expected = texts.filter((text) => prompt.includes(text)).length;
			assert.equal(prompted.found, expected, JSON.stringify([content, prompt]));
		}
});
