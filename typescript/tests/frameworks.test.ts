// Stand-ins offer the methods that other versions of the framework have.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { AgentRuntime, InMemoryDatabaseAdapter, Memory, Plugin } from "@elizaos/core";
import type { Core } from "../src/agent.ts";
import { adaptMemoryStore, addParticipants, addPlannerModel } from "../src/framework-differences.ts";
import { Iteration } from "../src/iteration.ts";
import { type Id, planMessages } from "../src/messages.ts";
import { MockLlm } from "../src/mock-llm-plugin.ts";
import { findScenario, openSession } from "./workbench.ts";

const room: Id = "c0000000-0000-4000-8000-000000000000";
const user: Id = "d0000000-0000-4000-8000-000000000000";
const record = { id: user, roomId: room, content: { text: "one" } } as Memory;

test("participants are added by the method that a version has", async () => {
	for (const name of ["addParticipantsRoom", "createRoomParticipants"]) {
		const seen: unknown[] = [];
		const runtime = { [name]: async (...args: unknown[]) => seen.push(args) > 0 } as unknown as AgentRuntime;
		assert.equal(await addParticipants(runtime, [user], room), true);
		assert.deepEqual(seen, [[[user], room]]);
	}
});

test("a database that takes single records is used as it is", () => {
	const adapter = {
		createMemory() {},
		getMemoryById() {},
		getMemories() {},
	} as unknown as InMemoryDatabaseAdapter;
	assert.equal(adaptMemoryStore(adapter), adapter);
});

test("a database that takes lists stores and finds one record, and finds none that it does not have", async () => {
	const kept: { memory: Memory; tableName: string }[] = [];
	const store = adaptMemoryStore({
		createMemories: async (rows: typeof kept) => kept.push(...rows),
		getMemoriesByIds: async (ids: Id[]) =>
			kept.map(({ memory }) => memory).filter(({ id }) => ids.includes(id as Id)),
		getMemories: async ({ tableName }: { tableName: string }) =>
			kept.filter((row) => row.tableName === tableName).map(({ memory }) => memory),
	} as unknown as InMemoryDatabaseAdapter);
	await store.createMemory(record, "messages");
	assert.equal(await store.getMemoryById(user), record);
	assert.equal(await store.getMemoryById(room), null);
	assert.deepEqual(await store.getMemories({ tableName: "messages", roomId: room }), [record]);
});

test("the large model makes plans where plans have their own model type, and nothing is added elsewhere", () => {
	const plugin = { name: "mock", description: "", models: { TEXT_LARGE: async () => "plan" } } as Plugin;
	const planning = { ModelType: { ACTION_PLANNER: "PLANS" } } as unknown as Core;
	assert.equal(addPlannerModel({ ModelType: {} } as Core, plugin), plugin);
	assert.equal(
		(addPlannerModel(planning, plugin).models as Record<string, unknown>).PLANS,
		plugin.models?.TEXT_LARGE,
	);
});

test("model calls that the framework makes while it stops are not counted", async () => {
	const { core, contract, sender } = await openSession();
	const scenario = findScenario(
		{ core, contract, sender, modelDelayMs: 0, rssReadyBytes: null, nextNumber: 1 },
		"single-message",
	);
	const mock = new MockLlm(contract, {}, 0, null);
	const iteration = await Iteration.open({
		core,
		contract,
		scenario,
		plan: planMessages(scenario, contract.fixtures),
		mock,
		sender,
		instrument: null,
		phase: "plain",
		number: 1,
	});
	const { runtime } = iteration.agent;
	const stop = runtime.stop.bind(runtime);
	runtime.stop = async () => {
		await runtime.useModel("TEXT_SMALL", { prompt: "extract the core user intent" });
		await stop();
	};
	await iteration.run();
	const { modelCalls } = await iteration.tearDown("plain", 0);
	assert.deepEqual(modelCalls, { messageHandler: 1 });
	assert.equal(mock.calls.embeddingIntent, 1, "the model was asked");
});
