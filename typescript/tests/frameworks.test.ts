// Stand-ins offer the methods that other versions of the framework have.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { AgentRuntime, Content, InMemoryDatabaseAdapter, Memory, Plugin } from "@elizaos/core";
import { forgetCaches } from "../src/frameworks/caches.ts";
import { hearFailedRuns } from "../src/frameworks/failures.ts";
import { type Core, type Framework, missingPackages } from "../src/frameworks/framework.ts";
import { sendToFramework } from "../src/frameworks/front-door.ts";
import { adaptMemoryStore, addParticipants } from "../src/frameworks/methods.ts";
import {
	addModels,
	answeringSettings,
	describeBuild,
	memoryOptions,
	readObject,
} from "../src/frameworks/options.ts";
import { asksModelToDecide, locatePrompts } from "../src/frameworks/pipeline.ts";
import { makeCallback } from "../src/frameworks/replies.ts";
import { Iteration } from "../src/iteration.ts";
import { type Id, makeId, planMessages } from "../src/messages.ts";
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

/** A core whose runtimes have these methods. */
function coreWith(...methods: string[]): Core {
	class AgentRuntime {}
	for (const name of methods) Object.defineProperty(AgentRuntime.prototype, name, { value: () => {} });
	return { AgentRuntime, ModelType: {} } as unknown as Core;
}

const bootstrap = { plugin: { name: "bootstrap", description: "" }, exports: {} } as Framework["bootstrap"];

test("the large model makes plans where plans have their own model type, and nothing is added elsewhere", () => {
	const answer = async () => "plan";
	const plugin = {
		name: "mock",
		description: "",
		models: { TEXT_SMALL: answer, TEXT_LARGE: answer },
	} as Plugin;
	const planning = { ModelType: { ACTION_PLANNER: "PLANS" } } as unknown as Core;
	const modelsOf = (core: Core) => Object.keys(addModels({ core, bootstrap: null }, plugin).models ?? {});
	assert.deepEqual(modelsOf(coreWith()), ["TEXT_SMALL", "TEXT_LARGE"]);
	assert.deepEqual(modelsOf(planning), ["TEXT_SMALL", "TEXT_LARGE", "PLANS"]);
});

test("a version with a bootstrap of its own is answered by objects too, with the fields of the same answer", async () => {
	const answer = async () =>
		"<response>\n  <thought>Yes.</thought>\n  <message>Fine.</message>\n  <facts>none</facts>\n</response>";
	const plugin = {
		name: "mock",
		description: "",
		models: { TEXT_SMALL: answer, TEXT_LARGE: answer },
	} as Plugin;
	const models = addModels({ core: coreWith(), bootstrap }, plugin).models as Record<
		string,
		() => Promise<unknown>
	>;
	assert.deepEqual(await models.OBJECT_LARGE?.(), { thought: "Yes.", message: "Fine.", facts: [] });
	assert.deepEqual(readObject("no response"), {});
});

test("a core that makes no bootstrap and has no database lacks both", () => {
	assert.deepEqual(missingPackages({}), { bootstrap: true, database: true });
	for (const name of ["createBootstrapPlugin", "createBasicCapabilitiesPlugin"])
		assert.deepEqual(missingPackages({ [name]: () => {}, InMemoryDatabaseAdapter: class {} }), {
			bootstrap: false,
			database: false,
		});
});

test("group rooms are answered by an option, or by settings where there is no such option", () => {
	assert.deepEqual(answeringSettings(coreWith("isCheckShouldRespondEnabled"), false), {});
	assert.deepEqual(answeringSettings(coreWith(), true), {});
	assert.deepEqual(answeringSettings(coreWith(), false), {
		ALWAYS_RESPOND_CHANNELS: "GROUP",
		SHOULD_RESPOND_BYPASS_TYPES: "GROUP",
	});
});

test("features that an in-memory database fails are turned off where there are any, and the build says so", () => {
	assert.deepEqual(memoryOptions(coreWith()), {});
	const core = coreWith("enableTrajectories", "enableKnowledge");
	assert.deepEqual(memoryOptions(core), { enableTrajectories: false, enableKnowledge: false });
	assert.equal(describeBuild({ core: coreWith(), withoutEvaluators: false }), "as published");
	assert.equal(
		describeBuild({ core, withoutEvaluators: true }),
		"as published, evaluators taken out, enableTrajectories: false, enableKnowledge: false",
	);
});

/** Sends a message to a runtime, and returns what its callback got. */
async function send(runtime: unknown): Promise<{ didRespond?: boolean | undefined }> {
	const message = { content: { text: "one", source: "test" } } as Memory;
	const outgoing = { runtime, message, callback: async () => [] } as unknown as Parameters<
		typeof sendToFramework
	>[0];
	return await sendToFramework(outgoing);
}

test("a message goes to the message service, or is the event that a runtime without one listens to", async () => {
	const service = { handleMessage: async () => ({ didRespond: true }) };
	assert.deepEqual(await send({ messageService: service }), { didRespond: true });
	const emitted: unknown[] = [];
	const listening = {
		getEvent: () => [() => {}],
		emitEvent: async (event: string, payload: { source: string }) => {
			await null;
			emitted.push(event, payload.source);
		},
	};
	assert.deepEqual(await send(listening), {});
	assert.deepEqual(emitted, ["MESSAGE_RECEIVED", "test"]);
	await assert.rejects(send({ getEvent: () => undefined, emitEvent: async () => {} }), /no message service/);
});

test("a reply is stored once: by core where it has its bootstrap, else by the callback", async () => {
	const stored: Memory[] = [];
	const runtime = {
		agentId: user,
		createMemory: async (memory: Memory) => void stored.push(memory),
	} as unknown as AgentRuntime;
	const replies = async (framework: Pick<Framework, "bootstrap">) => {
		const texts: string[] = [];
		const callback = makeCallback(framework as Framework, runtime, record, texts);
		for (const content of [{ text: "" }, { text: "Fine.", responseId: room }, {}, { text: "Done." }])
			await callback(content as Content);
		return texts;
	};
	assert.deepEqual(await replies({ bootstrap: null }), ["", "Fine.", "", "Done."]);
	assert.equal(stored.length, 0);
	assert.deepEqual(await replies({ bootstrap }), ["", "Fine.", "", "Done."]);
	assert.deepEqual(
		stored.map(({ entityId, roomId, content }) => [entityId, roomId, content.text]),
		[
			[user, room, "Fine."],
			[user, room, "Done."],
		],
	);
	assert.equal(stored[0]?.id, room);
	assert.notEqual(stored[1]?.id, undefined);
});

test("caches of the framework's modules forget what an iteration uses, where they can", () => {
	const calls: string[] = [];
	const core = { invalidateRoomCache: (...ids: string[]) => calls.push(ids.join()) } as unknown as Core;
	const exports = { invalidateWorldCache: (id: string) => calls.push(id) };
	const [agentId, worldId] = [makeId("a", 1), makeId("b", 1)];
	const used = { agentId, worldId, rooms: [room, user] };
	forgetCaches({ core, bootstrap: { plugin: { name: "b", description: "" }, exports } }, used);
	assert.deepEqual(calls, [`${agentId},${room}`, `${agentId},${user}`, worldId]);
	forgetCaches({ core: coreWith(), bootstrap: null }, used);
});

test("a message that ends with an error is heard of, whatever its status says", async () => {
	const heard: string[] = [];
	let handler = async (_: object) => {};
	hearFailedRuns(
		{ registerEvent: (_: string, given: typeof handler) => (handler = given) } as unknown as AgentRuntime,
		(text) => heard.push(text),
	);
	await handler({ status: "completed" });
	await handler({ status: "completed", error: new Error("model is gone") });
	await handler({ status: "error" });
	assert.deepEqual(heard, [
		"a message ended with an error: model is gone",
		"a message ended with an error: no reason given",
	]);
});

test("prompts are found in the runtime, or in the parts of the message service that hold them", () => {
	const method = () => {};
	const service = { runSingleShotCore: method, runMultiStepCore: method };
	const namesIn = (runtime: object) => locatePrompts(runtime as AgentRuntime).names;
	assert.deepEqual(namesIn({ dynamicPromptExecFromState: method, messageService: service }), [
		"dynamicPromptExecFromState",
	]);
	assert.deepEqual(namesIn({ messageService: service }), ["runSingleShotCore", "runMultiStepCore"]);
	assert.deepEqual(namesIn({}), ["dynamicPromptExecFromState"], "which it has not");
	assert.equal(asksModelToDecide({} as AgentRuntime), true);
	assert.equal(asksModelToDecide({ isCheckShouldRespondEnabled: () => false } as AgentRuntime), false);
});

test("model calls that the framework makes while it stops are not counted", async () => {
	const session = await openSession();
	const { framework, contract, sender } = session;
	const scenario = findScenario(session, "single-message");
	const mock = new MockLlm(contract, {}, 0, null);
	const iteration = await Iteration.open({
		framework,
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
