import assert from "node:assert/strict";
import { test } from "node:test";
import type { AgentRuntime, Plugin } from "@elizaos/core";
import { keepModels } from "../src/agents/models.ts";
import { Owners } from "../src/agents/owners.ts";
import { findPlugin } from "../src/agents/plugin-export.ts";
import { PluginStarts } from "../src/agents/starts.ts";

type Registered = [string, (...args: unknown[]) => Promise<unknown>, string, number?];

test("a plugin's model handler never gets into the runtime, whatever its priority", async () => {
	const registered: Registered[] = [];
	const runtime = {
		registerModel: (...args: Registered) => registered.push(args),
	} as unknown as AgentRuntime;
	const mock = { name: "mock", description: "", models: { TEXT_LARGE: async () => "mock" } } as Plugin;
	keepModels(runtime, mock);
	const own = async () => "own";
	const register = runtime.registerModel.bind(runtime) as unknown as (...args: Registered) => void;
	register("TEXT_LARGE", own, "theirs", 1_000_000);
	register("TEXT_REASONING_SMALL", own, "theirs", 1);
	register("TRANSCRIPTION", own, "theirs", 1);
	register("TEXT_LARGE", mock.models?.TEXT_LARGE as never, "mock");
	assert.ok(registered.every(([, handler]) => handler !== own));
	const [large, reasoning, transcription, mocked] = registered;
	assert.equal(await large?.[1](), "mock");
	assert.equal(await reasoning?.[1](), "mock");
	await assert.rejects(async () => transcription?.[1](), /no answer of the type TRANSCRIPTION/);
	assert.equal(mocked?.[3], 1000);
});

test("the plugin among a module's exports is its default, or else the first that looks like one", () => {
	const plugin = { name: "one", providers: [] };
	const other = { name: "other", init: () => {} };
	assert.equal(findPlugin({ other, default: plugin }), plugin);
	assert.equal(findPlugin({ VERSION: "1", helper: () => {}, other }), other);
	assert.equal(findPlugin({ default: { name: "a character" } }), null);
});

test("what a plugin registers in its init is its own, also where several start side by side", async () => {
	const owners = new Owners<never>();
	const providers: { name: string }[] = [];
	const runtime = { registerProvider: (provider: { name: string }) => providers.push(provider) };
	owners.hearRegistrations(runtime as unknown as AgentRuntime);
	const makePlugin = (name: string, waits: number) => ({
		name,
		plugin: {
			name,
			description: "",
			init: async () => {
				await new Promise((resolve) => setTimeout(resolve, waits));
				runtime.registerProvider({ name: `of ${name}` });
			},
		} as unknown as Plugin,
	});
	const starts = new PluginStarts({
		around: (plugin, _, work) => owners.runFor({ plugin, part: null }, work),
	});
	const plugins = starts.wrap([makePlugin("late", 20), makePlugin("early", 1)]);
	await Promise.all(plugins.map(({ plugin }) => plugin.init?.({}, runtime as never)));
	const found = providers.map((one) => [one.name, owners.ownerOf(one, "provider", one.name).plugin]);
	assert.deepEqual(found, [
		["of early", "early"],
		["of late", "late"],
	]);
	assert.ok(starts.rows.every(({ initNs }) => (initNs ?? 0) > 0));
});
