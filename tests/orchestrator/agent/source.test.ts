// What the three forms of a user's agent are read as.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { resolveAgent } from "../../../orchestrator/agent/resolve.ts";
import { readAgentSource } from "../../../orchestrator/agent/source.ts";
import { loadTargets } from "../../../orchestrator/contract.ts";
import { UserError } from "../../../orchestrator/errors.ts";
import { ROOT } from "../../../orchestrator/files.ts";

const AGENTS = join(ROOT, "tests/fixtures/agents");
const read = (path: string) => readAgentSource(join(AGENTS, path), [], "@elizaos/core");

test("a project of the command line is read from what its build writes, not from its `main`", () => {
	const { project, framework, character } = read("project");
	assert.deepEqual(project, { folder: join(AGENTS, "project"), entry: "dist/index.js", lock: "bun.lock" });
	assert.equal(framework, "1.7.2");
	assert.equal(character, null);
});

test("a folder names its character and its plugins, and a character's file its plugins, without its keys", () => {
	const folder = read("folder");
	assert.equal(folder.name, "Folder");
	assert.deepEqual(
		folder.plugins.map(({ from }) => from),
		[{ kind: "folder", path: join(AGENTS, "folder/greets") }],
	);
	const named = read("characters/names-plugins.json");
	assert.ok(
		named.plugins.some(({ from }) => from.kind === "package" && from.spec === "@elizaos/plugin-openai"),
	);
	assert.ok(!JSON.stringify(named.character).includes("no-key-at-all"));
	assert.throws(() => read("characters"), UserError);
});

test("a project of the command line is refused for Python in one line, and a folder's agent is taken", async () => {
	const base = loadTargets().find(({ id }) => id === "python");
	assert.ok(base);
	const ask = (path: string) =>
		resolveAgent({ path: join(AGENTS, path), added: [], without: [] }, base, null);
	await assert.rejects(ask("project"), /is a project for TypeScript: for python name a character's file/);
	const { source } = await ask("folder");
	assert.equal(source, null, "the locked version");
});
