// The words of an agent's run say again what was asked, from any folder.
import assert from "node:assert/strict";
import { resolve } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import {
	type AgentFlags,
	absolutePlugin,
	agentWords,
	readAgentManner,
} from "../../../orchestrator/agent/words.ts";
import { parseTargets } from "../../../orchestrator/targets/select.ts";

const flags = fc.record(
	{
		on: fc.constantFrom("typescript@1.7.2", "typescript+pglite", "python"),
		plugin: fc.array(fc.constantFrom("@elizaos/plugin-openai@1.6.0", "path:plugins/mine", "./mine")),
		without: fc.array(fc.constantFrom("spins", "@elizaos/plugin-discord")),
		each: fc.constant(true as const),
		growth: fc.boolean(),
		scenarios: fc.constantFrom("single-message", "single-message,conversation-10"),
		profile: fc.constantFrom("quick", "standard"),
		blocks: fc.integer({ min: 1, max: 50 }),
		precision: fc.integer({ min: 1, max: 20 }).map((percent) => percent / 100),
		budget: fc.integer({ min: 1, max: 3600 }),
	},
	{ requiredKeys: ["growth", "scenarios", "profile"] },
);

test("the words of a run hold every plugin that was added or left out, and how it is measured", () => {
	fc.assert(
		fc.property(flags, (asked) => {
			const words = agentWords("ada.json", asked as AgentFlags);
			const valuesOf = (name: string) => words.flatMap((word, at) => (word === name ? [words[at + 1]] : []));
			assert.equal(words[2], resolve("ada.json"));
			assert.deepEqual(valuesOf("--plugin"), (asked.plugin ?? []).map(absolutePlugin));
			assert.deepEqual(valuesOf("--on"), asked.on === undefined ? [] : [asked.on]);
			const read = readAgentManner(words);
			assert.ok(read);
			const { each, growth, blocks, budget, profile, without = [] } = asked;
			assert.deepEqual(read.without, without);
			assert.deepEqual(
				[read.each, read.growth, read.blocks, read.budget, read.profile],
				[each, growth, blocks, budget, profile],
			);
			assert.ok(Math.abs((read.precision ?? 0) - (asked.precision ?? 0)) < 1e-9);
		}),
	);
	assert.equal(readAgentManner(["./run.sh", "--targets", "agent:ada.json"]), null);
});

test("a plugin in a folder is named by a path that means the same from any folder", () => {
	assert.equal(absolutePlugin("path:mine"), `path:${resolve("mine")}`);
	assert.equal(absolutePlugin("../mine"), `path:${resolve("../mine")}`);
	assert.equal(absolutePlugin("/plugins/mine"), "path:/plugins/mine");
	assert.equal(absolutePlugin("@elizaos/plugin-mcp@1.8.2"), "@elizaos/plugin-mcp@1.8.2");
});

test("the word of an agent names its framework, its variants and its version, and names them again", () => {
	for (const word of ["agent:/a.json", "agent+pglite@1.7.2:/a.json", "agent+python+uvloop@2.0.0a5:/a.json"]) {
		const { specifications, words } = parseTargets(word);
		assert.deepEqual(words, [word]);
		assert.equal(specifications[0]?.base.runtime, word.includes("python") ? "python" : "typescript");
	}
	assert.throws(() => parseTargets("agent+rust:/a.json"), /agents are not measured on rust/);
});
