// The scenarios of a sweep differ in one size and in nothing else.
import assert from "node:assert/strict";
import { test } from "node:test";
import { expectedReplies, inputMessages } from "../../../analysis/cell/expected-messages.ts";
import { loadContract } from "../../../orchestrator/contract.ts";
import { messagesPerIteration, PROFILES, type Profile } from "../../../orchestrator/run/profiles.ts";
import { DIMENSIONS, type Dimension, sweepScenarios } from "../../../orchestrator/run/sweep.ts";
import { SCHEMA_VERSION, type Scenario, scenarioFile } from "../../../shared/types.ts";

const { scenarios, character } = loadContract({});
const profiles = Object.values(PROFILES);
const { standard } = PROFILES as { standard: Profile };

function dimensionOf(name: string): Dimension {
	return DIMENSIONS.find((dimension) => dimension.name === name) ?? assert.fail(`there is no ${name}`);
}

function scenariosOf(dimension: Dimension, sizes = dimension.sizes, profile = standard): Scenario[] {
	const base = scenarios.find(({ id }) => id === dimension.base);
	assert.ok(base, `${dimension.name} has the base ${dimension.base}`);
	return sweepScenarios(dimension, base, sizes, profile, character);
}

test("every size of every dimension makes a valid scenario, from the smallest to the largest", () => {
	for (const dimension of DIMENSIONS) {
		const sizes = [dimension.least, ...dimension.sizes.slice(1), dimension.most];
		const made = scenariosOf(dimension, sizes);
		scenarioFile.parse({ schemaVersion: SCHEMA_VERSION, scenarios: made });
		assert.equal(new Set(made.map(({ id }) => id)).size, sizes.length);
		assert.deepEqual(
			made.map(({ scaling }) => scaling),
			sizes.map((size) => ({ series: dimension.series, size })),
		);
	}
});

test("the sizes that a dimension has by itself are five, ascending and inside its limits", () => {
	for (const { name, sizes, least, most } of DIMENSIONS) {
		assert.equal(sizes.length, 5, name);
		assert.deepEqual(
			[...new Set(sizes)].toSorted((a, b) => a - b),
			[...sizes],
			name,
		);
		assert.ok((sizes[0] ?? -1) >= least && (sizes.at(-1) ?? Infinity) <= most, name);
	}
});

test("the processes of all sizes are warmed up with and timed over about as many messages", () => {
	for (const dimension of DIMENSIONS)
		for (const profile of profiles) {
			const made = scenariosOf(dimension, dimension.sizes, profile);
			for (const count of ["warmup", "iterations"] as const) {
				const messages = made.map((scenario) => scenario[count] * messagesPerIteration(scenario));
				const least = Math.min(...messages);
				// One iteration is the least, however many messages it has.
				const alike = made.filter((scenario) => scenario[count] > 1).map(messagesPerIteration);
				const tolerated = 2 * Math.max(least, ...alike);
				assert.ok(least > 0 && Math.max(...messages) <= tolerated, `${dimension.name} ${messages}`);
			}
		}
});

test("only the size differs between two scenarios of a sweep of providers", () => {
	const [none, some] = scenariosOf(dimensionOf("providers"), [0, 40]).map(
		({ id, name, description, question, scaling, ...rest }) => rest,
	);
	assert.ok(none && some);
	assert.deepEqual({ ...some, config: { ...some.config, dummyProviders: 0 } }, none);
	assert.equal(some.config.dummyProviders, 40);
});

test("a history shorter than what a framework reads is expected to come back whole, and none from an empty one", () => {
	const made = scenariosOf(dimensionOf("history"), [0, 4, 10, 500]);
	assert.deepEqual(
		made.map(({ config, expect }) => [config.history, expect.historyReturned]),
		[
			[0, undefined],
			[4, 4],
			[10, 10],
			[500, 10],
		],
	);
});

test("each of the senders has a room of his own, and all send at once", () => {
	for (const made of scenariosOf(dimensionOf("senders"), [1, 7])) {
		const sent = inputMessages(made, character.fixtures);
		for (const field of ["entityId", "roomId"] as const)
			assert.equal(new Set(sent.map((message) => message[field])).size, made.scaling?.size);
		assert.equal(made.config.delivery, "concurrent");
	}
});

test("every room gets the same number of messages, in rounds", () => {
	for (const made of scenariosOf(dimensionOf("rooms"), [1, 3, 25])) {
		const size = made.scaling?.size ?? 0;
		const rooms = inputMessages(made, character.fixtures).map(({ roomId }) => roomId);
		assert.equal(rooms.length, 10 * size);
		for (let start = 0; start < rooms.length; start += size)
			assert.equal(new Set(rooms.slice(start, start + size)).size, size);
	}
});

test("a message has exactly the length that was asked for, and names the agent", () => {
	for (const made of scenariosOf(dimensionOf("message-length"), [50, 51, 4321, 100_000]))
		for (const { text } of inputMessages(made, character.fixtures)) {
			assert.equal([...text].length, made.scaling?.size);
			assert.ok(text.startsWith(character.character.name));
		}
});

test("dummy actions and the character's text are added to the scenario's config, and nothing else", () => {
	for (const [name, field] of [
		["actions", "dummyActions"],
		["character-length", "characterChars"],
	] as const) {
		const [none, some] = scenariosOf(dimensionOf(name), [0, 60]);
		assert.deepEqual({ ...some?.config, [field]: 0 }, none?.config);
		assert.equal(some?.config[field], 60);
	}
});

test("an answer is streamed in as many chunks as were asked for, and its text is all of them", () => {
	for (const made of scenariosOf(dimensionOf("chunks"), [2, 40])) {
		const size = made.scaling?.size ?? 0;
		assert.equal(made.config.streamedChunks, size);
		const [reply, ...others] = expectedReplies(made, character.fixtures);
		assert.deepEqual([reply?.match(/Chunk \d+\./g)?.length, others], [size, []]);
	}
});

test("a conversation goes back and forth in one room", () => {
	for (const made of scenariosOf(dimensionOf("conversation"), [10, 120])) {
		const sent = inputMessages(made, character.fixtures);
		assert.equal(sent.length, made.scaling?.size);
		assert.equal(new Set(sent.map(({ roomId }) => roomId)).size, 1);
		assert.equal(made.config.delivery, "conversation");
	}
});
